// A tree of plain files seen as its sealed form: what a sender reads from it is sealed, and what a receiver
// puts in place is opened first. Names too; which folder a file is in stays visible.
//
//   auto sealed = std::make_shared<sealed_disk>(plain, keys);
//   tree_scan scan(sealed, keys->seal_path("photos"), keys->seal_path("photos"));      // put
//   receiver::create({.disk = *sealed, …})                                             // get
//
//        sealed paths                      plain paths
//   ── list, info, open_read ──▶ names opened ──▶ disk      sizes and contents sealed on the way back
//   ── rename into place ──────▶ content opened, checked and synced, then renamed ──▶ disk
//   ── below .sluice ──────────────────────────────────────────────▶ disk, as it is
//
// Contents that are not intact and names that were sealed with another key end with verification_failed, and
// nothing comes under a final name. Blocking: for the blocking pool.
#pragma once

#include "common/seam/disk.hpp"
#include "common/stream/seal_names.hpp"
#include "common/stream/seal_secret.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace common::transfer {

// Everything one run seals and opens with.
class sealing {
  public:
    // `salt`: of the place, see salt_of_place(). Blocks. Throws std::system_error when a key cannot be
    // derived.
    sealing(stream::seal_secret secret, const std::array<std::byte, stream::seal_salt_bytes>& salt);

    const stream::seal_secret& secret() const { return secret_; }
    const stream::seal_preamble& preamble() const { return preamble_; }

    // Nothing when a name becomes too long.
    std::optional<std::string> seal_path(std::string_view path) const;
    // Nothing when a name was sealed with another key. Folders may have plain names, files may not.
    enum class last { file, folder };
    std::optional<std::string> open_path(std::string_view sealed, last kind) const;
    // For people: names that cannot be opened stay as they are.
    std::string readable(std::string_view path) const;

  private:
    const stream::seal_secret secret_;
    const stream::seal_preamble preamble_;
    const stream::name_seal names_;
};

class sealed_disk final : public seam::disk {
  public:
    sealed_disk(std::shared_ptr<seam::disk> plain, std::shared_ptr<const sealing> keys)
        : plain_(std::move(plain)), keys_(std::move(keys)) {}

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
    std::error_code sync_everything() override { return plain_->sync_everything(); }
    seam::result<seam::file_info> info(std::string_view path) override;
    std::error_code list(std::string_view path, const visitor& each) override;
    std::error_code set_attributes(std::string_view path, std::uint32_t mode, std::int64_t mtime_ns) override;
    seam::result<std::uint64_t> free_bytes() override { return plain_->free_bytes(); }

  private:
    seam::result<std::string> plain_path(std::string_view path,
                                         sealing::last kind = sealing::last::folder) const;
    // Opens the staged file beside itself; returns where.
    seam::result<std::string> open_staged(std::string_view staged);
    std::error_code rename(std::string_view from, std::string_view to, bool over);

    const std::shared_ptr<seam::disk> plain_;
    const std::shared_ptr<const sealing> keys_;
};

}  // namespace common::transfer
