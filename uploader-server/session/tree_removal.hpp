// Deletes a file or a whole folder, a limited number of entries at a time, so that nothing is held up by it.
//
//   tree_removal job(disk, "photos/2019", recursive);
//   while (true) { auto over = job.step(1000); … }     // blocking; true: it is gone, its name durably
//
// Works from the leaves up and holds only the folders on the way down. Links are deleted, never followed.
#pragma once

#include "common/seam/disk.hpp"
#include "common/transfer/folders.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace uploader_server::session {

class tree_removal {
  public:
    struct counts {
        std::uint64_t files = 0;
        std::uint64_t folders = 0;
        std::uint64_t bytes = 0;
    };
    using about_to_remove = std::function<void(const std::string& path, const common::seam::file_info& info)>;

    tree_removal(common::seam::disk& disk, std::string path, bool recursive, common::transfer::durability how)
        : disk_(disk), path_(std::move(path)), recursive_(recursive), how_(how) {}

    // errc::directory_not_empty: a folder with something in it, and not recursive.
    common::seam::result<bool> step(std::size_t entries_max);
    const counts& removed() const { return removed_; }

    // Called before each regular file goes.
    about_to_remove on_file;

  private:
    std::error_code begin();
    std::error_code remove_file(const std::string& path, const common::seam::file_info& info);
    std::error_code remove_some(std::size_t& entries_left);

    common::seam::disk& disk_;
    const std::string path_;
    const bool recursive_;
    const common::transfer::durability how_;
    bool begun_ = false;
    std::vector<std::string> folders_;  // still to go, the innermost last
    counts removed_;
};

}  // namespace uploader_server::session
