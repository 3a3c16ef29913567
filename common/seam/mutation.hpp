// Deliberate faults: each one breaks a promise on purpose, so that the simulator can prove that it would
// notice.
//
//   if (!mutated(mutation::skip_duplicate_check)) { … the line a promise hinges on … }
//
// In the product mutated() is the constant false and the compiler removes the branch. Only the simulator's
// own build of the libraries (SLUICE_MUTATIONS, tests/simulation) can switch one on, for the length of a run.
#pragma once

#include <cstdint>
#include <string_view>

namespace common::seam {

enum class mutation : std::uint8_t {
    none,
    // Chat
    ack_before_commit,      // a post is acknowledged when it is queued for the store
    publish_before_commit,  // members see a record that is not yet in the store
    skip_duplicate_check,   // a repeated post is stored again
    number_before_commit,   // sequence numbers are given outside the transaction
    cursor_on_write,        // the durable cursor moves when a record is sent, not when it is acknowledged
    outbox_forgets,         // the client drops a message when it is sent, not when it is acknowledged
    relaxed_sync,           // commits do not reach the disk
    trust_old_log,          // start on a log whose last sync may have failed without writing it anew
    // Upload
    trust_file_size,      // resume where the file ends instead of where the journal says
    journal_before_sync,  // the journal names ranges whose data is not synced
    rename_before_sync,   // the final name appears before the data is synced
    skip_final_digest,    // finished without comparing the whole file's digest
    skip_folder_sync,     // stored is said before the rename is durable
    ignore_fence,         // an old connection may still write after a new one took over
    count_,
};

inline constexpr std::string_view name_of(mutation which) {
    switch (which) {
        case mutation::none:
            return "none";
        case mutation::ack_before_commit:
            return "ack_before_commit";
        case mutation::publish_before_commit:
            return "publish_before_commit";
        case mutation::skip_duplicate_check:
            return "skip_duplicate_check";
        case mutation::number_before_commit:
            return "number_before_commit";
        case mutation::cursor_on_write:
            return "cursor_on_write";
        case mutation::outbox_forgets:
            return "outbox_forgets";
        case mutation::relaxed_sync:
            return "relaxed_sync";
        case mutation::trust_old_log:
            return "trust_old_log";
        case mutation::trust_file_size:
            return "trust_file_size";
        case mutation::journal_before_sync:
            return "journal_before_sync";
        case mutation::rename_before_sync:
            return "rename_before_sync";
        case mutation::skip_final_digest:
            return "skip_final_digest";
        case mutation::skip_folder_sync:
            return "skip_folder_sync";
        case mutation::ignore_fence:
            return "ignore_fence";
        case mutation::count_:
            break;
    }
    return "unknown";
}

#if defined(SLUICE_MUTATIONS)
// A namespace of its own: translation units with and without the switch may meet in one program.
inline namespace switchable {
inline mutation active_mutation = mutation::none;
inline bool mutated(mutation which) {
    return active_mutation == which;
}
}  // namespace switchable
#else
inline constexpr bool mutated(mutation) {
    return false;
}
#endif

}  // namespace common::seam
