#include "common/runtime/system_disk.hpp"

#include "common/runtime/system_file.hpp"

#include <climits>

#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>

namespace common::runtime {

namespace {

unique_fd open_root(const std::string& root) {
    unique_fd opened(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened) throw std::system_error(errno, std::generic_category(), root);
    return opened;
}

seam::result<seam::file_info> info_at(int folder, const char* name) {
    struct stat raw {};
    if (::fstatat(folder, name, &raw, AT_SYMLINK_NOFOLLOW) != 0) return last_error();
    return info_from(raw);
}

struct close_listing {
    void operator()(DIR* listing) const { ::closedir(listing); }
};

class open_listing final : public seam::folder_reader {
  public:
    explicit open_listing(std::unique_ptr<DIR, close_listing> listing) : listing_(std::move(listing)) {}

    seam::result<std::vector<seam::folder_entry>> next(std::size_t count_max) override {
        std::vector<seam::folder_entry> some;
        while (some.size() < count_max) {
            errno = 0;
            const dirent* entry = ::readdir(listing_.get());
            if (entry == nullptr && errno != 0) return last_error();
            if (entry == nullptr) break;
            const std::string_view name(entry->d_name);
            if (name == "." || name == "..") continue;
            const auto found = info_at(::dirfd(listing_.get()), entry->d_name);
            // Removed since it was read: as good as never seen.
            if (!found && found.error() == std::errc::no_such_file_or_directory) continue;
            if (!found) return found.error();
            some.push_back({std::string(name), *found});
        }
        return some;
    }

