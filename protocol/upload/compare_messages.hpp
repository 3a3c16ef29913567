// What need not be sent: a sender asks about many files in one frame, before their content travels.
//
//   sender                       receiver
//     Ask {512 entries}    ──▶
//     Ask {512 entries}    ──▶
//                          ◀──  Checked {512 verdicts}
//     Offer …              ──▶                     only what the verdicts want, under the same file_no
//                          ◀──  Checked …
//
// Any number of questions may be under way, so that a tree of which little changed costs two frames for
// hundreds of files and no round trip for any of them.
#pragma once

#include "protocol/upload/messages.hpp"

namespace protocol::upload {

// What would become of an entry, or has become of it.
enum class verdict : std::uint8_t {
    send = 1,      // there is nothing of this name
    replace = 2,   // something else has the name and gives way
    rename = 3,    // something else has the name, so another name will be found
    same = 4,      // it is there already: settled as skipped
    passed = 5,    // something else has the name and on_conflict says to leave it: settled as skipped
    conflict = 6,  // something else has the name: settled as failed
    refused = 7,   // it may not be stored at all: settled as failed
};
constexpr bool is_known(verdict v) {
    return v >= verdict::send && v <= verdict::refused;
}
// The entry is offered next.
constexpr bool wants_content(verdict v) {
    return v <= verdict::rename;
}

struct asked {
    entry_kind kind = entry_kind::file;
    std::uint64_t size = 0;     // bytes
    std::int64_t mtime_ns = 0;  // as in Offer
    std::uint32_t mode = 0;
    bytes_view digest{};  // empty, or digest_bytes: compare contents by it instead of by mtime_ns
    std::string_view path{};

    static constexpr auto members() {
        return std::tuple{member("kind", &asked::kind),
                          member("size", &asked::size),
                          member("mtime_ns", &asked::mtime_ns),
                          member("mode", &asked::mode),
                          member("digest", &asked::digest, limits::digest_bytes),
                          member("path", &asked::path, limits::path_bytes_max)};
    }
};

// Sender → receiver: which of these are there? Answered by one Checked.
struct ask {
    static constexpr std::uint16_t type = 0x0230;
    static constexpr bool critical = true;
    std::uint32_t first_file_no = 0;  // of the first entry; the others count up from it
    std::vector<asked> entries{};

    static constexpr auto members() {
        return std::tuple{member("first_file_no", &ask::first_file_no),
                          member("entries", &ask::entries, limits::asked_max)};
    }
};

struct judged {
    upload::verdict verdict = verdict::send;
    std::uint16_t code = 0;  // protocol::error_code when it is settled as failed

    static constexpr auto members() {
        return std::tuple{member("verdict", &judged::verdict), member("code", &judged::code)};
    }
};

// Receiver → sender: one verdict for each entry, in their order.
struct checked {
    static constexpr std::uint16_t type = 0x0231;
    static constexpr bool critical = true;
    std::uint32_t first_file_no = 0;
    std::vector<judged> verdicts{};

    static constexpr auto members() {
        return std::tuple{member("first_file_no", &checked::first_file_no),
                          member("verdicts", &checked::verdicts, limits::asked_max)};
    }
};

// Sender → receiver: these chunks are nothing but zeros. Instead of so many Chunk frames, for files of a
// known size.
struct zeros {
    static constexpr std::uint16_t type = 0x0232;
    static constexpr bool critical = true;
    std::uint32_t file_no = 0;
    std::uint32_t first = 0;  // as Chunk.index
    std::uint32_t count = 0;  // at least one, at most zeros_max

    static constexpr auto members() {
        return std::tuple{member("file_no", &zeros::file_no), member("first", &zeros::first),
                          member("count", &zeros::count)};
    }
};

}  // namespace protocol::upload
