#include "chat-client/commands/output_queue.hpp"

#include "chat-client/commands/limits.hpp"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace chat_client::commands {
namespace {

bool is_regular(int fd) {
    struct stat info {};
    return ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
}

// As app::write_all, but ends when nobody waits for it any more.
std::error_code write_unless(const std::atomic<bool>& abandoned, int fd, std::string_view bytes) {
    const std::size_t most = is_regular(fd) ? limits::file_write_bytes : limits::pipe_write_bytes;
    constexpr int wait_ms = std::chrono::milliseconds{limits::output_poll_time}.count();
    while (!bytes.empty()) {
        if (abandoned) return std::make_error_code(std::errc::operation_canceled);
        pollfd ready{.fd = fd, .events = POLLOUT, .revents = 0};
        if (::poll(&ready, 1, wait_ms) <= 0) continue;
        const ssize_t written = ::write(fd, bytes.data(), std::min(bytes.size(), most));
        if (written >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EAGAIN && errno != EINTR) {
            return {errno, std::generic_category()};
        }
    }
    return {};
}

}  // namespace

output_queue::output_queue(common::seam::event_loop& home, int fd, output_actions actions)
    : home_(home), fd_(fd), actions_(std::move(actions)) {}

output_queue::~output_queue() {
    abandoned_ = true;
}

void output_queue::write(std::string_view text) {
    if (failed_) return;
    waiting_ += text;
    if (!high_ && waiting_.size() > limits::output_high_water_bytes) {
        high_ = true;
        if (actions_.on_high) actions_.on_high();
    }
    schedule();
}

void output_queue::mark(const std::string& room, std::uint64_t seq) {
    if (failed_) return;
    marks_[room] = seq;
    schedule();
}

void output_queue::schedule() {
    if (writing_ || std::exchange(scheduled_, true)) return;
    // Everything that this turn of the loop says goes out in one piece.
    home_.post([this] {
        scheduled_ = false;
        pump();
    });
}

void output_queue::pump() {
    if (writing_ || failed_ || idle()) return;
    writing_ = true;
    piece_.clear();
    piece_.swap(waiting_);
    piece_marks_ = std::exchange(marks_, {});
    if (std::exchange(high_, false) && actions_.on_low) actions_.on_low();
    const auto error = std::make_shared<std::error_code>();
    thread_.run(
        home_, [this, error] { *error = write_unless(abandoned_, fd_, piece_); },
        [this, error] { done(*error); });
}

void output_queue::done(std::error_code error) {
    writing_ = false;
    if (error) {
        failed_ = error;
        waiting_.clear();
        marks_.clear();
        if (actions_.on_failed) actions_.on_failed(error);
        return;
    }
    std::vector<domain::position> written;
    for (const auto& [room, seq] : piece_marks_) written.push_back({room, seq});
    if (actions_.on_written) actions_.on_written(written);
    pump();
}

}  // namespace chat_client::commands
