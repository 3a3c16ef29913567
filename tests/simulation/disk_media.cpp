#include "tests/simulation/disk_media.hpp"

#include "tests/simulation/disk.hpp"

#include <algorithm>
#include <set>

namespace tests::simulation {

using common::seam::file_kind;

namespace {

std::error_code io_error() {
    return std::make_error_code(std::errc::io_error);
}

void put(file_bytes& contents, std::uint64_t offset, std::span<const std::byte> data) {
    if (contents.size() < offset + data.size()) contents.resize(offset + data.size());
    std::ranges::copy(data, contents.begin() + static_cast<std::ptrdiff_t>(offset));
}

// Every inode below a folder, in either view of it, by its number: the order of addresses differs between
// runs.
void collect(const inode_ref& from, std::map<std::uint64_t, inode_ref>& into) {
    if (!into.emplace(from->id, from).second) return;
    for (const auto& [name, child] : from->entries) collect(child, into);
    for (const auto& [name, child] : from->durable_entries) collect(child, into);
}

std::map<std::uint64_t, inode_ref> everything_below(const inode_ref& root) {
    std::map<std::uint64_t, inode_ref> all;
    collect(root, all);
    return all;
}

bool shares_an_inode(const disk_media::name_operation& operation, const std::set<inode*>& inodes) {
    return std::ranges::any_of(operation, [&](const auto& change) {
        return inodes.contains(change.before.get()) || inodes.contains(change.after.get());
    });
}

}  // namespace

void file_change::apply_to(file_bytes& contents) const {
    if (size) {
        contents.resize(*size);
    } else {
        put(contents, offset, data);
    }
}

disk_media::disk_media(world& sim, std::string owner) : sim_(sim), owner_(std::move(owner)) {
    root_ = make_inode(file_kind::folder, 0755);
}

inode_ref disk_media::make_inode(file_kind kind, std::uint32_t mode) {
    auto made = std::make_shared<inode>();
    made->id = next_inode_++;
    made->kind = kind;
    made->mode = mode;
    made->mtime_ns = sim_.now().time_since_epoch().count();
    return made;
}

void disk_media::crash_in(std::uint64_t nth, std::function<void()> crash) {
    crash_at_ = nth == 0 ? 0 : operations_ + nth;
    crash_ = std::move(crash);
}

std::error_code disk_media::begin_change(bool grows) {
    if (++operations_ == crash_at_) {
        crash_at_ = 0;
        const auto crash = std::exchange(crash_, nullptr);
        crash();
        return io_error();
    }
    if (grows && faults_.full) return std::make_error_code(std::errc::no_space_on_device);
    if (faults_.write_one_in != 0 && sim_.chance().one_in(faults_.write_one_in)) {
        note("disk: a change fails");
        return io_error();
    }
    return {};
}

std::error_code disk_media::begin_read() {
    if (faults_.read_one_in == 0 || !sim_.chance().one_in(faults_.read_one_in)) return {};
    note("disk: a read fails");
    return io_error();
}

void disk_media::change_names(name_operation operation) {
    for (const auto& change : operation) {
        if (change.after) {
            change.folder->entries[change.name] = change.after;
        } else {
            change.folder->entries.erase(change.name);
        }
    }
    unsynced_names_.push_back(std::move(operation));
    if (on_names_changed) on_names_changed();
}

void disk_media::keep_names(const name_operation& operation) {
    for (const auto& change : operation) {
        if (change.after) {
            change.folder->durable_entries[change.name] = change.after;
        } else {
            change.folder->durable_entries.erase(change.name);
        }
    }
}

// A folder's sync keeps the changes of its names, and what happened before to the same files and to the
// folders that hold them, the folder's own name included: journals of file systems keep the order.
std::error_code disk_media::sync_names(const inode_ref& folder) {
    if (faults_.sync_one_in != 0 && sim_.chance().one_in(faults_.sync_one_in)) {
        note("disk: a folder's sync fails");
        return io_error();
    }
    std::set<inode*> inodes{folder.get()};
    std::vector<bool> kept(unsynced_names_.size());
    for (std::size_t i = unsynced_names_.size(); i-- > 0;) {
        const auto& operation = unsynced_names_[i];
        const bool here = std::ranges::any_of(operation, [&](const auto& c) { return c.folder == folder; });
        kept[i] = here || shares_an_inode(operation, inodes);
        if (!kept[i]) continue;
        for (const auto& change : operation) {
            inodes.insert(change.folder.get());
            if (change.before) inodes.insert(change.before.get());
            if (change.after) inodes.insert(change.after.get());
        }
    }
    std::vector<name_operation> rest;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        if (kept[i]) {
            keep_names(unsynced_names_[i]);
        } else {
            rest.push_back(std::move(unsynced_names_[i]));
        }
    }
    unsynced_names_ = std::move(rest);
    return {};
}

