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

// Whole lines, if there are any within `most`.
std::size_t next_write_bytes(std::string_view bytes, std::size_t most) {
    if (bytes.size() <= most) return bytes.size();
    const std::size_t end = bytes.rfind('\n', most - 1);
    return end == std::string_view::npos ? most : end + 1;
}

// As app::write_all, but ends when nobody waits for it any more. Takes what it wrote away from `bytes`.
std::error_code write_unless(const std::atomic<bool>& abandoned, int fd, std::string_view& bytes) {
    const std::size_t most = is_regular(fd) ? limits::file_write_bytes : limits::pipe_write_bytes;
    constexpr int wait_ms = std::chrono::milliseconds{limits::output_poll_time}.count();
    while (!bytes.empty()) {
        if (abandoned) return std::make_error_code(std::errc::operation_canceled);
        pollfd ready{.fd = fd, .events = POLLOUT, .revents = 0};
        if (::poll(&ready, 1, wait_ms) <= 0) continue;
        const ssize_t written = ::write(fd, bytes.data(), next_write_bytes(bytes, most));
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
    if (!marks_.empty() && marks_.back().end == waiting_.size() && marks_.back().position.room == room) {
        marks_.back().position.seq = seq;
    } else {
        marks_.push_back({waiting_.size(), {room, seq}});
    }
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
    const auto how = std::make_shared<outcome>();
    thread_.run(
        home_,
        [this, how] {
            std::string_view rest = piece_;
            how->error = write_unless(abandoned_, fd_, rest);
            how->bytes = piece_.size() - rest.size();
        },
        [this, how] { done(*how); });
}

void output_queue::done(const outcome& how) {
    writing_ = false;
    std::vector<domain::position> written;
    for (mark_at& mark : piece_marks_) {
        if (mark.end > how.bytes) break;
        written.push_back(std::move(mark.position));
    }
    if (how.error) {
        failed_ = how.error;
        waiting_.clear();
        marks_.clear();
    }
    if (actions_.on_written) actions_.on_written(written);
    if (!how.error) return pump();
    if (actions_.on_failed) actions_.on_failed(how.error);
}

}  // namespace chat_client::commands
