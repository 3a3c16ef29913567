#include "chat-client/commands/talk_command.hpp"

#include "chat-client/commands/identifiers.hpp"

#include <unistd.h>
#include <utility>

namespace chat_client::commands {

talk_command::talk_command(const command_setup& setup, session::session_options chat, bool whole)
    : command(setup, std::move(chat)),
      kept_(home_, setup.options.folders.state, server(),
            {.on_durable =
                 [this](std::vector<domain::outgoing> messages) {
                     on_kept(messages);
                     for (domain::outgoing& each : messages) chat_.post(std::move(each));
                     steer_input();
                 },
             .on_idle =
                 [this] {
                     check_done();
                     settle();
                 },
             .on_failed = [this](const common::app::failure& why) { fail(why); }}),
      input_(home_, STDIN_FILENO,
             {.on_line =
                  [this](std::string line) {
                      take_line(std::move(line));
                      steer_input();
                  },
              .on_end = [this] { end_input(); },
              .whole = whole}) {}

void talk_command::end_input() {
    input_ended_ = true;
    check_done();
}

void talk_command::post(domain::outgoing message) {
    if (message.sent_at_ms == 0) message.sent_at_ms = home_.wall_now().time_since_epoch().count();
    if (message.id == domain::message_id{}) message.id = new_id(random_, message.sent_at_ms);
    kept_.add(std::move(message));
}

void talk_command::steer_input() {
    if (kept_.has_room() && chat_.has_room(room_of_lines())) {
        input_.resume();
    } else {
        input_.pause();
    }
}

void talk_command::forget(const domain::message_id& id) {
    kept_.forget(id);
    steer_input();
    check_done();
}

void talk_command::on_posted(const domain::receipt& receipt) {
    says_.receipt(receipt);
    forget(receipt.id);
}

void talk_command::on_rejected(const domain::outgoing& message, const session::request_failure& why) {
    says_.problem(name_of(why.code), message.room, "not posted: " + why.reason);
    forget(message.id);
}

void talk_command::interrupt() {
    kept_.flush();
    if (const std::size_t left = unsent(); left > 0) {
        says_.notice("interrupted: " + std::to_string(left) +
                     " messages are kept; the next send or join to this server posts them");
    }
    command::interrupt();
}

}  // namespace chat_client::commands
