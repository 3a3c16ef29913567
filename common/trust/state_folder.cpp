#include "common/trust/state_folder.hpp"

#include "common/trust/limits.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace common::trust {
namespace {

constexpr const char* lock_name = ".trust-lock";

[[noreturn]] void fail(const std::string& path, const std::string& what) {
    throw state_error(path + ": " + what);
}

[[noreturn]] void fail_with_errno(const std::string& path, const char* action) {
    fail(path, std::string("cannot ") + action + ": " + std::generic_category().message(errno));
}

std::string octal(mode_t mode) {
    char text[8];
    std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777));
    return text;
}

// The superuser may look after another account's files; everybody else only after their own.
void require_owner(const std::string& path, const struct stat& info) {
    if (info.st_uid != ::geteuid() && ::geteuid() != 0)
        fail(path, "belongs to another user (uid " + std::to_string(info.st_uid) + "); run as that user");
}

void sync_parent(const std::filesystem::path& made) {
    const auto parent = made.has_parent_path() ? made.parent_path() : std::filesystem::path(".");
    const descriptor folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.number() < 0 || ::fsync(folder.number()) != 0)
        fail_with_errno(parent.string(), "sync the folder");
}

// Parents are made with the same private mode: they are usually ~/.config or ~/.local/state.
descriptor open_folder(const std::string& path) {
    std::filesystem::path made;
    for (const auto& part : std::filesystem::path(path)) {
        made /= part;
        if (::mkdir(made.c_str(), 0700) == 0) {
            sync_parent(made);
            continue;
        }
        const int why = errno;
        std::error_code ignored;
        if (std::filesystem::is_directory(made, ignored)) continue;
        errno = why;
        fail_with_errno(made.string(), "make the folder");
    }
    descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.number() < 0) fail_with_errno(path, "open the folder");
    struct stat info {};
    if (::fstat(folder.number(), &info) != 0) fail_with_errno(path, "inspect the folder");
    require_owner(path, info);
    if ((info.st_mode & 0022) != 0)
        fail(path, "other users may write to this folder (mode " + octal(info.st_mode) +
                       "); run: chmod 700 " + path);
    return folder;
}

// An administrator may run a command as the superuser: the server must still be able to use the result.
void hand_over(const descriptor& file, const descriptor& folder, const std::string& path) {
    if (::geteuid() != 0) return;
    struct stat owner {};
    if (::fstat(folder.number(), &owner) != 0) fail_with_errno(path, "inspect the folder of");
    if (::fchown(file.number(), owner.st_uid, owner.st_gid) != 0) fail_with_errno(path, "hand over");
}

