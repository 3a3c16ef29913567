#include "common/transfer/unfinished.hpp"

#include "common/transfer/journal.hpp"
#include "common/transfer/staging.hpp"

#include <algorithm>
#include <vector>

namespace common::transfer {
namespace {

constexpr std::string_view journal_suffix = ".journal";

std::string journal_path_of(std::string_view name) {
    return staging_path(std::string{name}.append(journal_suffix));
}

std::uint64_t durable_bytes_of(const journal::state& found) {
    const std::uint64_t chunk_bytes = found.identity.chunk_bytes;
    std::uint64_t bytes = found.chunks.durable_count() * chunk_bytes;
    const std::uint64_t size = found.identity.size;
    if (size == protocol::upload::size_unknown || size % chunk_bytes == 0) return bytes;
    const auto last = static_cast<std::uint32_t>(size / chunk_bytes);
    if (found.chunks.durable(last)) bytes -= chunk_bytes - size % chunk_bytes;
    return bytes;
}

struct looked_at {
    unfinished_file file;
    std::string data_path;
};

seam::result<looked_at> look_at(seam::disk& disk, std::string_view name) {
    auto journal = disk.open_read(journal_path_of(name));
    if (!journal) return journal.error();
    const auto info = (*journal)->info();
    if (!info) return info.error();
    const auto found = journal::replay(**journal);
    if (!found) return found.error();
    if (!found->valid) return std::errc::no_such_file_or_directory;
    looked_at result{.file = {.name = std::string{name},
                              .owner = found->owner,
                              .path = found->path,
                              .size = found->identity.size,
                              .durable_bytes = durable_bytes_of(*found),
                              .touched_ns = info->mtime_ns},
                     .data_path = data_path_of(name, found->identity.generation)};
    if (const auto data = disk.info(result.data_path)) {
        result.file.touched_ns = std::max(result.file.touched_ns, data->mtime_ns);
    }
    return result;
}

}  // namespace

std::error_code visit_unfinished(seam::disk& disk, const std::function<bool(const unfinished_file&)>& visit) {
    std::vector<std::string> names;
    const auto error = disk.list(staging_path(""), [&](std::string_view name, const seam::file_info& info) {
        if (info.kind == seam::file_kind::regular && name.ends_with(journal_suffix)) {
            names.emplace_back(name.substr(0, name.size() - journal_suffix.size()));
        }
        return true;
    });
    if (error) return error;
    for (const std::string& name : names) {
        const auto found = look_at(disk, name);
        // It may have been finished meanwhile.
        if (found && !visit(found->file)) break;
    }
    return {};
}

seam::result<unfinished_file> look_at_unfinished(seam::disk& disk, std::string_view name) {
    auto found = look_at(disk, name);
    if (!found) return found.error();
    return std::move(found->file);
}

seam::result<std::uint64_t> remove_unfinished(seam::disk& disk, std::string_view name, durability how) {
    const auto found = look_at(disk, name);
    if (!found) return found.error();
    // Without its journal the data is only litter; the other way round it would look like damage.
    if (const auto error = disk.remove(journal_path_of(name))) return error;
    const auto error = disk.remove(found->data_path);
    if (error && error != std::errc::no_such_file_or_directory) return error;
    if (how == durability::full) {
        if (const auto unsynced = disk.sync_folder(staging_path(""))) return unsynced;
    }
    return found->file.durable_bytes;
}

}  // namespace common::transfer
