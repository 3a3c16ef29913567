#include "chat-client/commands/screen_command.hpp"

#include "chat-client/commands/limits.hpp"
#include "common/app/output.hpp"
#include "common/runtime/unique_fd.hpp"
#include "common/trust/known_servers.hpp"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <system_error>
#include <utility>

namespace chat_client::commands {

namespace app = common::app;

namespace {

bool is_known(const command_setup& setup) {
    if (setup.server.pin || setup.options.accept_new || setup.options.plaintext) return true;
    try {
        const common::trust::state_folder folder(setup.options.folders.config);
        return common::trust::known_servers(folder).find(setup.server.name()).has_value();
    } catch (const common::trust::state_error&) {
        return false;  // the dialer has said what is wrong
    }
}

view::settings settings_of(const command_setup& setup, const screen_wish& wish) {
    return {.zone = local_time,
            .theme = wish.coloured ? terminal::theme_name::dark : terminal::theme_name::plain,
            .commands = controller::slash_help(),
            .link_base = "chat://" + setup.server.name() + "/"};
}

std::string from_home(std::string path) {
    const char* const home = std::getenv("HOME");
    if (home != nullptr && path.starts_with("~/")) path.replace(0, 1, home);
    return path;
}

std::error_code write_whole(const std::string& path, const std::string& text, bool append) {
    const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC);
    const common::runtime::unique_fd file{::open(path.c_str(), flags, 0600)};
    if (!file) return {errno, std::generic_category()};
    return app::write_all(file.get(), text);
}

}  // namespace

screen_command::screen_command(const command_setup& setup, screen_wish wish)
    : talk_command(
          setup,
          {.acknowledges = true, .nick = wish.nick, .reads = true, .fingerprints = true, .measures = true},
          false),
      wish_(std::move(wish)),
      known_server_(is_known(setup)),
      view_(settings_of(setup, wish_)),
      screen_(home_, view_,
              {.on_actions =
                   [this](std::vector<view::action> actions) {
                       for (const view::action& each : actions) core_.take(each);
                       screen_.changed();
                   },
               .on_end = [this] { interrupt(); }}),
      log_(home_, cache_thread_,
           {.folder = wish_.cache_bytes == 0 ? "" : setup.options.folders.state,
            .server = server(),
            .bytes_max = wish_.cache_bytes}),
      core_(home_, view_, chat_, log_, host(),
            {.rooms = wish_.rooms,
             .goto_n = wish_.goto_n,
             .server = server(),
             .link_base = "chat://" + server() + "/"}) {
    log_.on_idle = [this] { settle(); };
}

controller::controller_host screen_command::host() {
    return {.post = [this](domain::outgoing message) { post(std::move(message)); },
            .quit =
                [this] {
                    leave_screen();
                    kept_.flush();
                    finish(app::exit_code::done);
                },
            .changed = [this] { screen_.changed(); },
            .ring = [this] { screen_.ring(); },
            .notify =
                [this](std::string_view title, std::string_view text) {
                    if (wish_.notify) screen_.notify(title, text);
                },
            .copy =
                [this](std::string_view text) {
                    if (wish_.clipboard) screen_.copy_to_clipboard(text);
                },
            .write_file = [this](std::string path, std::string text,
                                 bool append) { write_file(std::move(path), std::move(text), append); }};
}

void screen_command::begin() {
    if (known_server_ && !show_screen()) return;
    core_.start();
}

bool screen_command::show_screen() {
    if (std::exchange(shown_, true)) return true;
    if (!screen_.start()) {
        fail({app::exit_code::usage, "terminal", "this terminal cannot show the full screen",
              "it is too small or has no cursor", "use --plain"});
        return false;
    }
    const auto show = [this](std::string_view text) {
        while (text.ends_with('\n')) text.remove_suffix(1);
        view_.notice("", std::string{text});
        screen_.changed();
    };
    says_.set_sinks(show, show);
    return true;
}

void screen_command::leave_screen() {
    if (!shown_) return;
    core_.stop();
    screen_.stop();
    says_.set_sinks({}, {});
}

void screen_command::on_ready(const domain::server_facts& facts) {
    command::on_ready(facts);
    if (!show_screen()) return;
    if (!std::exchange(adopted_, true)) adopt();
    core_.on_ready(facts);
}

void screen_command::on_posted(const domain::receipt& receipt) {
    talk_command::on_posted(receipt);
    core_.on_posted(receipt);
}

void screen_command::on_rejected(const domain::outgoing& message, const session::request_failure& why) {
    kept_.forget(message.id);
    core_.on_rejected(message, why);
}

void screen_command::on_waiting(const std::string& why, common::seam::duration wait) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    core_.set_link(view::link_phase::waiting, why, static_cast<std::uint32_t>(seconds));
}

void screen_command::on_disconnected(const session::disconnect& why) {
    if (!finishing()) {
        core_.on_disconnected();
        core_.set_link(view::link_phase::offline, why.reason);
    }
    command::on_disconnected(why);
}

void screen_command::interrupt() {
    leave_screen();
    talk_command::interrupt();
}

void screen_command::write_file(std::string path, std::string text, bool append) {
    const auto error = std::make_shared<std::error_code>();
    path = from_home(std::move(path));
    ++writing_;
    file_thread_.run(
        home_, [path, text = std::move(text), append, error] { *error = write_whole(path, text, append); },
        [this, path, error] {
            --writing_;
            if (*error) view_.trouble("", "cannot write " + path + ": " + error->message());
            screen_.changed();
            settle();
        });
}

}  // namespace chat_client::commands
