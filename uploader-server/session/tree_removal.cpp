#include "uploader-server/session/tree_removal.hpp"

#include <algorithm>

namespace uploader_server::session {

namespace seam = common::seam;
namespace transfer = common::transfer;

namespace {

// Of one folder, taken into memory at a time.
constexpr std::size_t entries_at_once_max = 256;

struct found_entry {
    std::string path;
    seam::file_info info;
};

}  // namespace

seam::result<bool> tree_removal::step(std::size_t entries_max) {
    if (!begun_) {
        begun_ = true;
        if (const auto error = begin()) return error;
    }
    std::size_t left = std::max<std::size_t>(entries_max, 1);
    while (!folders_.empty() && left > 0) {
        if (const auto error = remove_some(left)) return error;
    }
    if (!folders_.empty()) return false;
    if (how_ == transfer::durability::full) {
        if (const auto error = disk_.sync_folder(transfer::parent_of(path_))) return error;
    }
    return true;
}

std::error_code tree_removal::begin() {
    const auto info = disk_.info(path_);
    if (!info) return info.error();
    if (info->kind != seam::file_kind::folder) return remove_file(path_, *info);
    folders_.push_back(path_);
    if (recursive_) return {};
    bool empty = true;
    const auto error = disk_.list(path_, [&](std::string_view, const seam::file_info&) {
        empty = false;
        return false;
    });
    return empty || error ? error : make_error_code(std::errc::directory_not_empty);
}

std::error_code tree_removal::remove_file(const std::string& path, const seam::file_info& info) {
    const bool regular = info.kind == seam::file_kind::regular;
    if (regular && on_file) on_file(path, info);
    if (const auto error = disk_.remove(path)) return error;
    ++removed_.files;
    if (regular) removed_.bytes += info.size;
    return {};
}

std::error_code tree_removal::remove_some(std::size_t& entries_left) {
    const std::string folder = folders_.back();
    std::vector<found_entry> found;
    const std::size_t count_max = std::min(entries_left, entries_at_once_max);
    const auto error = disk_.list(folder, [&](std::string_view name, const seam::file_info& info) {
        found.push_back({transfer::join_path(folder, name), info});
        return found.size() < count_max;
    });
    if (error) return error;
    if (found.empty()) {
        folders_.pop_back();
        --entries_left;
        ++removed_.folders;
        return disk_.remove_folder(folder);
    }
    for (const found_entry& each : found) {
        if (each.info.kind == seam::file_kind::folder) {
            // What else was found is found again when this one is gone.
            folders_.push_back(each.path);
            return {};
        }
        --entries_left;
        if (const auto failed = remove_file(each.path, each.info)) return failed;
    }
    return {};
}

}  // namespace uploader_server::session
