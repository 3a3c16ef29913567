#include "common/app/output.hpp"

#include "common/app/failure.hpp"

#include <cerrno>
#include <poll.h>
#include <unistd.h>

namespace common::app {

std::error_code write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {
            pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
            ::poll(&waiting, 1, -1);
        } else if (errno != EINTR) {
            return {errno, std::generic_category()};
        }
    }
    return {};
}

void print(std::string_view bytes) {
    const auto error = write_all(STDOUT_FILENO, bytes);
    if (error) throw failure(exit_code::failed, "output", "cannot write to standard output", error.message());
}

}  // namespace common::app
