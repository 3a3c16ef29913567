// What the comparison of a local file with the server's means. Pure.
#pragma once

#include "protocol/upload/file_messages.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <vector>

namespace uploader_client::domain {

// One end's view of a file.
struct compared_state {
    protocol::upload::entry_kind kind = protocol::upload::entry_kind::other;
    std::error_code error{};  // why it is not known; no_such_file: it is not there
    std::uint64_t size = 0;   // bytes
    std::vector<std::byte> digest{};
};

enum class difference { none, missing, kind, size, content, unreadable };
std::string_view name_of(difference what);

difference compare(const compared_state& here, const compared_state& there);

class comparison_observer {
  public:
    virtual ~comparison_observer() = default;
    virtual void on_compared(std::string_view path, const compared_state& here,
                             const compared_state& there) = 0;
    virtual void on_read(std::uint64_t bytes) = 0;
    // The list of files could not be read to its end.
    virtual void on_list_error(std::error_code why) = 0;
};

}  // namespace uploader_client::domain
