#include "chat-client/storage/own_files.hpp"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace chat_client::storage {

const std::string& made_private(const std::string& path) {
    if (path == ":memory:") return path;
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) throw std::system_error(errno, std::generic_category(), "cannot open " + path);
    ::close(file);
    return path;
}

}  // namespace chat_client::storage
