#include "common/transfer/tree_scan.hpp"

#include "common/transfer/digest.hpp"
#include "common/transfer/folders.hpp"
#include "protocol/upload/name_policy.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace common::transfer {

namespace upload = protocol::upload;
using protocol::error_code;

std::uint64_t identity_of(const seam::file_info& info) {
    const std::array<std::uint64_t, 4> facts{info.size, static_cast<std::uint64_t>(info.mtime_ns),
                                             static_cast<std::uint64_t>(info.ctime_ns), info.inode};
    return checksum_of(std::as_bytes(std::span{facts}), 0) | 1;
}

tree_scan::tree_scan(std::shared_ptr<seam::disk> disk, std::string source_path, std::string wire_path)
    : disk_(std::move(disk)), source_path_(std::move(source_path)), wire_path_(std::move(wire_path)) {}

seam::result<std::vector<outgoing>> tree_scan::next(std::size_t count_max) {
    std::vector<outgoing> items;
    if (!begun_) {
        begun_ = true;
        if (const auto error = begin(items)) return error;
    }
    while (items.size() < count_max) {
        while (!found_.empty() && items.size() < count_max) {
            items.push_back(std::move(found_.front()));
            found_.pop_front();
        }
        if (!found_.empty() || folders_.empty()) break;
        const folder in = std::move(folders_.back());
        folders_.pop_back();
        enter(in);
    }
    return items;
}

std::error_code tree_scan::begin(std::vector<outgoing>& to) {
    // The root of a disk has no info of its own.
    if (source_path_.empty()) {
        folders_.push_back({source_path_, wire_path_});
        return {};
    }
    const auto info = disk_->info(source_path_);
    if (!info) return info.error();
    if (info->kind != seam::file_kind::regular && info->kind != seam::file_kind::folder) {
        return make_error_code(std::errc::not_supported);
    }
    if (info->kind == seam::file_kind::folder && wire_path_.empty()) {
        folders_.push_back({source_path_, wire_path_});
        return {};
    }
    const auto slash = source_path_.rfind('/');
    add({std::string{parent_of(source_path_)}, std::string{parent_of(wire_path_)}},
        source_path_.substr(slash == source_path_.npos ? 0 : slash + 1), *info);
    if (found_.empty()) return {};
    found_.front().path = wire_path_;
    if (!folders_.empty()) folders_.back().wire_path = wire_path_;
    to.push_back(std::move(found_.front()));
    found_.pop_front();
    return {};
}

void tree_scan::enter(const folder& in) {
    const auto first_subfolder = static_cast<std::ptrdiff_t>(folders_.size());
    const auto error = disk_->list(in.source_path, [&](std::string_view name, const seam::file_info& info) {
        add(in, name, info);
        return true;
    });
    const auto by_path = [](const auto& item) -> const std::string& { return item.source_path; };
    std::ranges::sort(found_, {}, by_path);
    std::ranges::sort(folders_.begin() + first_subfolder, folders_.end(), std::greater{}, by_path);
    if (error) {
        found_.push_back({.path = in.wire_path.empty() ? "." : in.wire_path,
                          .kind = upload::entry_kind::folder,
                          .disk = disk_,
                          .source_path = in.source_path,
                          .error = error});
    }
}

void tree_scan::add(const folder& in, std::string_view name, const seam::file_info& info) {
    if (upload::check_component(name) == upload::name_fault::none && name == upload::staging_folder) return;
    const bool is_folder = info.kind == seam::file_kind::folder;
    if (!is_folder && info.kind != seam::file_kind::regular) {
        ++left_out_;
        return;
    }
    outgoing item{.path = join_path(in.wire_path, name),
                  .kind = is_folder ? upload::entry_kind::folder : upload::entry_kind::file,
                  .size = is_folder ? 0 : info.size,
                  .mtime_ns = is_folder ? 0 : info.mtime_ns,
                  .mode = info.mode,
                  .identity = is_folder ? 0 : identity_of(info),
                  .disk = disk_,
                  .source_path = join_path(in.source_path, name)};
    if (upload::check_path(item.path) != upload::name_fault::none) {
        item.error = make_error_code(error_code::bad_name);
    } else if (is_folder) {
        folders_.push_back({item.source_path, item.path});
    }
    found_.push_back(std::move(item));
}

}  // namespace common::transfer
