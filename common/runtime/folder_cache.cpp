#include "common/runtime/folder_cache.hpp"

#include "common/runtime/limits.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

namespace common::runtime {

seam::result<unique_fd> open_beneath(int start, const std::string& path, int flags, unsigned mode) {
    open_how how{};
    how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
    how.mode = mode;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    const char* name = path.empty() ? "." : path.c_str();
    for (int attempt = 1;; ++attempt) {
        const auto opened = ::syscall(SYS_openat2, start, name, &how, sizeof how);
        if (opened >= 0) return unique_fd(static_cast<int>(opened));
        const bool again = errno == EAGAIN || errno == EINTR;
        if (!again || attempt == limits::resolve_attempts_max) {
            return std::error_code(errno, std::generic_category());
        }
    }
}

folder_cache::folder_cache(unique_fd root) : root_(std::make_shared<const unique_fd>(std::move(root))) {}

seam::result<folder_cache::handle> folder_cache::open(std::string_view folder) {
    if (folder.empty()) return root_;
    const auto now = std::chrono::steady_clock::now();
    {
        const std::lock_guard lock(mutex_);
        entries_.remove_if(
            [&](const entry& each) { return now - each.opened_at > limits::folder_cache_age_max; });
        const auto found = std::find_if(entries_.begin(), entries_.end(),
                                        [&](const entry& each) { return each.folder == folder; });
        if (found != entries_.end()) {
            entries_.splice(entries_.begin(), entries_, found);
            return found->opened;
        }
    }
    std::string name(folder);
    auto opened = open_beneath(root(), name, O_RDONLY | O_DIRECTORY);
    if (!opened) return opened.error();
    handle kept = std::make_shared<const unique_fd>(*std::move(opened));
    const std::lock_guard lock(mutex_);
    entries_.push_front(entry{std::move(name), kept, now});
    if (entries_.size() > limits::folder_cache_entries_max) entries_.pop_back();
    return kept;
}

void folder_cache::forget() {
    const std::lock_guard lock(mutex_);
    entries_.clear();
}

}  // namespace common::runtime
