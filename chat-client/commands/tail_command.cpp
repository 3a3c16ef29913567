#include "chat-client/commands/tail_command.hpp"

#include <utility>

namespace chat_client::commands {

using protocol::chat::start_at;

tail_command::tail_command(const command_setup& setup, tail_wish wish)
    : command(setup, {}), wish_(std::move(wish)), key_(session::client_session::room_key(wish_.room)) {
    if (wish_.cursor.empty()) return;
    kept_ = std::make_unique<durable_outbox>(
        home_, setup.options.folders.state, server(),
        outbox_actions{.on_durable = [](auto) {},
                       .on_idle = [this] { settle(); },
                       .on_failed = [this](const common::app::failure& why) { fail(why); }},
        wish_.cursor);
}

void tail_command::begin() {
    session::start_point start = wish_.start;
    if (kept_) {
        if (const auto position = kept_->position(key_)) start = {start_at::after_seq, *position};
    }
    // A follower may be there before the first one speaks; a reader of what is there may not make rooms.
    chat_.join(
        {.name = wish_.room, .start = start, .existing_only = !wish_.follow, .presence = wish_.presence});
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

void tail_command::on_another_log(const std::string& room) {
    command::on_another_log(room);
    if (kept_) kept_->forget_position(key_);
}

void tail_command::on_presence(const domain::presence& told) {
    for (const domain::member_line& each : told.changed) note(each);
    if (told.reset) chat_.list_members(told.room);
}

void tail_command::on_members(const std::string&, const std::vector<domain::member_line>& members,
                              bool last) {
    for (const domain::member_line& each : members) arriving_.insert_or_assign(each.author, each);
    if (!last) return;
    people gone = here_;
    for (const auto& [author, line] : std::exchange(arriving_, {})) {
        gone.erase(author);
        note(line);
    }
    for (auto& [author, line] : gone) {
        line.connections = 0;
        note(line);
    }
}

// Other changes, as of a cursor, are no news.
void tail_command::note(const domain::member_line& member) {
    const bool comes = member.connections > 0;
    if (comes == here_.contains(member.author)) return;
    if (comes) here_.emplace(member.author, member);
    if (!comes) here_.erase(member.author);
    says_.presence(wish_.room, member);
}

void tail_command::on_shown(const std::vector<domain::position>& positions) {
    if (!kept_) return;
    kept_->taken(positions);
    if (finishing()) kept_->flush();
}

void tail_command::printed(std::uint64_t seq) {
    if (kept_) out_.mark(key_, seq);
    if (end_seq_ && seq >= *end_seq_) {
        finish(common::app::exit_code::done);
        if (kept_) kept_->flush();
    }
}

void tail_command::interrupt() {
    if (kept_) kept_->flush();
    command::interrupt();
}

}  // namespace chat_client::commands
