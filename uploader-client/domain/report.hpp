// What a transfer tells about itself, whichever way the files go.
#pragma once

#include "protocol/upload/compare_messages.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace uploader_client::domain {

struct file_report {
    std::string_view path{};
    std::uint64_t bytes = 0;
    protocol::upload::status status = protocol::upload::status::failed;
    std::error_code error{};            // when failed
    protocol::upload::digest digest{};  // zero: not known
    // What the receiving side said when it was asked.
    std::optional<protocol::upload::verdict> verdict{};
    bool is_folder = false;
};

struct transfer_counts {
    std::uint64_t files = 0;  // found so far, folders not counted
    std::uint64_t bytes = 0;
    bool complete = false;  // that is all there is
    std::uint64_t files_done = 0;
    std::uint64_t sent = 0;      // payload on the wire in this run
    std::uint64_t resumed = 0;   // not sent, because it was there
    std::uint64_t received = 0;  // verified on the other side, what was there included
    std::uint64_t durable = 0;   // of those on disk for good
};

// One file that is under way.
struct file_state {
    std::string path{};
    std::uint64_t bytes = 0;     // 0: not known
    std::uint64_t received = 0;  // verified on the other side
};

// The share of the time, 0 to 1, for which each of these held the transfer up.
struct wait_shares {
    double source_disk = 0;
    double source_cpu = 0;  // hashing, packing, encrypting
    double network = 0;
    double target_cpu = 0;
    double target_disk = 0;
    double limit = 0;  // --limit
};

class transfer_observer {
  public:
    virtual ~transfer_observer() = default;
    virtual void on_file(const file_report& what) = 0;
    virtual void on_counts(const transfer_counts& now) = 0;
    // The list of files could not be read to its end.
    virtual void on_list_error(std::error_code why) = 0;
    // It is stored, but could not be deleted here.
    virtual void on_source_kept(std::string_view, std::error_code) {}
};

}  // namespace uploader_client::domain
