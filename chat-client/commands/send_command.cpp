#include "chat-client/commands/send_command.hpp"

#include "chat-client/commands/identifiers.hpp"

#include <algorithm>
#include <utility>

namespace chat_client::commands {

namespace app = common::app;

send_command::send_command(const command_setup& setup, send_wish wish)
    : talk_command(setup, {}, wish.whole), wish_(std::move(wish)) {}

void send_command::on_ready(const domain::server_facts& facts) {
    command::on_ready(facts);
    if (std::exchange(begun_, true)) return;
    adopt();
    if (!wish_.text) return start_input();
    take_line(*wish_.text);
    end_input();
}

void send_command::take_line(std::string text) {
    while (wish_.whole && text.ends_with('\n')) text.pop_back();
    if (text.empty()) return;
    const std::uint64_t index = added_++;
    domain::outgoing message{.room = wish_.room, .text = std::move(text)};
    if (!wish_.id.empty()) message.id = id_from(wish_.id, index);
    post(std::move(message));
}

void send_command::on_posted(const domain::receipt& receipt) {
    ++answered_;
    talk_command::on_posted(receipt);
}

void send_command::on_rejected(const domain::outgoing& message, const session::request_failure& why) {
    ++answered_;
    ++rejected_;
    talk_command::on_rejected(message, why);
}

void send_command::on_postponed(const domain::outgoing& message, const session::request_failure& why) {
    if (std::exchange(postponed_told_, true)) return;
    says_.status("waiting", server(), "[" + message.room + "] " + why.reason);
}

void send_command::on_request_failed(session::request_kind kind, const std::string& room,
                                     const session::request_failure& why) {
    // Its messages were rejected one by one already, unless there were none yet.
    if (kind == session::request_kind::join && stored_ > 0) return check_done();
    command::on_request_failed(kind, room, why);
}

std::size_t send_command::unsent() const {
    return static_cast<std::size_t>(std::max(added_, stored_) - answered_);
}

void send_command::check_done() {
    if (!input_ended() || !kept_.idle() || chat_.unacknowledged() > 0 || finishing()) {
        if (input_ended() && chat_.unacknowledged() == 0) kept_.flush();
        return;
    }
    const bool all = rejected_ == 0;
    const bool none = rejected_ == answered_;
    finish(all ? app::exit_code::done : none ? app::exit_code::failed : app::exit_code::partly_done);
}

}  // namespace chat_client::commands
