#include "uploader-server/session/file_changes.hpp"

#include "common/transfer/unfinished.hpp"
#include "protocol/frame/encoder.hpp"
#include "uploader-server/session/accounting_disk.hpp"
#include "uploader-server/session/settings.hpp"

#include <vector>

namespace uploader_server::session {

namespace seam = common::seam;
namespace transfer = common::transfer;
namespace upload = protocol::upload;
using common::stream::slice;

namespace {

unsigned value_of(char digit) {
    return digit <= '9' ? static_cast<unsigned>(digit - '0') : static_cast<unsigned>(digit - 'a' + 10);
}

std::deque<slice> frames_of(const std::vector<transfer::unfinished_file>& found, std::size_t hidden,
                            std::uint32_t request) {
    std::deque<slice> frames;
    upload::unfinished next;
    for (std::size_t i = 0;; ++i) {
        const bool end = i == found.size();
        if (end || next.uploads.size() == upload::limits::unfinished_max) {
            next.more = !end;
            frames.push_back(slice::copy_of(protocol::frame::encode(next, request)));
            next.uploads.clear();
        }
        if (end) return frames;
        const transfer::unfinished_file& each = found[i];
        next.uploads.push_back({.id = upload_of_name(each.name),
                                .size = each.size,
                                .durable_bytes = each.durable_bytes,
                                .touched_ns = each.touched_ns,
                                .path = std::string_view{each.path}.substr(hidden)});
    }
}

}  // namespace

seam::result<moved_file> move_file(seam::disk& disk, const std::string& from, std::string to, bool replace,
                                   transfer::durability how, domain::quota& quota) {
    const auto source = disk.info(from);
    if (!source) return source.error();
    const auto is_folder = [&disk](const std::string& path) {
        const auto info = disk.info(path);
        return path.empty() || (info && info->kind == seam::file_kind::folder);
    };
    if (to != from && is_folder(to)) {
        const auto slash = from.rfind('/');
        to = transfer::join_path(to, std::string_view{from}.substr(slash == from.npos ? 0 : slash + 1));
    }
    if (to == from) return moved_file{.path = to};
    if (to.starts_with(from + "/")) return std::errc::invalid_argument;
    moved_file moved{.path = to};
    auto error = disk.rename_new(from, to);
    if (error == std::errc::file_exists && replace && source->kind == seam::file_kind::regular) {
        const auto there = disk.info(to);
        if (!there) return there.error();
        if (there->kind != seam::file_kind::regular) return error;
        const std::string owner = owner_of(disk, to, quota);
        error = disk.rename_over(from, to);
        if (!error) quota.give_back(owner, {.bytes = there->size, .files = 1});
    }
    if (error) return error;
    if (how == transfer::durability::full) {
        transfer::touched_folders touched;
        touched.add_parent_of(from);
        touched.add_parent_of(to);
        if (const auto unsynced = touched.sync(disk)) return unsynced;
    }
    return moved;
}

seam::result<std::deque<slice>> list_unfinished_of(seam::disk& disk, std::string_view owner,
                                                   std::string_view folder, std::uint32_t request) {
    std::vector<transfer::unfinished_file> found;
    const std::string prefix = folder.empty() ? std::string{} : std::string{folder} + "/";
    const auto error = transfer::visit_unfinished(disk, [&](const transfer::unfinished_file& each) {
        if (each.owner == owner && each.path.starts_with(prefix)) found.push_back(each);
        return found.size() < unfinished_listed_max;
    });
    if (error) return error;
    return frames_of(found, prefix.size(), request);
}

std::string name_of_upload(const upload::upload_id& id) {
    std::string name;
    for (const std::byte each : id) {
        name += "0123456789abcdef"[std::to_integer<unsigned>(each) >> 4U];
        name += "0123456789abcdef"[std::to_integer<unsigned>(each) & 15U];
    }
    return name;
}

upload::upload_id upload_of_name(std::string_view name) {
    upload::upload_id id{};
    for (std::size_t i = 0; i < id.size() && 2 * i + 1 < name.size(); ++i) {
        id[i] = static_cast<std::byte>(value_of(name[2 * i]) << 4U | value_of(name[2 * i + 1]));
    }
    return id;
}

}  // namespace uploader_server::session
