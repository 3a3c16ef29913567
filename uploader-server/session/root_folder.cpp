#include "uploader-server/session/root_folder.hpp"

#include "common/transfer/staging.hpp"
#include "common/transfer/unfinished.hpp"
#include "protocol/upload/name_policy.hpp"
#include "uploader-server/session/accounting_disk.hpp"

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

std::error_code count_used(seam::disk& disk, domain::quota& quota) {
    std::vector<std::string> folders{""};
    while (!folders.empty()) {
        const std::string folder = std::move(folders.back());
        folders.pop_back();
        const auto error = disk.list(folder, [&](std::string_view name, const seam::file_info& info) {
            const std::string path = transfer::join_path(folder, name);
            if (path == protocol::upload::staging_folder) return true;
            if (info.kind == seam::file_kind::folder) folders.push_back(path);
            if (info.kind == seam::file_kind::regular) {
                quota.count(owner_of(disk, path, quota), {.bytes = info.size, .files = 1});
            }
            return true;
        });
        if (error) return error;
    }
    return transfer::visit_unfinished(disk, [&](const transfer::unfinished_file& each) {
        quota.count(each.owner, {.bytes = each.durable_bytes, .files = 0});
        return true;
    });
}

std::error_code check_labels(seam::disk& disk) {
    const std::string path = transfer::staging_path("s-label");
    disk.remove(path);
    const auto made = disk.create(path, 0600);
    if (!made) return made.error();
    const auto error = (*made)->set_label("test");
    disk.remove(path);
    return error;
}

seam::result<std::size_t> expire_partial(seam::disk& disk, transfer::claims& claims, domain::quota& quota,
                                         seam::wall_time now, seam::duration keep) {
    const std::chrono::nanoseconds small_age = small_file_age_max;
    return transfer::expire_staged(disk, {.partial_before_ns = to_ns(now) - keep.count(),
                                          .small_before_ns = to_ns(now) - small_age.count(),
                                          .in_use = [&](std::string_view name) {
                                              if (claims.is_held(name)) return true;
                                              const auto gone = transfer::look_at_unfinished(disk, name);
                                              if (gone) {
                                                  quota.give_back(gone->owner,
                                                                  {.bytes = gone->durable_bytes});
                                              }
                                              return false;
                                          }});
}

}  // namespace uploader_server::session
