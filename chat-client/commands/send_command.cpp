#include "chat-client/commands/send_command.hpp"

#include "chat-client/commands/identifiers.hpp"

#include <algorithm>
#include <unistd.h>
#include <utility>

namespace chat_client::commands {

namespace app = common::app;

send_command::send_command(const command_setup& setup, send_wish wish)
    : command(setup, {}),
      wish_(std::move(wish)),
      kept_(home_, setup.options.folders.state, server(),
            {.on_durable =
                 [this](std::vector<domain::outgoing> messages) {
                     for (domain::outgoing& each : messages) {
                         ++stored_;
                         chat_.post(std::move(each));
                     }
                     steer_input();
                 },
             .on_idle =
                 [this] {
                     check_done();
                     settle();
                 },
             .on_failed = [this](const app::failure& why) { fail(why); }}),
      input_(home_, STDIN_FILENO,
             {.on_line = [this](std::string line) { add(std::move(line)); },
              .on_end =
                  [this] {
                      input_ended_ = true;
                      check_done();
                  },
              .whole = wish_.whole}) {}

void send_command::on_ready(const domain::server_facts& facts) {
    command::on_ready(facts);
    if (std::exchange(begun_, true)) return;
    kept_.adopt();
    if (wish_.text) {
        add(*wish_.text);
        input_ended_ = true;
        check_done();
    } else {
        input_.start();
    }
}

void send_command::add(std::string text) {
    while (wish_.whole && text.ends_with('\n')) text.pop_back();
    if (text.empty()) return;
    const std::uint64_t index = added_++;
    kept_.add({.room = wish_.room,
               .id = wish_.id.empty() ? random_id(random_) : id_from(wish_.id, index),
               .sent_at_ms = home_.wall_now().time_since_epoch().count(),
               .text = std::move(text),
               .target_n = std::nullopt});
    steer_input();
}

void send_command::steer_input() {
    if (kept_.has_room() && chat_.has_room(wish_.room)) {
        input_.resume();
    } else {
        input_.pause();
    }
}

void send_command::on_posted(const domain::receipt& receipt) {
    ++answered_;
    says_.receipt(receipt);
    kept_.forget(receipt.id);
    steer_input();
    check_done();
}

void send_command::on_rejected(const domain::outgoing& message, const session::request_failure& why) {
    ++answered_;
    ++rejected_;
    says_.problem(name_of(why.code), message.room, "not posted: " + why.reason);
    kept_.forget(message.id);
    steer_input();
    check_done();
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

std::uint64_t send_command::unsent() const {
    return std::max(added_, stored_) - answered_;
}

void send_command::check_done() {
    if (!input_ended_ || !kept_.idle() || chat_.unacknowledged() > 0 || finishing()) {
        if (input_ended_ && chat_.unacknowledged() == 0) kept_.flush();
        return;
    }
    const bool all = rejected_ == 0;
    const bool none = rejected_ == answered_;
    finish(all ? app::exit_code::done : none ? app::exit_code::failed : app::exit_code::partly_done);
}

void send_command::interrupt() {
    if (unsent() > 0) {
        says_.notice("interrupted: " + std::to_string(unsent()) +
                     " messages are kept; the next send or join to this server posts them");
    }
    kept_.flush();
    command::interrupt();
}

}  // namespace chat_client::commands
