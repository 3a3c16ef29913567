#include "chat-client/commands/line_screen.hpp"

#include "chat-client/terminal/descriptor.hpp"
#include "common/app/output.hpp"
#include "common/app/terminal_text.hpp"

#include <asio/buffer.hpp>

#include <csignal>
#include <unistd.h>
#include <utility>

namespace chat_client::commands {

namespace app = common::app;

line_screen::line_screen(common::runtime::worker& home, screen_actions actions)
    : actions_(std::move(actions)),
      tty_(STDIN_FILENO),
      keys_(home.io()),
      resized_(home.io(), SIGWINCH, SIGCONT) {}

void line_screen::start() {
    std::error_code error;
    keys_.assign(terminal::reopened(STDIN_FILENO, false), error);
    if (error) return actions_.on_end();
    active_ = true;
    tty_.enter();
    write(drawn());
    watch_size();
    read();
}

void line_screen::stop() {
    if (!std::exchange(active_, false)) return;
    write(hidden());
    tty_.leave();
    keys_.close();
    resized_.cancel();
}

void line_screen::set_prompt(std::string prompt) {
    if (active_) write(hidden());
    prompt_ = app::sanitize(prompt, app::text_kind::name);
    if (active_) write(drawn());
}

void line_screen::show(std::string_view lines) {
    if (!active_) return write(lines);
    write(hidden().append(lines) + drawn());
}

void line_screen::read() {
    keys_.async_read_some(asio::buffer(buffer_), [this](std::error_code error, std::size_t count) {
        if (!active_ || error == asio::error::operation_aborted) return;
        if (error) return actions_.on_end();
        for (const terminal::key& pressed : parser_.feed({buffer_.data(), count})) {
            press(pressed);
            if (!active_) return;
        }
        write(hidden() + drawn());
        read();
    });
}

void line_screen::press(const terminal::key& pressed) {
    switch (pressed.kind) {
        case terminal::key_kind::interrupt:
            return actions_.on_interrupt();
        case terminal::key_kind::suspend:
            return suspend();
        case terminal::key_kind::end_of_input:
            if (line_.empty()) actions_.on_end();
            return;
        case terminal::key_kind::redraw:
            return write("\x1b[2J\x1b[H");
        default:
            break;
    }
    if (auto done = line_.press(pressed)) {
        // What was typed comes back as a message when the server has it.
        write(hidden());
        actions_.on_line(*std::move(done));
    }
}

void line_screen::suspend() {
    write(hidden());
    tty_.leave();
    ::kill(0, SIGSTOP);
}

// A new size, or the program goes on after it was stopped.
void line_screen::watch_size() {
    resized_.async_wait([this](std::error_code error, int) {
        if (error || !active_) return;
        tty_.enter();
        write(hidden() + drawn());
        watch_size();
    });
}

std::string line_screen::hidden() const {
    return "\r\x1b[K";
}

std::string line_screen::drawn() const {
    const std::size_t columns = tty_.columns();
    const std::size_t used = app::display_width(prompt_);
    const auto view = line_.shown(columns > used + 2 ? columns - used - 1 : 1);
    const std::size_t at = used + view.cursor_column;
    return prompt_ + view.text + "\r" + (at > 0 ? "\x1b[" + std::to_string(at) + "C" : "");
}

// A terminal takes what it is given; one that is stopped stops us, too.
void line_screen::write(std::string_view bytes) {
    (void)app::write_all(STDOUT_FILENO, bytes);
}

}  // namespace chat_client::commands
