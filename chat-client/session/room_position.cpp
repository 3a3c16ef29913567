#include "chat-client/session/room_position.hpp"

#include <algorithm>

namespace chat_client::session {

using protocol::chat::start_at;

start_point room_position::asks() const {
    if (begun()) return {start_at::after_seq, expected_ - 1};
    return wish_;
}

room_position::beginning room_position::begin(const protocol::chat::joined& room) {
    const start_point asked = asks();
    const bool continues = asked.at == start_at::after_seq && room.last_seq >= asked.position;
    if (continues && room.next_seq > asked.position + 1) return beginning::skips;
    const bool first = !begun();
    const bool another_log = asked.at == start_at::after_seq && !continues;
    expected_ = std::max<std::uint64_t>(room.next_seq, 1);
    if (first || another_log) taken_ = expected_ - 1;
    // What a lost connection did not carry any more is told again.
    told_ = std::min(taken_, room.delivered_seq);
    return another_log ? beginning::another_log : beginning::fits;
}

room_position::verdict room_position::accept(std::uint64_t from_seq, std::uint64_t to_seq) {
    if (from_seq > expected_) return verdict::missing;
    if (to_seq < expected_) return verdict::repeated;
    // A part of it is new, which no record can be and no gap should be.
    if (from_seq < expected_) return verdict::missing;
    expected_ = to_seq + 1;
    return verdict::fits;
}

void room_position::take(std::uint64_t seq) {
    taken_ = std::max(taken_, std::min(seq, expected_ - 1));
}

std::optional<std::uint64_t> room_position::due_seen() {
    if (taken_ <= told_) return std::nullopt;
    told_ = taken_;
    return told_;
}

}  // namespace chat_client::session
