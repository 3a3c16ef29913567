#include "tests/simulation/chat/oracle.hpp"

#include "common/trust/digest.hpp"
#include "protocol/wire/bytes.hpp"
#include "protocol/wire/print.hpp"

#include <algorithm>
#include <span>

namespace tests::simulation::chat {

std::string short_name(const message_id& id) {
    std::string text;
    protocol::wire::print_hex(text, protocol::wire::bytes_view{std::span{id}.first(4)});
    return text;
}

void oracle::learn(const std::string& from, const place& at, const message_id& id) {
    const std::string what = "#" + std::to_string(at.seq) + " of " + at.room;
    if (const auto [known, is_new] = log_.emplace(at, id); !is_new && known->second != id) {
        sim_.fail(what + " is " + short_name(known->second) + ", but " + from + " has " + short_name(id));
    }
    const place known = place_of_.try_emplace(id, at).first->second;
    if (known == at) return;
    // Also when retention has removed the first one: ids are remembered for longer than that.
    sim_.fail("message " + short_name(id) + " is stored twice: as #" + std::to_string(known.seq) +
              " and, says " + from + ", as " + what);
}

void oracle::acknowledged(const std::string& room, std::uint64_t seq, const message_id& id) {
    learn("the acknowledgement", {room, seq}, id);
    acknowledged_.emplace(id, place{room, seq});
    if (!intended_.contains(id))
        sim_.fail("message " + short_name(id) + " is acknowledged but was never sent");
}

void oracle::seen(const std::string& who, const sight& record) {
    learn(who, {record.room, record.seq}, record.id);
    seen_by_[who].insert(record.id);
    const auto sent = intended_.find(record.id);
    if (sent == intended_.end()) {
        sim_.fail(who + " sees a message that nobody sent: " + short_name(record.id));
    } else if (record.erased_hash) {
        const bool right =
            *record.erased_hash == common::trust::sha256(protocol::wire::as_bytes(sent->second));
        if (!right || !record.text.empty() || !erasing_.contains(record.id)) {
            sim_.fail(who + " sees a false tombstone: " + short_name(record.id));
        }
    } else if (sent->second != record.text) {
        sim_.fail(who + " sees another text than was sent: " + short_name(record.id));
    } else if (quiet_ && erased_.contains(record.id)) {
        sim_.fail(who + " is sent a text that was erased: " + short_name(record.id));
    }
}

void oracle::not_kept(const std::string& room, std::uint64_t to_seq) {
    auto& gone = gone_to_[room];
    gone = std::max(gone, to_seq);
}

std::uint64_t oracle::last_seq(const std::string& room) const {
    std::uint64_t last = 0;
    for (const auto& [at, id] : log_) {
        if (at.room == room) last = std::max(last, at.seq);
    }
    return last;
}

void oracle::check_complete(const std::string& reader) {
    const auto& seen = seen_by_[reader];
    for (const auto& [id, at] : acknowledged_) {
        if (seen.contains(id) || at.seq <= gone_to_[at.room]) continue;
        sim_.fail("message " + short_name(id) + " was acknowledged as #" + std::to_string(at.seq) + " of " +
                  at.room + " and is lost");
    }
    for (const auto& [id, text] : intended_) {
        if (!acknowledged_.contains(id)) sim_.fail("message " + short_name(id) + " was never acknowledged");
    }
}

}  // namespace tests::simulation::chat
