#include "uploader-server/session/root_folder.hpp"

#include "common/transfer/staging.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace uploader_server::session {

namespace seam = common::seam;
namespace transfer = common::transfer;

namespace {

std::int64_t to_ns(seam::wall_time time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

// Small files are staged for moments only.
constexpr std::chrono::hours small_file_age_max{1};

}  // namespace

std::error_code prepare_root(seam::disk& disk, transfer::durability how, seam::wall_time now) {
    if (const auto error = transfer::prepare_staging(disk, how)) return error;
    const auto removed =
        transfer::expire_staged(disk, {.partial_before_ns = 0, .small_before_ns = to_ns(now), .in_use = {}});
    return removed ? std::error_code{} : removed.error();
}

seam::result<std::uint64_t> used_bytes(seam::disk& disk) {
    std::uint64_t total = 0;
    std::vector<std::string> folders{""};
    while (!folders.empty()) {
        const std::string folder = std::move(folders.back());
        folders.pop_back();
        const auto error = disk.list(folder, [&](std::string_view name, const seam::file_info& info) {
            if (info.kind == seam::file_kind::regular) total += info.size;
            if (info.kind == seam::file_kind::folder) folders.push_back(transfer::join_path(folder, name));
            return true;
        });
        if (error) return error;
    }
    return total;
}

seam::result<std::size_t> expire_partial(seam::disk& disk, transfer::claims& claims, seam::wall_time now,
                                         seam::duration keep) {
    const std::chrono::nanoseconds small_age = small_file_age_max;
    return transfer::expire_staged(
        disk, {.partial_before_ns = to_ns(now) - keep.count(),
               .small_before_ns = to_ns(now) - small_age.count(),
               .in_use = [&claims](std::string_view name) { return claims.is_held(name); }});
}

}  // namespace uploader_server::session
