#include "chat-client/terminal/descriptor.hpp"

#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace chat_client::terminal {

int reopened(int fd, bool for_writing) {
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    const int mode = for_writing ? O_WRONLY : O_RDONLY;
    const int own = ::open(path.c_str(), mode | O_CLOEXEC | O_NOCTTY);
    return own >= 0 ? own : ::dup(fd);
}

}  // namespace chat_client::terminal
