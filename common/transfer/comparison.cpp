#include "common/transfer/comparison.hpp"

#include "common/transfer/limits.hpp"
#include "common/transfer/modes.hpp"
#include "common/transfer/placement.hpp"

#include <algorithm>

namespace common::transfer {

using protocol::error_code;
using protocol::upload::conflict_policy;
using protocol::upload::entry_kind;
using protocol::upload::verdict;

namespace {

answer failed(error_code why) {
    return {why == error_code::already_exists ? verdict::conflict : verdict::refused, why};
}

answer compare_folder(const question& asked, const seam::file_info& there) {
    if (there.kind != seam::file_kind::folder) return failed(error_code::already_exists);
    if (asked.kind == entry_kind::folder) return {verdict::same};
    const bool same_mode = asked.mode == 0 || (there.mode & mode_mask) == folder_mode(asked.mode);
    const bool same_time = asked.mtime_ns == 0 || there.mtime_ns == asked.mtime_ns;
    return {same_mode && same_time ? verdict::same : verdict::replace};
}

seam::result<bool> same_content(seam::disk& disk, const question& asked) {
    const auto file = disk.open_read(asked.target);
    if (!file) return file.error();
    const auto found = content_digest(**file, asked.size);
    if (!found) return found.error();
    return *found == *asked.content;
}

answer compare_link(seam::disk& disk, const question& asked, const seam::file_info& there,
                    conflict_policy policy) {
    if (there.kind == seam::file_kind::link) {
        const auto target = disk.read_link(asked.target);
        if (!target) return failed(code_of(target.error()));
        if (asked.content == digest_of(std::as_bytes(std::span{*target}))) return {verdict::same};
    }
    const verdict what = judge_conflict(policy, there, asked.mtime_ns, asked.kind);
    return what == verdict::conflict ? failed(error_code::already_exists) : answer{what};
}

answer compare_file(seam::disk& disk, const question& asked, const seam::file_info& there,
                    conflict_policy policy) {
    bool same = is_same_file(there, asked.size, asked.mtime_ns);
    if (asked.content && there.kind == seam::file_kind::regular) {
        same = there.size == asked.size;
        if (same) {
            const auto equal = same_content(disk, asked);
            if (!equal) return failed(code_of(equal.error()));
            same = *equal;
        }
    }
    if (same) return {verdict::same};
    const verdict what = judge_conflict(policy, there, asked.mtime_ns, asked.kind);
    return what == verdict::conflict ? failed(error_code::already_exists) : answer{what};
}

answer compare_one(seam::disk& disk, const question& asked, const comparison_settings& settings) {
    if (asked.refused != error_code::none) return failed(asked.refused);
    const auto there = disk.info(asked.target);
    if (!there) {
        if (there.error() == std::errc::no_such_file_or_directory) return {verdict::send};
        return failed(code_of(there.error()));
    }
    switch (asked.kind) {
        case entry_kind::folder:
        case entry_kind::folder_end:
            return compare_folder(asked, *there);
        case entry_kind::link:
            return compare_link(disk, asked, *there, settings.on_conflict);
        default:
            return compare_file(disk, asked, *there, settings.on_conflict);
    }
}

// The same content, but other permissions: they follow when the policy lets the sender decide. A failure is
// none of the file's.
void refresh_mode(seam::disk& disk, const question& asked, const comparison_settings& settings) {
    const bool decides =
        settings.on_conflict == conflict_policy::overwrite || settings.on_conflict == conflict_policy::newer;
    if (asked.kind != entry_kind::file || asked.mode == 0 || !decides || settings.dry_run) return;
    const auto there = disk.info(asked.target);
    if (!there || (there->mode & mode_mask) == (asked.mode & mode_mask)) return;
    disk.set_attributes(asked.target, asked.mode & mode_mask, 0);
}

}  // namespace

seam::result<digest> content_digest(seam::file& of, std::uint64_t size) {
    const bool whole = size <= limits::inline_bytes_max;
    const std::size_t chunk_bytes = whole ? static_cast<std::size_t>(size) : limits::chunk_bytes_for(size);
    std::vector<std::byte> content(chunk_bytes);
    file_digest chunks;
    for (std::uint64_t offset = 0; offset < size; offset += chunk_bytes) {
        const auto part = std::span{content}.first(std::min<std::uint64_t>(chunk_bytes, size - offset));
        const auto got = of.read_at(part, offset);
        if (!got) return got.error();
        if (*got < part.size()) return std::errc::io_error;
        if (whole) break;
        chunks.add(digest_of(part));
    }
    return whole ? digest_of(content) : chunks.value();
}

std::vector<answer> compare(seam::disk& disk, const std::vector<question>& questions,
                            const comparison_settings& settings) {
    std::vector<answer> answers;
    touched_folders touched;
    for (const question& each : questions) {
        answers.push_back(compare_one(disk, each, settings));
        if (answers.back().verdict == verdict::same) refresh_mode(disk, each, settings);
        // Whoever put it there may have died before its name was synced.
        if (answers.back().verdict == verdict::same) touched.add_parent_of(each.target);
    }
    if (settings.durability == durability::relaxed) return answers;
    if (const auto error = touched.sync(disk)) {
        for (answer& each : answers) {
            if (each.verdict == verdict::same) each = failed(code_of(error));
        }
    }
    return answers;
}

}  // namespace common::transfer
