#include "common/app/progress_printer.hpp"

#include "common/app/limits.hpp"
#include "common/app/output.hpp"
#include "common/app/terminal_text.hpp"

#include <algorithm>
#include <string>
#include <sys/ioctl.h>
#include <unistd.h>

namespace common::app {
namespace {

constexpr const char* erase_to_end_of_line = "\x1b[K";
constexpr const char* erase_to_end_of_screen = "\x1b[J";

bool in_background(int fd) {
    const pid_t front = ::tcgetpgrp(fd);
    return front > 0 && front != ::getpgrp();
}

}  // namespace

terminal_size terminal_size_of(int fd) {
    terminal_size found{limits::progress_columns_default, limits::progress_rows_default};
    winsize size{};
    if (::ioctl(fd, TIOCGWINSZ, &size) != 0) return found;
    if (size.ws_col != 0) found.columns = size.ws_col;
    if (size.ws_row != 0) found.rows = size.ws_row;
    return found;
}

progress_printer::progress_printer(int fd, const environment& env, bool wanted)
    : fd_(fd), enabled_(wanted && is_decorated(fd, env)) {}

std::size_t progress_printer::columns() const {
    return terminal_size_of(fd_).columns - 1;
}

// From the end of what is drawn to its first column and row.
std::string progress_printer::to_begin() const {
    if (drawn_.empty()) return "\r";
    const terminal_size size = terminal_size_of(fd_);
    std::size_t rows = 0;
    for (const std::string& each : drawn_) {
        rows += std::max<std::size_t>(1, (display_width(each) + size.columns - 1) / size.columns);
    }
    rows = std::min(rows, size.rows);
    return rows > 1 ? "\r\x1b[" + std::to_string(rows - 1) + "A" : "\r";
}

void progress_printer::draw(std::vector<std::string> lines, seam::mono_time now) {
    if (!enabled_) return;
    if (in_background(fd_)) return drawn_.clear();
    const std::size_t rows = std::max<std::size_t>(1, terminal_size_of(fd_).rows);
    if (lines.size() > rows) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(rows));
    std::string out = to_begin();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i > 0) out += "\r\n";
        out += lines[i] + erase_to_end_of_line;
    }
    enabled_ = !write_all(fd_, out + erase_to_end_of_screen);
    drawn_ = std::move(lines);
    next_ = now + limits::progress_interval;
}

void progress_printer::clear() {
    if (enabled_ && !drawn_.empty() && !in_background(fd_))
        enabled_ = !write_all(fd_, to_begin() + erase_to_end_of_screen);
    drawn_.clear();
}

}  // namespace common::app
