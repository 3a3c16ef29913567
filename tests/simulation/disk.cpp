#include "tests/simulation/disk.hpp"

#include <algorithm>

namespace tests::simulation {

using common::seam::file_info;
using common::seam::file_kind;
using common::seam::result;

namespace {

std::error_code failed(std::errc why) {
    return std::make_error_code(why);
}

file_info info_of(const inode& node) {
    const std::uint64_t bytes = node.now.size();
    return {.kind = node.kind,
            .size = node.kind == file_kind::link ? node.link_target.size() : bytes,
            .allocated_bytes = bytes,
            .mtime_ns = node.mtime_ns,
            .ctime_ns = node.mtime_ns,
            .mode = node.mode,
            .inode = node.id,
            .links = 1};
}

class simulated_file final : public common::seam::file {
  public:
    simulated_file(disk_media& media, life whose, inode_ref node, bool writable)
        : media_(media), life_(std::move(whose)), node_(std::move(node)), writable_(writable) {}

    result<std::size_t> read_at(common::seam::mutable_bytes out, std::uint64_t offset) override {
        if (!life_->alive) return std::errc::io_error;
        if (const auto error = media_.begin_read()) return error;
        if (offset >= node_->now.size()) return std::size_t{0};
        const auto count = std::min<std::uint64_t>(out.size(), node_->now.size() - offset);
        std::copy_n(node_->now.begin() + static_cast<std::ptrdiff_t>(offset), count, out.begin());
        return static_cast<std::size_t>(count);
    }

    std::error_code write_at(common::seam::const_bytes data, std::uint64_t offset) override {
        const bool grows = offset + data.size() > node_->now.size();
        const auto error = begin(grows);
        if (error) {
            if (!life_->alive || !writable_) return error;
            data = data.first(grows && media_.full() ? 0 : media_.part_of(data.size()));
        }
        if (!data.empty()) change({.offset = offset, .data = {data.begin(), data.end()}, .size = {}});
        return error;
    }

    std::error_code preallocate(std::uint64_t size) override {
        if (const auto error = begin(true)) return error;
        if (size > node_->now.size()) change({.offset = 0, .data = {}, .size = size});
        return {};
    }

    std::error_code resize(std::uint64_t size) override {
        if (const auto error = begin(size > node_->now.size())) return error;
        change({.offset = 0, .data = {}, .size = size});
        return {};
    }

    std::error_code set_mode(std::uint32_t mode) override {
        if (const auto error = begin(false)) return error;
        node_->mode = mode;
        return {};
    }

    std::error_code set_mtime(std::int64_t mtime_ns) override {
        if (const auto error = begin(false)) return error;
        node_->mtime_ns = mtime_ns;
        return {};
    }

    std::error_code sync_data() override {
        if (const auto error = begin(false)) return error;
        return media_.sync_data(*node_);
    }
    std::error_code sync_all() override { return sync_data(); }

    result<file_info> info() override {
        if (!life_->alive) return std::errc::io_error;
        return info_of(*node_);
    }

  private:
    std::error_code begin(bool grows) {
        if (!life_->alive) return failed(std::errc::io_error);
        if (!writable_) return failed(std::errc::bad_file_descriptor);
        return media_.begin_change(grows);
    }

    void change(file_change made) {
        made.apply_to(node_->now);
        node_->unsynced.push_back(std::move(made));
    }

    disk_media& media_;
    life life_;
    inode_ref node_;
    bool writable_;
};

std::pair<std::string_view, std::string_view> split_last(std::string_view path) {
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos) return {"", path};
    return {path.substr(0, slash), path.substr(slash + 1)};
}

}  // namespace

result<inode_ref> find_inode(const inode_ref& from, std::string_view path) {
    inode_ref at = from;
    while (!path.empty()) {
        const auto slash = path.find('/');
        const auto name = path.substr(0, slash);
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
        if (name == ".") continue;
        if (at->kind == file_kind::link) return std::errc::too_many_symbolic_link_levels;
        if (at->kind != file_kind::folder) return std::errc::not_a_directory;
        const auto found = at->entries.find(name);
        if (found == at->entries.end()) return std::errc::no_such_file_or_directory;
        at = found->second;
    }
    return at;
}

std::error_code simulated_disk::dead() const {
    return life_->alive ? std::error_code{} : failed(std::errc::io_error);
}

std::error_code simulated_disk::begin_change(bool grows) {
    if (const auto error = dead()) return error;
    return media_.begin_change(grows);
}

result<simulated_disk::place> simulated_disk::locate(std::string_view path) {
    if (const auto error = dead()) return error;
    const auto [parent, name] = split_last(path);
    const auto folder = find_inode(media_.root(), parent);
    if (!folder) return folder.error();
    if ((*folder)->kind != file_kind::folder) return std::errc::not_a_directory;
    if (name.empty() || name == "." || name == "..") return std::errc::invalid_argument;
    const auto found = (*folder)->entries.find(name);
    return place{*folder, std::string{name}, found == (*folder)->entries.end() ? nullptr : found->second};
}

result<simulated_disk::file_ptr> simulated_disk::open(std::string_view path, bool writable) {
    if (const auto error = dead()) return error;
    const auto found = find_inode(media_.root(), path);
    if (!found) return found.error();
    if ((*found)->kind == file_kind::folder) return std::errc::is_a_directory;
    if ((*found)->kind == file_kind::link) return std::errc::too_many_symbolic_link_levels;
    return file_ptr{std::make_unique<simulated_file>(media_, life_, *found, writable)};
}