void write_all(int file, std::string_view content, const std::string& path) {
    while (!content.empty()) {
        const ssize_t written = ::write(file, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail_with_errno(path, "write");
        content.remove_prefix(static_cast<std::size_t>(written));
    }
}

secret_text read_all(int file, std::size_t size, const std::string& path) {
    // One more byte than expected shows a file that grows; reserved once, so that no copy of a secret stays
    // behind.
    std::string content(size + 1, '\0');
    std::size_t filled = 0;
    while (filled < content.size()) {
        const ssize_t got = ::read(file, content.data() + filled, content.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail_with_errno(path, "read");
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    if (filled != size) fail(path, "changed while it was read; try again");
    content.resize(filled);
    return secret_text(std::move(content));
}

}  // namespace

descriptor::descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

descriptor::~descriptor() {
    if (number_ >= 0) ::close(number_);
}

state_folder::state_folder(std::string path) : path_(std::move(path)), folder_(open_folder(path_)) {}

std::string state_folder::path_of(std::string_view name) const {
    return path_ + "/" + std::string(name);
}

std::optional<secret_text> state_folder::read(std::string_view name, std::size_t bytes_max) const {
    const std::string path = path_of(name);
    const std::string file_name(name);
    // O_NONBLOCK: a FIFO put in the place of the file must not hang us.
    constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    const descriptor file(::openat(folder_.number(), file_name.c_str(), flags));
    if (file.number() < 0 && errno == ENOENT) return std::nullopt;
    if (file.number() < 0 && errno == ELOOP) fail(path, "is a symbolic link; put the file itself there");
    if (file.number() < 0) fail_with_errno(path, "open");
    struct stat info {};
    if (::fstat(file.number(), &info) != 0) fail_with_errno(path, "inspect");
    if (!S_ISREG(info.st_mode)) fail(path, "is not a regular file");
    require_owner(path, info);
    if ((info.st_mode & 0077) != 0)
        fail(path, "is open to other users (mode " + octal(info.st_mode) + "); run: chmod 600 " + path);
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size > bytes_max)
        fail(path, "is larger than " + std::to_string(bytes_max) + " bytes and cannot be ours");
    return read_all(file.number(), size, path);
}

file_stamp state_folder::stamp(std::string_view name) const {
    struct stat info {};
    if (::fstatat(folder_.number(), std::string(name).c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return {};
        fail_with_errno(path_of(name), "inspect");
    }
    return {info.st_ino, static_cast<std::uint64_t>(info.st_size),
            static_cast<std::int64_t>(info.st_ctim.tv_sec) * 1'000'000'000 + info.st_ctim.tv_nsec};
}

folder_lock state_folder::lock() const {
    constexpr int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
    descriptor file(::openat(folder_.number(), lock_name, flags, 0600));
    if (file.number() < 0) fail_with_errno(path_of(lock_name), "open");
    hand_over(file, folder_, path_of(lock_name));
    constexpr auto attempts = limits::lock_wait_max / limits::lock_retry_delay;
    for (auto attempt = attempts; ::flock(file.number(), LOCK_EX | LOCK_NB) != 0; --attempt) {
        if (errno != EWOULDBLOCK && errno != EINTR) fail_with_errno(path_of(lock_name), "lock");
        if (attempt == 0) fail(path_of(lock_name), "another process holds this lock; end it and try again");
        std::this_thread::sleep_for(limits::lock_retry_delay);
    }
    return folder_lock(std::move(file));
}

std::string state_folder::write_temporary(std::string_view name, std::string_view content) const {
    const std::string temporary = "." + std::string(name) + ".new";
    const std::string path = path_of(temporary);
    // A crash may have left one behind; the lock says that nobody is writing it now.
    if (::unlinkat(folder_.number(), temporary.c_str(), 0) != 0 && errno != ENOENT)
        fail_with_errno(path, "remove");
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const descriptor file(::openat(folder_.number(), temporary.c_str(), flags, 0600));
    if (file.number() < 0) fail_with_errno(path, "create");
    write_all(file.number(), content, path);
    hand_over(file, folder_, path);
    if (::fsync(file.number()) != 0) fail_with_errno(path, "sync");
    return temporary;
}

void state_folder::sync() const {
    if (::fsync(folder_.number()) == 0) return;
    throw sync_error(path_ + ": cannot sync the folder: " + std::generic_category().message(errno));
}

bool state_folder::create(const folder_lock&, std::string_view name, std::string_view content) const {
    if (stamp(name).inode != 0) return false;
    const std::string temporary = write_temporary(name, content);
    const std::string target(name);
    const int folder = folder_.number();
    // Unlike rename, a hard link never replaces what is there.
    const bool linked = ::linkat(folder, temporary.c_str(), folder, target.c_str(), 0) == 0;
    const int why = errno;
    ::unlinkat(folder, temporary.c_str(), 0);
    errno = why;
    if (!linked && errno != EEXIST) fail_with_errno(path_of(name), "create");
    sync();
    return linked;
}

void state_folder::replace(const folder_lock&, std::string_view name, std::string_view content) const {
    const std::string temporary = write_temporary(name, content);
    const std::string target(name);
    if (::renameat(folder_.number(), temporary.c_str(), folder_.number(), target.c_str()) != 0)
        fail_with_errno(path_of(name), "replace");
    sync();
}

}  // namespace common::trust
