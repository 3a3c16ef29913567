#include "common/transfer/placement.hpp"

#include "common/transfer/limits.hpp"
#include "common/transfer/modes.hpp"

namespace common::transfer {
namespace {

using protocol::upload::conflict_policy;
using protocol::upload::entry_kind;
using protocol::upload::verdict;

// Runs `rename`; when the target's folder is missing, makes it and runs it again.
template <class Rename>
std::error_code with_parents(seam::disk& disk, std::string_view target, touched_folders& touched,
                             Rename rename) {
    const auto error = rename();
    if (error != std::errc::no_such_file_or_directory) return error;
    if (const auto made = make_folders(disk, parent_of(target), default_folder_mode, touched)) return made;
    return rename();
}

// "a/b.txt" → "a/b (1).txt"; a name that would become too long is not tried.
std::string numbered(std::string_view path, unsigned number) {
    const std::string_view folder = parent_of(path);
    const std::string_view name = folder.empty() ? path : path.substr(folder.size() + 1);
    const auto dot = name.rfind('.');
    const auto stem = dot == name.npos || dot == 0 ? name : name.substr(0, dot);
    std::string next{stem};
    next.append(" (").append(std::to_string(number)).append(")").append(name.substr(stem.size()));
    return next.size() > limits::component_bytes_max ? std::string{} : join_path(folder, next);
}

bool is_same(seam::disk& disk, const placement& what, std::string_view target, const seam::file_info& there) {
    if (!what.link_target) return !what.checksum && is_same_file(there, what.size, what.mtime_ns);
    const auto leads_to = disk.read_link(target);
    return leads_to && *leads_to == *what.link_target;
}

seam::result<placed> place_renamed(seam::disk& disk, const placement& what, touched_folders& touched) {
    for (unsigned number = 1; number <= limits::rename_attempts_max; ++number) {
        const std::string target = numbered(what.target, number);
        if (target.empty()) break;
        const auto error = disk.rename_new(what.staged, target);
        if (error == std::errc::file_exists) {
            const auto there = disk.info(target);
            if (there && is_same(disk, what, target, *there)) {
                if (const auto gone = disk.remove(what.staged)) return gone;
                touched.add_parent_of(target);
                return placed{.path = target, .left_theirs = true};
            }
            continue;
        }
        if (error) return error;
        touched.add_parent_of(target);
        return placed{.path = target};
    }
    return std::errc::file_exists;
}

}  // namespace

bool is_same_file(const seam::file_info& there, std::uint64_t size, std::int64_t mtime_ns) {
    return there.kind == seam::file_kind::regular && mtime_ns != 0 && there.size == size &&
           there.mtime_ns == mtime_ns;
}

verdict judge_conflict(conflict_policy policy, const seam::file_info& there, std::int64_t our_mtime_ns,
                       entry_kind ours) {
    const auto needed = ours == entry_kind::link ? seam::file_kind::link : seam::file_kind::regular;
    const bool replaceable = there.kind == needed;
    switch (policy) {
        case conflict_policy::rename:
            return verdict::rename;
        case conflict_policy::skip:
            return verdict::passed;
        case conflict_policy::overwrite:
            return replaceable ? verdict::replace : verdict::conflict;
        case conflict_policy::newer:
            if (!replaceable) return verdict::conflict;
            return our_mtime_ns > there.mtime_ns ? verdict::replace : verdict::passed;
        case conflict_policy::fail:
        case conflict_policy::server_default:
            break;
    }
    return verdict::conflict;
}

seam::result<placed> place(seam::disk& disk, const placement& what, touched_folders& touched) {
    const auto error =
        with_parents(disk, what.target, touched, [&] { return disk.rename_new(what.staged, what.target); });
    if (!error) {
        touched.add_parent_of(what.target);
        return placed{.path = std::string{what.target}};
    }
    if (error != std::errc::file_exists) return error;
    const auto there = disk.info(what.target);
    if (!there) return there.error();
    if (is_same(disk, what, what.target, *there)) {
        if (const auto gone = disk.remove(what.staged)) return gone;
        // Whoever put it there may have died before its name was synced.
        touched.add_parent_of(what.target);
        return placed{.path = std::string{what.target}, .left_theirs = true};
    }
    const auto ours = what.link_target ? entry_kind::link : entry_kind::file;
    switch (judge_conflict(what.on_conflict, *there, what.mtime_ns, ours)) {
        case verdict::rename:
            return place_renamed(disk, what, touched);
        case verdict::passed:
            if (const auto gone = disk.remove(what.staged)) return gone;
            return placed{.path = std::string{what.target}, .left_theirs = true};
        case verdict::replace:
            break;
        default:
            return std::errc::file_exists;
    }
    if (const auto over = disk.rename_over(what.staged, what.target)) return over;
    touched.add_parent_of(what.target);
    return placed{.path = std::string{what.target}, .replaced_bytes = there->size};
}

protocol::error_code code_of(std::error_code error) {
    using protocol::error_code;
    if (error.category() == protocol::error_category()) return static_cast<error_code>(error.value());
    if (error == std::errc::no_space_on_device) return error_code::no_space;
    if (error == std::errc::file_too_large) return error_code::quota_exceeded;
    if (error == std::errc::file_exists) return error_code::already_exists;
    if (error == std::errc::no_such_file_or_directory) return error_code::no_such_file;
    if (error == std::errc::permission_denied || error == std::errc::operation_not_permitted ||
        error == std::errc::read_only_file_system) {
        return error_code::not_permitted;
    }
    // The path leads through a file, a link or another file system.
    if (error == std::errc::not_a_directory || error == std::errc::is_a_directory ||
        error == std::errc::too_many_symbolic_link_levels || error == std::errc::cross_device_link ||
        error == std::errc::filename_too_long || error == std::errc::invalid_argument) {
        return error_code::bad_name;
    }
    return error_code::storage_failed;
}

}  // namespace common::transfer
