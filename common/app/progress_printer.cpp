#include "common/app/progress_printer.hpp"

#include "common/app/limits.hpp"
#include "common/app/output.hpp"

#include <string>
#include <sys/ioctl.h>

namespace common::app {
namespace {

constexpr const char* erase_line = "\r\x1b[K";

}  // namespace

std::size_t terminal_columns(int fd) {
    winsize size{};
    if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return limits::progress_columns_default;
    return size.ws_col;
}

progress_printer::progress_printer(int fd, const environment& env, bool wanted)
    : fd_(fd), enabled_(wanted && is_decorated(fd, env)) {}

void progress_printer::show(const progress_view& view, seam::mono_time now) {
    if (!enabled_ || (drawn_ && now < next_)) return;
    // The last column stays free: writing into it makes some terminals wrap.
    const std::string line = render_progress(view, terminal_columns(fd_) - 1);
    enabled_ = !write_all(fd_, erase_line + line);
    drawn_ = true;
    next_ = now + limits::progress_interval;
}

void progress_printer::clear() {
    if (enabled_ && drawn_) enabled_ = !write_all(fd_, erase_line);
    drawn_ = false;
}

}  // namespace common::app