result<simulated_disk::file_ptr> simulated_disk::open_read(std::string_view path) {
    return open(path, false);
}

result<simulated_disk::file_ptr> simulated_disk::open_write(std::string_view path) {
    return open(path, true);
}

result<inode_ref> simulated_disk::make(std::string_view path, file_kind kind, std::uint32_t mode) {
    if (const auto error = begin_change(true)) return error;
    auto where = locate(path);
    if (!where) return where.error();
    if (where->there) return std::errc::file_exists;
    auto made = media_.make_inode(kind, mode);
    media_.change_names({{where->folder, where->name, nullptr, made}});
    return made;
}

result<simulated_disk::file_ptr> simulated_disk::create(std::string_view path, std::uint32_t mode) {
    const auto made = make(path, file_kind::regular, mode);
    if (!made) return made.error();
    return file_ptr{std::make_unique<simulated_file>(media_, life_, *made, true)};
}

std::error_code simulated_disk::make_folder(std::string_view path, std::uint32_t mode) {
    return make(path, file_kind::folder, mode).error();
}

std::error_code simulated_disk::make_link(std::string_view target, std::string_view path) {
    const auto made = make(path, file_kind::link, 0777);
    if (!made) return made.error();
    (*made)->link_target = target;
    return {};
}

result<std::string> simulated_disk::read_link(std::string_view path) {
    if (const auto error = dead()) return error;
    const auto found = find_inode(media_.root(), path);
    if (!found) return found.error();
    if ((*found)->kind != file_kind::link) return std::errc::invalid_argument;
    return (*found)->link_target;
}

std::error_code simulated_disk::unlink(std::string_view path, bool folder) {
    if (const auto error = begin_change(false)) return error;
    const auto where = locate(path);
    if (!where) return where.error();
    if (!where->there) return failed(std::errc::no_such_file_or_directory);
    const bool is_folder = where->there->kind == file_kind::folder;
    if (folder && !is_folder) return failed(std::errc::not_a_directory);
    if (!folder && is_folder) return failed(std::errc::is_a_directory);
    if (folder && !where->there->entries.empty()) return failed(std::errc::directory_not_empty);
    media_.change_names({{where->folder, where->name, where->there, nullptr}});
    return {};
}

std::error_code simulated_disk::remove(std::string_view path) {
    return unlink(path, false);
}

std::error_code simulated_disk::remove_folder(std::string_view path) {
    return unlink(path, true);
}

std::error_code simulated_disk::rename(std::string_view from, std::string_view to, bool replace) {
    if (const auto error = begin_change(false)) return error;
    const auto source = locate(from);
    if (!source) return source.error();
    if (!source->there) return failed(std::errc::no_such_file_or_directory);
    const auto target = locate(to);
    if (!target) return target.error();
    if (target->there && !replace) return failed(std::errc::file_exists);
    if (target->there == source->there) return {};
    if (target->there && target->there->kind == file_kind::folder) return failed(std::errc::is_a_directory);
    media_.change_names({{source->folder, source->name, source->there, nullptr},
                         {target->folder, target->name, target->there, source->there}});
    return {};
}

std::error_code simulated_disk::rename_new(std::string_view from, std::string_view to) {
    return rename(from, to, false);
}

std::error_code simulated_disk::rename_over(std::string_view from, std::string_view to) {
    return rename(from, to, true);
}

std::error_code simulated_disk::sync_folder(std::string_view path) {
    if (const auto error = begin_change(false)) return error;
    const auto found = find_inode(media_.root(), path);
    if (!found) return found.error();
    if ((*found)->kind != file_kind::folder) return failed(std::errc::not_a_directory);
    return media_.sync_names(*found);
}

std::error_code simulated_disk::sync_everything() {
    if (const auto error = begin_change(false)) return error;
    return media_.sync_everything();
}

result<file_info> simulated_disk::info(std::string_view path) {
    if (const auto error = dead()) return error;
    const auto found = find_inode(media_.root(), path);
    if (!found) return found.error();
    return info_of(**found);
}

std::error_code simulated_disk::list(std::string_view path, const visitor& each) {
    if (const auto error = dead()) return error;
    const auto found = find_inode(media_.root(), path);
    if (!found) return found.error();
    if ((*found)->kind != file_kind::folder) return failed(std::errc::not_a_directory);
    const auto entries = (*found)->entries;  // a copy: the visitor may change the folder
    for (const auto& [name, child] : entries) {
        if (!each(name, info_of(*child))) break;
    }
    return {};
}

std::error_code simulated_disk::set_attributes(std::string_view path, std::uint32_t mode,
                                               std::int64_t mtime_ns) {
    if (const auto error = begin_change(false)) return error;
    const auto found = find_inode(media_.root(), path);
    if (!found) return found.error();
    if (mode != 0) (*found)->mode = mode;
    if (mtime_ns != 0) (*found)->mtime_ns = mtime_ns;
    return {};
}

result<std::uint64_t> simulated_disk::free_bytes() {
    if (const auto error = dead()) return error;
    constexpr std::uint64_t plenty = std::uint64_t{1} << 40;
    return media_.full() ? 0 : plenty;
}

}  // namespace tests::simulation
