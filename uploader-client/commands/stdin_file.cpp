#include "uploader-client/commands/stdin_file.hpp"

#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace uploader_client::commands {

namespace seam = common::seam;

namespace {

std::error_code last_error() {
    return {errno, std::generic_category()};
}

std::error_code read_only() {
    return make_error_code(std::errc::operation_not_supported);
}

}  // namespace

stdin_file::stdin_file() : interrupted_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (interrupted_.get() < 0) throw std::system_error(last_error(), "eventfd");
}

seam::result<std::size_t> stdin_file::read_at(seam::mutable_bytes out, std::uint64_t) {
    std::size_t done = 0;
    while (done < out.size()) {
        std::array<pollfd, 2> ready{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{interrupted_.get(), POLLIN, 0}};
        if (::poll(ready.data(), ready.size(), -1) < 0) {
            if (errno == EINTR) continue;
            return last_error();
        }
        if (ready[1].revents != 0) return make_error_code(std::errc::operation_canceled);
        const ssize_t got = ::read(STDIN_FILENO, out.data() + done, out.size() - done);
        if (got == 0) break;
        if (got < 0) {
            if (errno == EINTR || errno == EAGAIN) continue;
            return last_error();
        }
        done += static_cast<std::size_t>(got);
    }
    return done;
}

void stdin_file::interrupt() {
    const std::uint64_t one = 1;
    // It can only fail when the counter is full: interrupted already.
    [[maybe_unused]] const ssize_t written = ::write(interrupted_.get(), &one, sizeof one);
}

std::error_code stdin_file::write_at(seam::const_bytes, std::uint64_t) {
    return read_only();
}
std::error_code stdin_file::preallocate(std::uint64_t) {
    return read_only();
}
std::error_code stdin_file::resize(std::uint64_t) {
    return read_only();
}
std::error_code stdin_file::set_mode(std::uint32_t) {
    return read_only();
}
std::error_code stdin_file::set_mtime(std::int64_t) {
    return read_only();
}
std::error_code stdin_file::sync_data() {
    return read_only();
}
std::error_code stdin_file::sync_all() {
    return read_only();
}
seam::result<seam::file_info> stdin_file::info() {
    return seam::file_info{.kind = seam::file_kind::other};
}

}  // namespace uploader_client::commands
