#include "chat-client/commands/full_screen.hpp"

#include "chat-client/terminal/crash_restore.hpp"
#include "chat-client/terminal/descriptor.hpp"
#include "chat-client/terminal/modes.hpp"
#include "common/app/output.hpp"

#include <asio/buffer.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <csignal>
#include <unistd.h>
#include <utility>

namespace chat_client::commands {

using namespace std::chrono_literals;
using terminal::key_kind;

namespace {

constexpr common::seam::duration frame_interval = 16ms;
// How long an escape may be the beginning of a sequence, over ssh as well.
constexpr common::seam::duration escape_delay = 50ms;
constexpr terminal::extent smallest{16, 4};
// Bells and notes beyond are dropped: the terminal is not reading.
constexpr std::size_t waiting_bytes_max = 256 * 1024;

}  // namespace

full_screen::full_screen(common::runtime::worker& home, view::application& view, full_screen_actions actions)
    : home_(home),
      view_(view),
      actions_(std::move(actions)),
      tty_(STDIN_FILENO),
      keys_(home.io()),
      out_(home.io()),
      signals_(home.io(), SIGWINCH, SIGCONT),
      frame_timer_(home),
      escape_timer_(home) {}

bool full_screen::open_terminal() {
    std::error_code error;
    keys_.assign(terminal::reopened(STDIN_FILENO, false), error);
    if (!error) out_.assign(terminal::reopened(STDOUT_FILENO, true), error);
    return !error;
}

bool full_screen::start() {
    const auto size = tty_.size();
    if (size.columns < smallest.columns || size.rows < smallest.rows || !open_terminal()) return false;
    enter();
    if (!tty_.active()) return false;
    active_ = true;
    watch_signals();
    read();
    changed();
    return true;
}

void full_screen::stop() {
    if (!std::exchange(active_, false)) return;
    frame_timer_.stop();
    escape_timer_.stop();
    signals_.cancel();
    keys_.close();
    out_.close();
    if (!suspended_) leave();
}

void full_screen::enter() {
    tty_.enter();
    if (!tty_.active()) return;
    terminal::crash_restore::arm(STDOUT_FILENO, tty_.before(), terminal::leave_full_screen);
    (void)common::app::write_all(STDOUT_FILENO, terminal::enter_full_screen);
    mouse_ = false;
    renderer_.reset();
    view_.resize(tty_.size());
}

void full_screen::leave() {
    (void)common::app::write_all(STDOUT_FILENO, terminal::leave_full_screen);
    tty_.leave();
    terminal::crash_restore::disarm();
}

void full_screen::read() {
    keys_.async_read_some(asio::buffer(buffer_), [this](std::error_code error, std::size_t count) {
        if (error == asio::error::operation_aborted || !active_) return;
        if (error) return actions_.on_end();
        escape_timer_.stop();
        take(parser_.feed({buffer_.data(), count}));
        if (!active_) return;
        if (parser_.waits()) escape_timer_.start(escape_delay, [this] { take(parser_.flush()); });
        read();
    });
}

void full_screen::take(const std::vector<terminal::key>& keys) {
    for (const terminal::key& pressed : keys) {
        if (pressed.kind == key_kind::suspend) {
            suspend();
        } else if (pressed.kind == key_kind::redraw) {
            renderer_.reset();
        } else {
            view_.press(pressed);
            deliver();  // before the next key changes what the answer depends on
        }
        if (!active_) return;
    }
    changed();
}

void full_screen::suspend() {
    leave();
    suspended_ = true;
    ::kill(0, SIGSTOP);
}

// A new size, or the program goes on after it was stopped, by us or by somebody else.
void full_screen::watch_signals() {
    signals_.async_wait([this](std::error_code error, int number) {
        if (error || !active_) return;
        if (number == SIGCONT) {
            if (!suspended_) leave();
            suspended_ = false;
            enter();
        }
        view_.resize(tty_.size());
        changed();
        watch_signals();
    });
}

void full_screen::changed() {
    dirty_ = true;
    if (!active_ || suspended_ || busy_ || frame_timer_.running()) return;
    const auto since = home_.mono_now() - last_frame_;
    const auto delay = since >= frame_interval ? common::seam::duration{} : frame_interval - since;
    frame_timer_.start(delay, [this] {
        draw();
        deliver();
    });
}

void full_screen::draw() {
    if (!active_ || suspended_ || busy_) return;
    dirty_ = false;
    last_frame_ = home_.mono_now();
    std::string bytes = renderer_.update(view_.draw());
    if (view_.wants_mouse() != mouse_) {
        mouse_ = !mouse_;
        bytes += mouse_ ? terminal::mouse_on : terminal::mouse_off;
    }
    waiting_ += bytes;
    write();
}

void full_screen::send(std::string_view bytes) {
    if (!active_ || suspended_ || waiting_.size() + bytes.size() > waiting_bytes_max) return;
    waiting_ += bytes;
    write();
}

void full_screen::write() {
    if (busy_ || waiting_.empty()) return;
    busy_ = true;
    writing_ = std::exchange(waiting_, {});
    asio::async_write(out_, asio::buffer(writing_), [this](std::error_code error, std::size_t) {
        if (error == asio::error::operation_aborted || !active_) return;
        busy_ = false;
        if (error) return actions_.on_end();
        write();
        if (dirty_) changed();
    });
}

void full_screen::deliver() {
    auto wishes = view_.actions();
    if (!wishes.empty()) actions_.on_actions(std::move(wishes));
}

void full_screen::ring() {
    send(terminal::bell);
}

void full_screen::notify(std::string_view title, std::string_view text) {
    send(terminal::desktop_note(title, text));
}

void full_screen::copy_to_clipboard(std::string_view text) {
    send(terminal::clipboard_write(text));
}

}  // namespace chat_client::commands
