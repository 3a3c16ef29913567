#include "uploader-server/session/accounting_disk.hpp"

#include "protocol/upload/name_policy.hpp"
#include "protocol/wire/error_code.hpp"

namespace uploader_server::session {

namespace seam = common::seam;

namespace {

bool is_staged(std::string_view path) {
    constexpr std::string_view folder = protocol::upload::staging_folder;
    return path.starts_with(folder) && path.substr(folder.size()).starts_with('/');
}

constexpr domain::usage one_file{.bytes = 0, .files = 1};

}  // namespace

std::string owner_of(seam::disk& disk, std::string_view path, const domain::quota& quota) {
    if (!quota.limits().per_key()) return {};
    auto label = disk.label(path);
    return label ? *std::move(label) : std::string{};
}

seam::result<std::unique_ptr<seam::file>> accounting_disk::create(std::string_view path, std::uint32_t mode) {
    auto made = root_->create(path, mode);
    if (!made || !quota_.limits().per_key()) return made;
    const auto error = (*made)->set_label(key_);
    if (!error) return made;
    root_->remove(path);
    return error;
}

std::error_code accounting_disk::rename_new(std::string_view from, std::string_view to) {
    const bool comes = is_staged(from) && !is_staged(to);
    if (comes && !quota_.take(key_, one_file)) {
        return make_error_code(protocol::error_code::quota_exceeded);
    }
    const auto error = root_->rename_new(from, to);
    if (comes && error) quota_.give_back(key_, one_file);
    return error;
}

std::error_code accounting_disk::rename_over(std::string_view from, std::string_view to) {
    if (!is_staged(from) || is_staged(to)) return root_->rename_over(from, to);
    const std::string owner = owner_of(*root_, to, quota_);
    const auto there = root_->info(to);
    const auto error = root_->rename_over(from, to);
    if (error || !there) return error;
    // The receiver gives the replaced bytes back in the name of its own key.
    quota_.count(key_, {.bytes = there->size, .files = 1});
    quota_.give_back(owner, {.bytes = there->size, .files = 1});
    return {};
}

}  // namespace uploader_server::session
