// The folder tree beneath one root of the operating system behind seam::disk.
//
//   system_disk disk("/srv/files");   // throws std::system_error when the root cannot be opened
//
// The root is opened once; every path is resolved beneath that descriptor with openat2(), so that neither
// ".." nor a link put there by another user leads out of it. Links are made and read, never followed;
// devices, pipes and sockets are never opened. Thread-safe.
#pragma once

#include "common/runtime/folder_cache.hpp"
#include "common/seam/disk.hpp"

#include <string>

namespace common::runtime {

class system_disk final : public seam::disk {
  public:
    explicit system_disk(const std::string& root);

    seam::result<std::unique_ptr<seam::file>> open_read(std::string_view path) override;
    seam::result<std::unique_ptr<seam::file>> open_write(std::string_view path) override;
    seam::result<std::unique_ptr<seam::file>> create(std::string_view path, std::uint32_t mode) override;
    std::error_code make_folder(std::string_view path, std::uint32_t mode) override;
    std::error_code make_link(std::string_view target, std::string_view path) override;
    seam::result<std::string> read_link(std::string_view path) override;
    std::error_code remove(std::string_view path) override;
    std::error_code remove_folder(std::string_view path) override;
    std::error_code rename_new(std::string_view from, std::string_view to) override;
    std::error_code rename_over(std::string_view from, std::string_view to) override;
    std::error_code sync_folder(std::string_view path) override;
    std::error_code sync_everything() override;
    seam::result<seam::file_info> info(std::string_view path) override;
    std::error_code list(std::string_view path, const visitor& each) override;
    seam::result<std::unique_ptr<seam::folder_reader>> open_folder(std::string_view path) override;
    std::error_code set_attributes(std::string_view path, std::uint32_t mode, std::int64_t mtime_ns) override;
    seam::result<std::uint64_t> free_bytes() override;
    seam::result<std::string> label(std::string_view path) override;

  private:
    // The parent folder's descriptor and the last component: what the *at() calls take.
    struct place {
        folder_cache::handle parent;
        std::string name;
        int at() const { return parent->get(); }
    };

    seam::result<place> locate(std::string_view path);
    seam::result<std::unique_ptr<seam::file>> open_file(std::string_view path, int flags, std::uint32_t mode);
    std::error_code unlink(std::string_view path, int flags);
    std::error_code rename(std::string_view from, std::string_view to, unsigned flags);

    folder_cache folders_;
};

}  // namespace common::runtime
