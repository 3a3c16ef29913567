#include "chat-client/commands/tail_command.hpp"

namespace chat_client::commands {

void tail_command::begin() {
    // A follower may be there before the first one speaks; a reader of what is there may not make rooms.
    chat_.join({.name = wish_.room, .start = wish_.start, .existing_only = !wish_.follow});
}

void tail_command::on_joined(const domain::room_facts& room) {
    if (wish_.follow) return;
    if (!end_seq_) end_seq_ = room.last_seq;
    printed(room.next_seq - 1);
}

void tail_command::on_record(const domain::record& record) {
    if (finishing()) return;
    says_.record(record);
    printed(record.seq);
}

void tail_command::on_gap(const domain::gap& gap) {
    if (finishing()) return;
    says_.gap(gap);
    printed(gap.to_seq);
}

void tail_command::printed(std::uint64_t seq) {
    if (end_seq_ && seq >= *end_seq_) finish(common::app::exit_code::done);
}

}  // namespace chat_client::commands
