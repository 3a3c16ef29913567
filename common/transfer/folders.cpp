#include "common/transfer/folders.hpp"

#include "common/transfer/limits.hpp"
#include "common/transfer/modes.hpp"
#include "protocol/upload/name_policy.hpp"

#include <vector>

namespace common::transfer {

std::string_view parent_of(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == path.npos ? std::string_view{} : path.substr(0, slash);
}

std::string join_path(std::string_view folder, std::string_view name) {
    std::string path{folder};
    if (!folder.empty() && !name.empty()) path += '/';
    return path.append(name);
}

std::error_code touched_folders::sync(seam::disk& disk) const {
    if (paths_.size() > limits::single_syncs_max) return disk.sync_everything();
    for (const std::string& path : paths_) {
        if (const auto error = disk.sync_folder(path)) return error;
    }
    return {};
}

std::error_code make_folders(seam::disk& disk, std::string_view path, std::uint32_t mode,
                             touched_folders& touched) {
    if (path.empty()) return {};
    // From the bottom up to the first that exists, then down again: usually one call is enough.
    std::vector<std::string_view> missing;
    for (std::string_view at = path; !at.empty();) {
        const auto error = disk.make_folder(at, missing.empty() ? mode : default_folder_mode);
        if (error == std::errc::no_such_file_or_directory) {
            missing.push_back(at);
            at = parent_of(at);
            if (at.empty()) return error;
            continue;
        }
        if (error == std::errc::file_exists) {
            const auto info = disk.info(at);
            if (!info) return info.error();
            if (info->kind != seam::file_kind::folder) return make_error_code(std::errc::not_a_directory);
        } else if (error) {
            return error;
        } else {
            touched.add_parent_of(at);
        }
        if (missing.empty()) return {};
        at = missing.back();
        missing.pop_back();
    }
    return {};
}

std::error_code prepare_staging(seam::disk& disk, durability how) {
    const std::string path{protocol::upload::staging_folder};
    const auto error = disk.make_folder(path, private_folder_mode);
    if (error == std::errc::file_exists) {
        const auto info = disk.info(path);
        if (!info) return info.error();
        // A link here would lead the staged data out of the root.
        return info->kind == seam::file_kind::folder ? std::error_code{}
                                                     : make_error_code(std::errc::not_a_directory);
    }
    if (error) return error;
    return how == durability::full ? disk.sync_folder("") : std::error_code{};
}

std::string staging_path(std::string_view name) {
    return join_path(protocol::upload::staging_folder, name);
}

}  // namespace common::transfer
