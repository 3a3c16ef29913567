#include "chat-client/commands/command.hpp"

#include "chat-client/commands/limits.hpp"
#include "common/app/environment.hpp"
#include "common/app/sizes.hpp"

#include <unistd.h>
#include <utility>

namespace chat_client::commands {

namespace app = common::app;

namespace {

common::service::client_definition definition(const std::string& version) {
    common::service::client_definition made;
    made.app = common::trust::application::chat;
    made.agent = "chat-client " + version;
    made.payload_bytes_max = protocol::limits::data_payload_bytes_max;  // a page is one frame
    made.link.backlog_bytes_max = 0;
    return made;
}

app::failure cannot_write(std::error_code error) {
    return {app::exit_code::failed, "output", "cannot write to standard output", error.message()};
}

}  // namespace

command::command(const command_setup& setup, session::session_options chat)
    : out_(home_, STDOUT_FILENO,
           {.on_high = [this] { chat_.pause_reading(); },
            .on_low = [this] { chat_.resume_reading(); },
            .on_written =
                [this](const std::vector<domain::position>& shown) {
                    for (const auto& [room, seq] : shown) chat_.taken(room, seq);
                    on_shown(shown);
                    settle();
                },
            .on_failed =
                [this](std::error_code error) {
                    output_failed(error);
                    settle();
                }}),
      says_(out_, home_,
            {.json = setup.options.json,
             .quiet = setup.options.quiet,
             .decorated = app::is_decorated(STDOUT_FILENO, app::process_environment())}),
      chat_(home_, *this, std::move(chat)),
      dialer_(setup.options, definition(setup.version), setup.server),
      server_(dialer_.address().name()),
      keeper_(home_, dialer_, chat_, setup.options.retries,
              {.on_retry =
                   [this](const std::string& why, auto wait, bool lost) {
                       // Said once: the attempts in between are for the log.
                       const std::string detail = why + "; trying again in " + app::format_duration(wait);
                       if (lost && !shows_link()) says_.status("reconnecting", server_, detail);
                       on_waiting(why, wait);
                   },
               .on_given_up = [this](app::failure why) { fail(std::move(why)); }}),
      signals_(home_, {.on_drain =
                           [this](int) {
                               interrupted_ = true;
                               interrupt();
                           },
                       .on_reload = [this] { interrupt(); }}),
      finish_limit_(home_) {}

app::exit_code command::run() {
    home_.post([this] {
        begin();
        if (!finishing_) keeper_.start();
    });
    home_.run();
    if (failure_) throw *std::exchange(failure_, std::nullopt);
    return code_;
}

void command::finish(app::exit_code code) {
    if (std::exchange(finishing_, true)) return;
    code_ = code;
    keeper_.stop();
    chat_.finish();
    finish_limit_.start(limits::finish_time_max, [this] { home_.stop(); });
    home_.post([this] { settle(); });
}

void command::fail(app::failure why) {
    if (finishing_) return;
    failure_ = std::move(why);
    on_failing();
    finish(failure_->exit());
}

// Also when everything else is done: what was not written was not done.
// A reader that has seen enough is no failure by then.
void command::output_failed(std::error_code error) {
    if (!finishing_) return fail(cannot_write(error));
    if (!interrupted_ && !failure_ && error != std::errc::broken_pipe) failure_ = cannot_write(error);
}

void command::settle() {
    // Somebody who was interrupted does not wait for a reader.
    if (finishing_ && interrupted_) out_.abandon();
    if (!finishing_ || keeper_.connected() || !settled()) return;
    if (interrupted_ ? !out_.writing() : out_.idle()) home_.stop();
}

void command::interrupt() {
    interrupted_ = true;
    finish(app::exit_code::interrupted);
}

void command::on_ready(const domain::server_facts&) {
    keeper_.ready();
    // The first time only scripts want to know.
    says_.status("connected", server_, "", !std::exchange(connected_before_, true) || shows_link());
}

void command::on_request_failed(session::request_kind kind, const std::string& room,
                                const session::request_failure& why) {
    std::string what = room.empty() ? "the server refused" : "cannot use the room " + room;
    if (kind == session::request_kind::whois) what = "cannot say who " + room + " is";
    fail({app::exit_code::failed, std::string{name_of(why.code)}, what, why.reason});
}

void command::on_trouble(const std::string& room, std::string_view what) {
    says_.problem("protocol", room, what);
}

void command::on_another_log(const std::string& room) {
    says_.problem("another_log", room, "the server's room is not the one that was read before");
}

void command::on_disconnected(const session::disconnect& why) {
    keeper_.disconnected(why);
    settle();
}

}  // namespace chat_client::commands
