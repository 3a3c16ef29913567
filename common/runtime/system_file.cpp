#include "common/runtime/system_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <limits>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace common::runtime {

namespace {

constexpr const char* label_name = "user.sluice.key";
constexpr std::size_t label_bytes_max = 256;
constexpr std::int64_t ns_per_s = 1'000'000'000;

std::int64_t to_ns(const timespec& at) {
    return static_cast<std::int64_t>(at.tv_sec) * ns_per_s + at.tv_nsec;
}

bool fits(std::uint64_t offset, std::uint64_t size) {
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<off_t>::max());
    return offset <= most && size <= most - offset;
}

bool is_in_memory(int fd) {
    struct statfs file_system {};
    return ::fstatfs(fd, &file_system) == 0 && file_system.f_type == TMPFS_MAGIC;
}

seam::file_kind kind_of(mode_t mode) {
    if (S_ISREG(mode)) return seam::file_kind::regular;
    if (S_ISDIR(mode)) return seam::file_kind::folder;
    if (S_ISLNK(mode)) return seam::file_kind::link;
    return seam::file_kind::other;
}

}  // namespace

std::error_code last_error() {
    return {errno, std::generic_category()};
}

std::error_code checked(int returned) {
    return returned == 0 ? std::error_code{} : last_error();
}

std::array<timespec, 2> modified_at(std::int64_t mtime_ns) {
    std::int64_t seconds = mtime_ns / ns_per_s;
    std::int64_t rest = mtime_ns % ns_per_s;
    if (rest < 0) {
        --seconds;
        rest += ns_per_s;
    }
    std::array<timespec, 2> times{};
    times[0].tv_nsec = UTIME_OMIT;
    times[1].tv_sec = seconds;
    times[1].tv_nsec = rest;
    return times;
}

seam::file_info info_from(const struct stat& raw) {
    seam::file_info info;
    info.kind = kind_of(raw.st_mode);
    info.size = static_cast<std::uint64_t>(raw.st_size);
    info.allocated_bytes =
        static_cast<std::uint64_t>(raw.st_blocks) * 512;  // st_blocks counts 512-byte units
    info.mtime_ns = to_ns(raw.st_mtim);
    info.ctime_ns = to_ns(raw.st_ctim);
    info.mode = raw.st_mode & 07777U;
    info.inode = raw.st_ino;
    info.links = raw.st_nlink;
    return info;
}

seam::result<std::size_t> system_file::read_at(seam::mutable_bytes out, std::uint64_t offset) {
    if (!fits(offset, out.size())) return std::errc::value_too_large;
    std::size_t done = 0;
    while (done < out.size()) {
        const auto got =
            ::pread(fd_.get(), out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return last_error();
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

std::error_code system_file::write_at(seam::const_bytes data, std::uint64_t offset) {
    if (!fits(offset, data.size())) return std::make_error_code(std::errc::file_too_large);
    while (!data.empty()) {
        const auto put = ::pwrite(fd_.get(), data.data(), data.size(), static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return last_error();
        data = data.subspan(static_cast<std::size_t>(put));
        offset += static_cast<std::uint64_t>(put);
    }
    return {};
}

std::error_code system_file::preallocate(std::uint64_t size) {
    if (size == 0) return {};
    if (!fits(0, size)) return std::make_error_code(std::errc::file_too_large);
    // In memory reserving is writing zeros: every page would be touched twice.
    if (is_in_memory(fd_.get())) return {};
    int returned = 0;
    do {
        returned = ::fallocate(fd_.get(), 0, 0, static_cast<off_t>(size));
    } while (returned != 0 && errno == EINTR);
    // Some file systems cannot reserve space; the size alone is still right for them.
    if (returned != 0 && errno == EOPNOTSUPP) return resize(size);
    return checked(returned);
}

std::error_code system_file::resize(std::uint64_t size) {
    if (!fits(0, size)) return std::make_error_code(std::errc::file_too_large);
    return checked(::ftruncate(fd_.get(), static_cast<off_t>(size)));
}

std::error_code system_file::set_mode(std::uint32_t mode) {
    return checked(::fchmod(fd_.get(), mode & 07777U));
}

std::error_code system_file::set_mtime(std::int64_t mtime_ns) {
    const auto times = modified_at(mtime_ns);
    return checked(::futimens(fd_.get(), times.data()));
}

// A failed sync is never tried again: the kernel may have dropped the dirty pages with the error.
std::error_code system_file::sync_data() {
    return checked(::fdatasync(fd_.get()));
}

std::error_code system_file::sync_all() {
    return checked(::fsync(fd_.get()));
}

std::error_code system_file::forget_cached() {
    // Pages that are not on disk yet cannot be dropped.
    if (const auto error = sync_data()) return error;
    ::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_DONTNEED);  // advice: what it refuses is read from memory
    return {};
}

std::error_code system_file::set_label(std::string_view text) {
    return checked(::fsetxattr(fd_.get(), label_name, text.data(), text.size(), 0));
}

seam::result<std::string> system_file::label() {
    std::string text(label_bytes_max, '\0');
    const auto size = ::fgetxattr(fd_.get(), label_name, text.data(), text.size());
    if (size < 0) return errno == ENODATA ? make_error_code(std::errc::no_message_available) : last_error();
    text.resize(static_cast<std::size_t>(size));
    return text;
}

seam::result<seam::byte_range> system_file::next_data(std::uint64_t offset) {
    if (!fits(offset, 0)) return std::errc::value_too_large;
    const off_t begin = ::lseek(fd_.get(), static_cast<off_t>(offset), SEEK_DATA);
    // Nothing but a hole from here to the end, or the end itself.
    if (begin < 0 && errno == ENXIO) return seam::byte_range{offset, offset};
    if (begin < 0 && errno == EINVAL) return seam::file::next_data(offset);
    if (begin < 0) return last_error();
    const off_t end = ::lseek(fd_.get(), begin, SEEK_HOLE);
    if (end < 0) return last_error();
    return seam::byte_range{static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(end)};
}

std::error_code system_file::punch(std::uint64_t offset, std::uint64_t bytes) {
    if (bytes == 0) return {};
    if (!fits(offset, bytes)) return std::make_error_code(std::errc::file_too_large);
    int returned = 0;
    do {
        returned = ::fallocate(fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                               static_cast<off_t>(offset), static_cast<off_t>(bytes));
    } while (returned != 0 && errno == EINTR);
    if (returned != 0 && (errno == EOPNOTSUPP || errno == ENOSYS)) return seam::file::punch(offset, bytes);
    return checked(returned);
}

seam::result<seam::file_info> system_file::info() {
    struct stat raw {};
    if (::fstat(fd_.get(), &raw) != 0) return last_error();
    return info_from(raw);
}

}  // namespace common::runtime