std::error_code disk_media::sync_data(inode& file) {
    if (faults_.sync_one_in != 0 && sim_.chance().one_in(faults_.sync_one_in)) {
        // The kernel marks the pages clean: the data stays readable and never reaches the disk.
        note("disk: a sync fails");
        std::erase_if(file.unsynced, [&](const auto&) { return sim_.chance().one_in(2); });
        return io_error();
    }
    for (const auto& change : file.unsynced) change.apply_to(file.durable);
    file.unsynced.clear();
    return {};
}

std::error_code disk_media::sync_everything() {
    for (const auto& [id, each] : everything_below(root_)) {
        if (const auto error = sync_data(*each)) return error;
    }
    for (const auto& operation : unsynced_names_) keep_names(operation);
    unsynced_names_.clear();
    return {};
}

void disk_media::lose_power() {
    // Changes of names reach the disk in order: some number of them made it.
    const auto names_kept = sim_.chance().below(unsynced_names_.size() + 1);
    for (std::size_t i = 0; i < names_kept; ++i) keep_names(unsynced_names_[i]);
    note("disk: keeps " + std::to_string(names_kept) + " of " + std::to_string(unsynced_names_.size()) +
         " un-synced changes of names");
    unsynced_names_.clear();
    for (const auto& [id, each] : everything_below(root_)) settle(*each);
}

void disk_media::settle(inode& file) {
    if (file.kind == file_kind::folder) {
        file.entries = file.durable_entries;
        return;
    }
    file.durable = survivors(file);
    file.now = file.durable;
    file.unsynced.clear();
}

file_bytes disk_media::survivors(const inode& file) {
    if (file.unsynced.empty()) return file.durable;
    auto& chance = sim_.chance();
    file_bytes kept = file.durable;
    switch (chance.below(4)) {
        case 0:
            return kept;
        case 1:
            return file.now;
        default:
            break;
    }
    for (const auto& change : file.unsynced) {
        if (!change.size) {
            write_part(kept, change);
        } else if (chance.one_in(2)) {
            change.apply_to(kept);
        }
    }
    // The size travels apart from the data: what is missing reads as zeros.
    if (kept.size() < file.now.size() && chance.one_in(2)) kept.resize(file.now.size());
    return kept;
}

void disk_media::write_part(file_bytes& contents, const file_change& change) {
    auto& chance = sim_.chance();
    const std::uint64_t end = change.offset + change.data.size();
    for (std::uint64_t at = change.offset; at < end;) {
        const std::uint64_t block_end = std::min(end, (at / block_bytes + 1) * block_bytes);
        std::uint64_t keep_to = block_end;
        const auto fate = chance.below(8);
        if (fate < 3) keep_to = at;
        if (fate == 3) {  // torn: only the first sectors of the block
            keep_to = std::min(block_end, (at / sector_bytes + chance.below(8)) * sector_bytes);
        }
        if (keep_to > at) {
            const auto piece = std::span{change.data}.subspan(at - change.offset, keep_to - at);
            put(contents, at, piece);
        }
        at = block_end;
    }
}

const file_bytes* disk_media::look(std::string_view path) const {
    const auto found = find_inode(root_, path);
    return found && (*found)->kind == file_kind::regular ? &(*found)->now : nullptr;
}

std::optional<file_bytes> disk_media::read(std::string_view path) const {
    const auto* found = look(path);
    return found == nullptr ? std::nullopt : std::optional{*found};
}

std::vector<std::string> disk_media::files(std::string_view folder) const {
    std::vector<std::string> paths;
    const auto found = find_inode(root_, folder);
    if (!found) return paths;
    const std::function<void(const inode&, const std::string&)> walk = [&](const inode& at,
                                                                           const std::string& to) {
        for (const auto& [name, child] : at.entries) {
            if (child->kind == file_kind::folder) {
                walk(*child, to + name + '/');
            } else {
                paths.push_back(to + name);
            }
        }
    };
    walk(**found, "");
    return paths;
}

}  // namespace tests::simulation
