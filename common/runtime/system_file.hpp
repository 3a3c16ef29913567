// One regular file of the operating system behind seam::file. Calls may block; one caller at a time per
// offset.
#pragma once

#include "common/runtime/unique_fd.hpp"
#include "common/seam/disk.hpp"

#include <array>
#include <cstdint>
#include <ctime>
#include <sys/stat.h>

namespace common::runtime {

seam::file_info info_from(const struct stat& raw);
// As futimens() takes them: the time of the last access stays.
std::array<timespec, 2> modified_at(std::int64_t mtime_ns);
std::error_code last_error();
// None when a system call returned 0, errno's otherwise.
std::error_code checked(int returned);

class system_file final : public seam::file {
  public:
    explicit system_file(unique_fd fd) : fd_(std::move(fd)) {}

    seam::result<std::size_t> read_at(seam::mutable_bytes out, std::uint64_t offset) override;
    std::error_code write_at(seam::const_bytes data, std::uint64_t offset) override;
    std::error_code preallocate(std::uint64_t size) override;
    std::error_code resize(std::uint64_t size) override;
    std::error_code set_mode(std::uint32_t mode) override;
    std::error_code set_mtime(std::int64_t mtime_ns) override;
    std::error_code sync_data() override;
    std::error_code sync_all() override;
    seam::result<seam::file_info> info() override;
    std::error_code forget_cached() override;
    std::error_code set_label(std::string_view text) override;
    // Not part of the seam: system_disk reads labels.
    seam::result<std::string> label();
    seam::result<seam::byte_range> next_data(std::uint64_t offset) override;
    std::error_code punch(std::uint64_t offset, std::uint64_t bytes) override;

  private:
    unique_fd fd_;
};

}  // namespace common::runtime
