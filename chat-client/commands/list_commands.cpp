#include "chat-client/commands/list_commands.hpp"

namespace chat_client::commands {

using common::app::exit_code;

void rooms_command::on_ready(const domain::server_facts& facts) {
    command::on_ready(facts);
    rooms_.clear();
    chat_.list_rooms();
}

void rooms_command::on_rooms(const std::vector<domain::room_line>& rooms, bool last) {
    rooms_.insert(rooms_.end(), rooms.begin(), rooms.end());
    if (!last) return;
    for (const domain::room_line& room : rooms_) says_.room(room);
    finish(exit_code::done);
}

void who_command::on_ready(const domain::server_facts& facts) {
    command::on_ready(facts);
    if (wished_.empty()) return void(chat_.list_rooms());
    ask_next();
}

void who_command::on_rooms(const std::vector<domain::room_line>& rooms, bool last) {
    for (const domain::room_line& room : rooms) wished_.push_back(room.name);
    if (last) ask_next();
}

void who_command::ask_next() {
    if (next_ == wished_.size()) return finish(exit_code::done);
    members_.clear();
    chat_.join({.name = wished_[next_], .start = {}, .existing_only = true, .watched = false});
}

void who_command::on_joined(const domain::room_facts& room) {
    chat_.list_members(room.name);
}

void who_command::on_members(const std::string& room, const std::vector<domain::member_line>& members,
                             bool last) {
    members_.insert(members_.end(), members.begin(), members.end());
    if (!last) return;
    for (const domain::member_line& member : members_) says_.member(room, member);
    chat_.leave(room);
    ++next_;
    ask_next();
}

}  // namespace chat_client::commands
