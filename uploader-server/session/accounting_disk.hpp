// The root as one key's uploads see it: files that come under a final name are counted for the key, and, when
// there are quotas per key, labelled with it, so that the count is found again after a restart.
//
//   accounting_disk disk(root, quota, key_id);
//
//   create in .sluice ──▶ label          durable with the file's own sync
//   rename into place ──▶ +1 file        refused with quota_exceeded
//   rename over       ──▶ the replaced file goes from whoever had it
//
// Bytes are counted by the receiver through its allowance; here only those of a replaced file change hands.
// Blocking: for the blocking pool. The quota outlives it.
#pragma once

#include "common/seam/disk.hpp"
#include "uploader-server/domain/quota.hpp"

#include <memory>
#include <string>

namespace uploader_server::session {

class accounting_disk final : public common::seam::disk {
  public:
    accounting_disk(std::shared_ptr<common::seam::disk> root, domain::quota& quota, std::string key)
        : root_(std::move(root)), quota_(quota), key_(std::move(key)) {}

    common::seam::result<std::unique_ptr<common::seam::file>> open_read(std::string_view path) override {
        return root_->open_read(path);
    }
    common::seam::result<std::unique_ptr<common::seam::file>> open_write(std::string_view path) override {
        return root_->open_write(path);
    }
    common::seam::result<std::unique_ptr<common::seam::file>> create(std::string_view path,
                                                                     std::uint32_t mode) override;
    std::error_code make_folder(std::string_view path, std::uint32_t mode) override {
        return root_->make_folder(path, mode);
    }
    std::error_code make_link(std::string_view target, std::string_view path) override {
        return root_->make_link(target, path);
    }
    common::seam::result<std::string> read_link(std::string_view path) override {
        return root_->read_link(path);
    }
    std::error_code remove(std::string_view path) override { return root_->remove(path); }
    std::error_code remove_folder(std::string_view path) override { return root_->remove_folder(path); }
    std::error_code rename_new(std::string_view from, std::string_view to) override;
    std::error_code rename_over(std::string_view from, std::string_view to) override;
    std::error_code sync_folder(std::string_view path) override { return root_->sync_folder(path); }
    std::error_code sync_everything() override { return root_->sync_everything(); }
    common::seam::result<common::seam::file_info> info(std::string_view path) override {
        return root_->info(path);
    }
    std::error_code list(std::string_view path, const visitor& each) override {
        return root_->list(path, each);
    }
    common::seam::result<std::unique_ptr<common::seam::folder_reader>> open_folder(
        std::string_view path) override {
        return root_->open_folder(path);
    }
    std::error_code set_attributes(std::string_view path, std::uint32_t mode,
                                   std::int64_t mtime_ns) override {
        return root_->set_attributes(path, mode, mtime_ns);
    }
    common::seam::result<std::uint64_t> free_bytes() override { return root_->free_bytes(); }
    common::seam::result<std::string> label(std::string_view path) override { return root_->label(path); }

  private:
    const std::shared_ptr<common::seam::disk> root_;
    domain::quota& quota_;
    const std::string key_;
};

// Whose file this is; empty: nobody's, or labels are not kept.
std::string owner_of(common::seam::disk& disk, std::string_view path, const domain::quota& quota);

}  // namespace uploader_server::session
