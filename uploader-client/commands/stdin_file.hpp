// Standard input as a file that is read forwards, once; a read that waits for somebody to type can be ended.
#pragma once

#include "common/runtime/unique_fd.hpp"
#include "common/seam/disk.hpp"

namespace uploader_client::commands {

class stdin_file final : public common::seam::file {
  public:
    // Throws std::system_error when no descriptor is left.
    stdin_file();

    // Until `out` is full or the input ends; `offset` is where the last read ended.
    common::seam::result<std::size_t> read_at(common::seam::mutable_bytes out, std::uint64_t offset) override;
    // Reads end with errc::operation_canceled from now on; from any thread.
    void interrupt();

    std::error_code write_at(common::seam::const_bytes data, std::uint64_t offset) override;
    std::error_code preallocate(std::uint64_t size) override;
    std::error_code resize(std::uint64_t size) override;
    std::error_code set_mode(std::uint32_t mode) override;
    std::error_code set_mtime(std::int64_t mtime_ns) override;
    std::error_code sync_data() override;
    std::error_code sync_all() override;
    common::seam::result<common::seam::file_info> info() override;

  private:
    common::runtime::unique_fd interrupted_;  // an eventfd
};

}  // namespace uploader_client::commands
