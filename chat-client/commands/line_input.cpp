#include "chat-client/commands/line_input.hpp"

#include "chat-client/commands/limits.hpp"
#include "common/app/utf8.hpp"

#include <asio/buffer.hpp>

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace chat_client::commands {

std::string repaired_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto next = common::app::read_code_point(text, at);
        out += next.valid ? text.substr(at, next.bytes) : std::string_view{"\uFFFD"};
        at += next.bytes;
    }
    return out;
}

line_input::line_input(common::runtime::worker& home, int fd, input_actions actions)
    : fd_(fd),
      flags_before_(::fcntl(fd, F_GETFL)),
      stream_(home.io()),
      actions_(std::move(actions)),
      buffer_(limits::input_read_bytes) {}

line_input::~line_input() {
    stream_.release();
    // Asio made it non-blocking, for everyone who shares it.
    if (flags_before_ >= 0) ::fcntl(fd_, F_SETFL, flags_before_);
}

void line_input::start() {
    started_ = true;
    std::error_code error;
    stream_.assign(fd_, error);
    ended_ = bool{error};  // closed: there is nothing to read
    resume();
}

void line_input::resume() {
    paused_ = false;
    if (started_ && !delivering_) deliver();
}

void line_input::read() {
    if (reading_ || ended_ || paused_) return;
    reading_ = true;
    stream_.async_read_some(asio::buffer(buffer_), [this](std::error_code error, std::size_t bytes) {
        if (error == asio::error::operation_aborted) return;
        reading_ = false;
        pending_.append(buffer_.data(), bytes);
        if (error) ended_ = true;
        deliver();
    });
}

void line_input::deliver() {
    delivering_ = true;
    while (!paused_ && taken_ < pending_.size()) {
        const auto rest = std::string_view{pending_}.substr(taken_);
        const std::size_t end = actions_.whole ? std::string_view::npos : rest.find('\n');
        const auto part = rest.substr(0, end);
        const std::size_t room = limits::line_bytes_max + 1 - line_.size();
        line_.append(part.substr(0, std::min(part.size(), room)));
        taken_ += part.size() + (end == std::string_view::npos ? 0 : 1);
        if (end != std::string_view::npos) emit(std::exchange(line_, {}));
    }
    if (taken_ == pending_.size()) {
        pending_.clear();
        taken_ = 0;
    }
    delivering_ = false;
    if (paused_) return;
    if (!ended_) return read();
    if (std::exchange(end_told_, true)) return;
    if (!line_.empty()) emit(std::exchange(line_, {}));
    actions_.on_end();
}

void line_input::emit(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    actions_.on_line(repaired_utf8(line));
}

}  // namespace chat_client::commands
