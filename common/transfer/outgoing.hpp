// What a sender sends: one file or folder, and where the list of them comes from.
#pragma once

#include "common/seam/disk.hpp"
#include "protocol/upload/messages.hpp"

#include <memory>
#include <string>
#include <vector>

namespace common::transfer {

struct outgoing {
    std::string path{};  // on the wire
    protocol::upload::entry_kind kind = protocol::upload::entry_kind::file;
    std::uint64_t size = 0;              // size_unknown for a stream
    std::int64_t mtime_ns = 0;           // 0: not to be preserved
    std::uint32_t mode = 0;              // 0: not to be preserved
    std::uint64_t identity = 0;          // see identity_of()
    std::shared_ptr<seam::disk> disk{};  // where source_path is read …
    std::string source_path{};
    std::string link_target{};             // of a link
    std::shared_ptr<seam::file> stream{};  // … or a file that is only read forwards, once, such as stdin
    std::error_code error{};               // it cannot be sent: told as its outcome, without asking the peer
};

// Tells versions of a file apart as well as the file system can.
std::uint64_t identity_of(const seam::file_info& info);

class outgoing_source {
  public:
    virtual ~outgoing_source() = default;
    // The next items, at most `count_max`; none: that was all. On the blocking pool, one call at a time.
    virtual seam::result<std::vector<outgoing>> next(std::size_t count_max) = 0;
    // How many links and special files were passed over so far.
    virtual std::uint64_t left_out() const { return 0; }
};

}  // namespace common::transfer
