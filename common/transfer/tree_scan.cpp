#include "common/transfer/tree_scan.hpp"

#include "common/transfer/digest.hpp"
#include "common/transfer/folders.hpp"
#include "common/transfer/limits.hpp"
#include "protocol/upload/name_policy.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace common::transfer {

namespace upload = protocol::upload;
using protocol::error_code;
using upload::entry_kind;

namespace {

std::string_view last_component(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

}  // namespace

std::uint64_t identity_of(const seam::file_info& info) {
    const std::array<std::uint64_t, 4> facts{info.size, static_cast<std::uint64_t>(info.mtime_ns),
                                             static_cast<std::uint64_t>(info.ctime_ns), info.inode};
    return checksum_of(std::as_bytes(std::span{facts}), 0) | 1;
}

tree_scan::tree_scan(std::shared_ptr<seam::disk> disk, std::string source_path, std::string wire_path,
                     options how)
    : disk_(std::move(disk)),
      source_path_(std::move(source_path)),
      wire_path_(std::move(wire_path)),
      how_(std::move(how)) {}

seam::result<std::vector<outgoing>> tree_scan::next(std::size_t count_max) {
    std::vector<outgoing> items;
    if (!begun_) {
        begun_ = true;
        if (const auto error = begin(items)) return error;
    }
    while (items.size() < count_max && !folders_.empty()) {
        folder& in = folders_.back();
        if (in.entries.empty() && !in.read) read_more(in, items);
        if (in.entries.empty()) {
            if (in.read) leave(items);
            continue;
        }
        const seam::folder_entry entry = std::move(in.entries.front());
        in.entries.pop_front();
        add(in, entry, items);
    }
    return items;
}

std::error_code tree_scan::begin(std::vector<outgoing>& to) {
    // The root of a disk has no info of its own.
    if (source_path_.empty()) {
        enter({.source_path = source_path_, .wire_path = wire_path_}, to);
        return {};
    }
    const auto info = disk_->info(source_path_);
    if (!info) return info.error();
    if (info->kind == seam::file_kind::folder && wire_path_.empty()) {
        enter({.source_path = source_path_, .wire_path = wire_path_}, to);
        return {};
    }
    const bool sendable = info->kind == seam::file_kind::regular || info->kind == seam::file_kind::folder ||
                          (info->kind == seam::file_kind::link && how_.links);
    if (!sendable && !how_.on_left_out) return make_error_code(std::errc::not_supported);
    const folder above{.source_path = std::string{parent_of(source_path_)},
                       .wire_path = std::string{parent_of(wire_path_)}};
    add(above, {std::string{last_component(source_path_)}, *info}, to, wire_path_);
    return {};
}

void tree_scan::enter(folder in, std::vector<outgoing>& to) {
    auto reader = disk_->open_folder(in.source_path);
    if (reader) {
        in.reader = *std::move(reader);
    } else {
        in.read = true;
        fail(in, reader.error(), to);
    }
    folders_.push_back(std::move(in));
    // Each open folder is a descriptor: those far above are read to their end, to be closed.
    if (folders_.size() <= limits::open_folders_max) return;
    folder& above = folders_[folders_.size() - 1 - limits::open_folders_max];
    while (!above.read) read_more(above, to);
}

void tree_scan::read_more(folder& in, std::vector<outgoing>& to) {
    auto some = in.reader->next(limits::folder_entries_at_once);
    if (!some) fail(in, some.error(), to);
    if (!some || some->empty()) {
        in.read = true;
        in.reader.reset();
        return;
    }
    std::ranges::sort(*some, {},
                      [](const seam::folder_entry& each) -> const std::string& { return each.name; });
    std::ranges::move(*some, std::back_inserter(in.entries));
}

void tree_scan::fail(const folder& in, std::error_code why, std::vector<outgoing>& to) const {
    to.push_back({.path = in.wire_path.empty() ? "." : in.wire_path,
                  .kind = entry_kind::folder,
                  .disk = disk_,
                  .source_path = in.source_path,
                  .error = why});
}

void tree_scan::leave(std::vector<outgoing>& to) {
    const folder done = std::move(folders_.back());
    folders_.pop_back();
    // The folder that the scan began in may not be an item itself.
    if (!done.taken || done.wire_path.empty() || (done.mode == 0 && done.mtime_ns == 0)) return;
    to.push_back({.path = done.wire_path,
                  .kind = entry_kind::folder_end,
                  .size = 0,
                  .mtime_ns = done.mtime_ns,
                  .mode = done.mode,
                  .disk = disk_,
                  .source_path = done.source_path});
}

void tree_scan::add(const folder& in, const seam::folder_entry& entry, std::vector<outgoing>& to,
                    std::string_view wire_path) {
    const auto& [name, info] = entry;
    if (name == upload::staging_folder) return;
    const bool is_folder = info.kind == seam::file_kind::folder;
    const bool is_link = info.kind == seam::file_kind::link;
    outgoing item{.path = wire_path.empty() ? join_path(in.wire_path, name) : std::string{wire_path},
                  .kind = is_folder ? entry_kind::folder
                          : is_link ? entry_kind::link
                                    : entry_kind::file,
                  .size = is_folder ? 0 : info.size,
                  .mtime_ns = is_folder || is_link ? 0 : info.mtime_ns,
                  .mode = is_link ? 0 : info.mode,
                  .identity = is_folder || is_link ? 0 : identity_of(info),
                  .disk = disk_,
                  .source_path = join_path(in.source_path, name)};
    auto chosen = options::choice::take;
    if (how_.judge) chosen = how_.judge(item.path, is_folder);
    if (chosen == options::choice::leave) return;
    if (info.kind == seam::file_kind::other || (is_link && !how_.links)) {
        ++left_out_;
        if (how_.on_left_out) how_.on_left_out(item.path, info.kind);
        return;
    }
    if (upload::check_path(item.path) != upload::name_fault::none) {
        item.error = make_error_code(error_code::bad_name);
    } else if (is_link) {
        auto target = disk_->read_link(item.source_path);
        if (target) {
            item.link_target = *std::move(target);
            item.size = item.link_target.size();
        } else {
            item.error = target.error();
        }
    } else if (info.kind == seam::file_kind::regular && info.links > 1) {
        note_hard_link(info);
    }
    const bool enters = is_folder && !item.error;
    folder below;
    if (enters) {
        below = {.source_path = item.source_path,
                 .wire_path = item.path,
                 .mode = info.mode,
                 .mtime_ns = info.mtime_ns,
                 .taken = chosen == options::choice::take};
    }
    if (!enters || below.taken) to.push_back(std::move(item));
    if (enters) enter(std::move(below), to);
}

void tree_scan::note_hard_link(const seam::file_info& info) {
    if (shared_inodes_.contains(info.inode)) {
        ++hard_links_;
    } else if (shared_inodes_.size() < limits::shared_inodes_max) {
        shared_inodes_.insert(info.inode);
    }
}

}  // namespace common::transfer