  private:
    std::unique_ptr<DIR, close_listing> listing_;
};

}  // namespace

system_disk::system_disk(const std::string& root) : folders_(open_root(root)) {}

seam::result<system_disk::place> system_disk::locate(std::string_view path) {
    const auto slash = path.rfind('/');
    const bool in_root = slash == std::string_view::npos;
    std::string name(in_root ? path : path.substr(slash + 1));
    // The kernel checks every component of a parent; the last one is ours, because *at() calls take any name.
    if (name.empty() || name == "." || name == "..") return std::errc::invalid_argument;
    auto parent = folders_.open(in_root ? std::string_view{} : path.substr(0, slash));
    if (!parent) return parent.error();
    return place{*std::move(parent), std::move(name)};
}

seam::result<std::unique_ptr<seam::file>> system_disk::open_file(std::string_view path, int flags,
                                                                 std::uint32_t mode) {
    auto where = locate(path);
    if (!where) return where.error();
    // O_NONBLOCK: opening a pipe must not wait for its other end before we can refuse it.
    auto opened = open_beneath(where->at(), where->name, flags | O_NONBLOCK | O_NOFOLLOW, mode);
    if (!opened) return opened.error();
    auto file = std::make_unique<system_file>(*std::move(opened));
    const auto info = file->info();
    if (!info) return info.error();
    if (info->kind == seam::file_kind::folder) return std::errc::is_a_directory;
    if (info->kind != seam::file_kind::regular) return std::errc::operation_not_permitted;
    return std::unique_ptr<seam::file>(std::move(file));
}

seam::result<std::unique_ptr<seam::file>> system_disk::open_read(std::string_view path) {
    return open_file(path, O_RDONLY, 0);
}

seam::result<std::unique_ptr<seam::file>> system_disk::open_write(std::string_view path) {
    return open_file(path, O_RDWR, 0);
}

seam::result<std::unique_ptr<seam::file>> system_disk::create(std::string_view path, std::uint32_t mode) {
    return open_file(path, O_RDWR | O_CREAT | O_EXCL, mode & 07777U);
}

std::error_code system_disk::make_folder(std::string_view path, std::uint32_t mode) {
    const auto where = locate(path);
    if (!where) return where.error();
    return checked(::mkdirat(where->at(), where->name.c_str(), mode & 07777U));
}

std::error_code system_disk::make_link(std::string_view target, std::string_view path) {
    const auto where = locate(path);
    if (!where) return where.error();
    return checked(::symlinkat(std::string(target).c_str(), where->at(), where->name.c_str()));
}

seam::result<std::string> system_disk::read_link(std::string_view path) {
    const auto where = locate(path);
    if (!where) return where.error();
    char target[PATH_MAX];
    const auto length = ::readlinkat(where->at(), where->name.c_str(), target, sizeof target);
    if (length < 0) return last_error();
    if (static_cast<std::size_t>(length) == sizeof target) return std::errc::filename_too_long;
    return std::string(target, static_cast<std::size_t>(length));
}

std::error_code system_disk::unlink(std::string_view path, int flags) {
    const auto where = locate(path);
    if (!where) return where.error();
    return checked(::unlinkat(where->at(), where->name.c_str(), flags));
}

std::error_code system_disk::remove(std::string_view path) {
    return unlink(path, 0);
}

std::error_code system_disk::remove_folder(std::string_view path) {
    folders_.forget();
    return unlink(path, AT_REMOVEDIR);
}

std::error_code system_disk::rename(std::string_view from, std::string_view to, unsigned flags) {
    const auto source = locate(from);
    if (!source) return source.error();
    const auto target = locate(to);
    if (!target) return target.error();
    const auto moved = info_at(source->at(), source->name.c_str());
    if (!moved) return moved.error();
    if (::syscall(SYS_renameat2, source->at(), source->name.c_str(), target->at(), target->name.c_str(),
                  flags) != 0) {
        return last_error();
    }
    if (moved->kind == seam::file_kind::folder) folders_.forget();
    return {};
}

std::error_code system_disk::rename_new(std::string_view from, std::string_view to) {
    return rename(from, to, RENAME_NOREPLACE);
}

std::error_code system_disk::rename_over(std::string_view from, std::string_view to) {
    return rename(from, to, 0);
}

std::error_code system_disk::sync_folder(std::string_view path) {
    const auto folder = folders_.open(path);
    if (!folder) return folder.error();
    return checked(::fsync((*folder)->get()));
}

std::error_code system_disk::sync_everything() {
    return checked(::syncfs(folders_.root()));
}

seam::result<seam::file_info> system_disk::info(std::string_view path) {
    if (path.empty()) return info_at(folders_.root(), ".");
    const auto where = locate(path);
    if (!where) return where.error();
    return info_at(where->at(), where->name.c_str());
}

seam::result<std::unique_ptr<seam::folder_reader>> system_disk::open_folder(std::string_view path) {
    // A descriptor of its own: reading a folder moves the offset that all users of a descriptor share.
    auto opened = open_beneath(folders_.root(), std::string(path), O_RDONLY | O_DIRECTORY);
    if (!opened) return opened.error();
    std::unique_ptr<DIR, close_listing> listing(::fdopendir(opened->get()));
    if (!listing) return last_error();
    opened->release();  // the listing owns it now
    return std::unique_ptr<seam::folder_reader>(std::make_unique<open_listing>(std::move(listing)));
}

std::error_code system_disk::list(std::string_view path, const visitor& each) {
    constexpr std::size_t entries_at_once = 256;
    const auto reader = open_folder(path);
    if (!reader) return reader.error();
    for (;;) {
        const auto some = (*reader)->next(entries_at_once);
        if (!some) return some.error();
        if (some->empty()) return {};
        for (const seam::folder_entry& entry : *some) {
            if (!each(entry.name, entry.info)) return {};
        }
    }
}

seam::result<std::string> system_disk::label(std::string_view path) {
    auto where = locate(path);
    if (!where) return where.error();
    auto opened = open_beneath(where->at(), where->name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, 0);
    if (!opened) return opened.error();
    return system_file(*std::move(opened)).label();
}

std::error_code system_disk::set_attributes(std::string_view path, std::uint32_t mode,
                                            std::int64_t mtime_ns) {
    const auto where = locate(path);
    if (!where) return where.error();
    // Through a descriptor: the calls that take a name would follow a link.
    auto opened = open_beneath(where->at(), where->name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, 0);
    if (!opened) return opened.error();
    if (mode != 0 && ::fchmod(opened->get(), mode & 07777U) != 0) return last_error();
    if (mtime_ns == 0) return {};
    return checked(::futimens(opened->get(), modified_at(mtime_ns).data()));
}

seam::result<std::uint64_t> system_disk::free_bytes() {
    struct statvfs raw {};
    if (::fstatvfs(folders_.root(), &raw) != 0) return last_error();
    return static_cast<std::uint64_t>(raw.f_bavail) * raw.f_frsize;
}

}  // namespace common::runtime
