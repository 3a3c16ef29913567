// The disk as one process sees it: seam::disk over the machine's disk_media, dead when the process is.
//
//   simulated_disk disk{media, process.alive()};
//
// After the death of the process every call fails and changes nothing, so that destructors and the rest of an
// interrupted handler cannot tidy up what a real crash would have left lying about.
#pragma once

#include "common/seam/disk.hpp"
#include "tests/simulation/disk_media.hpp"

namespace tests::simulation {

// Walks a path of components joined by '/'; "" is the folder itself. Links are not followed.
common::seam::result<inode_ref> find_inode(const inode_ref& from, std::string_view path);

class simulated_disk final : public common::seam::disk {
  public:
    simulated_disk(disk_media& media, life whose) : media_(media), life_(std::move(whose)) {}

    template <class T>
    using result = common::seam::result<T>;
    using file_ptr = std::unique_ptr<common::seam::file>;

    result<file_ptr> open_read(std::string_view path) override;
    result<file_ptr> open_write(std::string_view path) override;
    result<file_ptr> create(std::string_view path, std::uint32_t mode) override;
    std::error_code make_folder(std::string_view path, std::uint32_t mode) override;
    std::error_code make_link(std::string_view target, std::string_view path) override;
    result<std::string> read_link(std::string_view path) override;
    std::error_code remove(std::string_view path) override;
    std::error_code remove_folder(std::string_view path) override;
    std::error_code rename_new(std::string_view from, std::string_view to) override;
    std::error_code rename_over(std::string_view from, std::string_view to) override;
    std::error_code sync_folder(std::string_view path) override;
    std::error_code sync_everything() override;
    result<common::seam::file_info> info(std::string_view path) override;
    std::error_code list(std::string_view path, const visitor& each) override;
    std::error_code set_attributes(std::string_view path, std::uint32_t mode, std::int64_t mtime_ns) override;
    result<std::uint64_t> free_bytes() override;

  private:
    // Where a name is or would be.
    struct place {
        inode_ref folder;
        std::string name;
        inode_ref there;  // null: nothing has this name
    };
    result<place> locate(std::string_view path);
    result<file_ptr> open(std::string_view path, bool writable);
    result<inode_ref> make(std::string_view path, common::seam::file_kind kind, std::uint32_t mode);
    std::error_code unlink(std::string_view path, bool folder);
    std::error_code rename(std::string_view from, std::string_view to, bool replace);
    std::error_code begin_change(bool grows);
    std::error_code dead() const;

    disk_media& media_;
    life life_;
};

}  // namespace tests::simulation
