// Lists a file, or a tree of files, as what a sender sends: parents before children, and each folder once
// more after everything in it, when its mode and time may be set.
//
//   tree_scan scan(disk, "photos/2026", "2026", {.links = true});   // offers 2026, 2026/a, …
//   auto items = scan.next(512);                  // on the blocking pool, until it gives none
//
// Folders are read in parts, deepest first, so that a folder of any size takes little memory. Names that may
// not travel become items with an error. Staging folders are never entered.
#pragma once

#include "common/transfer/outgoing.hpp"

#include <deque>
#include <functional>
#include <string_view>
#include <unordered_set>

namespace common::transfer {

class tree_scan final : public outgoing_source {
  public:
    struct options {
        bool links = false;  // send symbolic links as what they are; otherwise they are left out
        // Which of what is found is an item, and which folders are entered; everything when it is not set.
        enum class choice { take, enter, leave };
        std::function<choice(std::string_view wire_path, bool is_folder)> judge{};
        // Told each name that is left out: a link, a device, a pipe or a socket.
        std::function<void(const std::string& wire_path, seam::file_kind kind)> on_left_out{};
    };

    tree_scan(std::shared_ptr<seam::disk> disk, std::string source_path, std::string wire_path)
        : tree_scan(std::move(disk), std::move(source_path), std::move(wire_path), options{}) {}
    tree_scan(std::shared_ptr<seam::disk> disk, std::string source_path, std::string wire_path, options how);

    seam::result<std::vector<outgoing>> next(std::size_t count_max) override;

    std::uint64_t left_out() const override { return left_out_; }
    // Names of files that were seen under another name before; as far as that was kept track of.
    std::uint64_t hard_links() const { return hard_links_; }

  private:
    struct folder {
        std::string source_path;
        std::string wire_path;
        std::uint32_t mode = 0;
        std::int64_t mtime_ns = 0;
        bool taken = true;  // an item itself
        std::unique_ptr<seam::folder_reader> reader{};
        std::deque<seam::folder_entry> entries{};  // read, not yet taken
        bool read = false;                         // to its end
    };
    std::error_code begin(std::vector<outgoing>& to);
    void enter(folder in, std::vector<outgoing>& to);
    void read_more(folder& in, std::vector<outgoing>& to);
    void fail(const folder& in, std::error_code why, std::vector<outgoing>& to) const;
    void leave(std::vector<outgoing>& to);
    // `wire_path`: what it is called on the other side, when that does not follow from the folder.
    void add(const folder& in, const seam::folder_entry& entry, std::vector<outgoing>& to,
             std::string_view wire_path = {});
    void note_hard_link(const seam::file_info& info);

    std::shared_ptr<seam::disk> disk_;
    std::string source_path_;
    std::string wire_path_;
    options how_;
    bool begun_ = false;
    std::deque<folder> folders_;  // from the top down to where we are
    std::unordered_set<std::uint64_t> shared_inodes_;
    std::uint64_t left_out_ = 0;
    std::uint64_t hard_links_ = 0;
};

}  // namespace common::transfer
