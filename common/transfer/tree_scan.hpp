// Lists a file, or a tree of files, as what a sender sends; folder by folder, parents before children.
//
//   tree_scan scan(disk, "photos/2026", "2026");       // reads below photos/2026, offers 2026, 2026/a.jpg, …
//   auto items = scan.next(512);                       // on the blocking pool, until it gives none
//
// Holds the entries of the folders on the way down, not the whole tree. Links and special files are left out
// and counted. Names that may not travel become items with an error. Staging folders are never entered.
#pragma once

#include "common/transfer/outgoing.hpp"

#include <deque>

namespace common::transfer {

class tree_scan final : public outgoing_source {
  public:
    tree_scan(std::shared_ptr<seam::disk> disk, std::string source_path, std::string wire_path);

    seam::result<std::vector<outgoing>> next(std::size_t count_max) override;

    std::uint64_t left_out() const { return left_out_; }

  private:
    struct folder {
        std::string source_path;
        std::string wire_path;
    };
    std::error_code begin(std::vector<outgoing>& to);
    void enter(const folder& in);
    void add(const folder& in, std::string_view name, const seam::file_info& info);

    std::shared_ptr<seam::disk> disk_;
    std::string source_path_;
    std::string wire_path_;
    bool begun_ = false;
    std::vector<folder> folders_;  // still to be listed, the next one last
    std::deque<outgoing> found_;
    std::uint64_t left_out_ = 0;
};

}  // namespace common::transfer
