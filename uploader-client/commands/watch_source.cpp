#include "uploader-client/commands/watch_source.hpp"

#include "common/app/failure.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace uploader_client::commands {

namespace app = common::app;
namespace transfer = common::transfer;

namespace {

// A file is sent when nothing happened to it for so long.
constexpr std::chrono::seconds quiet_time{1};
constexpr std::size_t changed_paths_max = 65'536;
constexpr std::size_t event_bytes = 64 * 1024;
constexpr std::uint32_t watched_events = IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_MOVED_TO |
                                         IN_MOVED_FROM | IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK;

std::error_code last_error() {
    return {errno, std::generic_category()};
}

std::string absolute(const domain::source_place& place) {
    if (place.inside.empty()) return place.root;
    return place.root == "/" ? "/" + place.inside : place.root + "/" + place.inside;
}

bool is_at_or_below(std::string_view path, std::string_view folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

// The names of the folders in a folder; none when it is gone.
std::vector<std::string> folders_in(const std::string& folder) {
    std::vector<std::string> found;
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(folder.c_str()), ::closedir);
    if (!listing) return found;
    while (const dirent* entry = ::readdir(listing.get())) {
        const std::string name(entry->d_name);
        if (name == "." || name == "..") continue;
        struct stat info {};
        if (::fstatat(::dirfd(listing.get()), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (S_ISDIR(info.st_mode)) found.push_back(name);
    }
    return found;
}

app::failure cannot_watch(const std::string& folder, std::error_code why) {
    const bool limit = why == std::errc::no_space_on_device;
    return {app::exit_code::failed, "local_file", "cannot watch " + folder, why.message(),
            limit ? "raise fs.inotify.max_user_watches" : ""};
}

}  // namespace

watch_source::watch_source(put_choice choice)
    : choice_(std::move(choice)),
      files_(std::make_shared<sources>(choice_)),
      events_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      interrupted_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      changed_(quiet_time, changed_paths_max) {
    if (!events_ || !interrupted_) throw cannot_watch("for changes", last_error());
    watch_everything();
}

void watch_source::watch_everything() {
    for (const domain::source_place& place : files_->places()) {
        const std::string folder = absolute(place);
        if (const auto error = watch_below(folder)) throw cannot_watch(folder, error);
    }
}

std::error_code watch_source::watch_below(const std::string& top) {
    std::vector<std::string> folders{top};
    while (!folders.empty()) {
        const std::string folder = std::move(folders.back());
        folders.pop_back();
        const int watch = ::inotify_add_watch(events_.get(), folder.c_str(), watched_events);
        if (watch < 0) {
            // Below the top it may have gone meanwhile.
            if (errno == ENOENT && folder != top) continue;
            return last_error();
        }
        folders_[watch] = folder;
        watches_[folder] = watch;
        for (const std::string& name : folders_in(folder)) {
            std::string below = folder == "/" ? "/" + name : folder + "/" + name;
            if (!is_left_out(below, true)) folders.push_back(std::move(below));
        }
    }
    return {};
}

bool watch_source::is_left_out(const std::string& path, bool is_folder) const {
    const auto place = files_->place_of(path);
    if (!place) return true;
    return place->inside.ends_with("/.sluice") ||
           choice_.filter.judge(place->wire, is_folder) == domain::filter::choice::leave;
}

void watch_source::forget_below(const std::string& folder) {
    for (auto at = watches_.lower_bound(folder); at != watches_.end() && at->first.starts_with(folder);) {
        if (!is_at_or_below(at->first, folder)) {
            ++at;
            continue;
        }
        ::inotify_rm_watch(events_.get(), at->second);
        folders_.erase(at->second);
        at = watches_.erase(at);
    }
}

common::seam::result<std::vector<transfer::outgoing>> watch_source::next(std::size_t count_max) {
    for (;;) {
        auto items = files_->next(count_max);
        if (!items) return items.error();
        if (!items->empty()) return items;
        if (!ready_.empty()) {
            struct stat info {};
            if (::lstat(ready_.front().c_str(), &info) == 0) files_->look_at(ready_.front());
            ready_.pop_front();
            continue;
        }
        if (!wait()) return std::vector<transfer::outgoing>{};
    }
}

bool watch_source::wait() {
    const auto now = clock_.mono_now();
    auto due = changed_.next();
    if (overflowed_) due = overflowed_at_ + quiet_time;
    int timeout_ms = -1;
    if (due) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(std::max(*due, now) - now);
        timeout_ms = static_cast<int>(left.count());
    }
    std::array<pollfd, 2> ready{pollfd{events_.get(), POLLIN, 0}, pollfd{interrupted_.get(), POLLIN, 0}};
    if (::poll(ready.data(), ready.size(), timeout_ms) < 0 && errno != EINTR) return false;
    if (ready[1].revents != 0) return false;
    if (ready[0].revents != 0) read_events();
    const auto later = clock_.mono_now();
    if (overflowed_ && later >= overflowed_at_ + quiet_time) look_again();
    for (std::string& path : changed_.take(later)) ready_.push_back(std::move(path));
    return true;
}

void watch_source::read_events() {
    alignas(inotify_event) std::array<char, event_bytes> room;
    const ssize_t got = ::read(events_.get(), room.data(), room.size());
    for (ssize_t at = 0; at < got;) {
        const auto* event = reinterpret_cast<const inotify_event*>(room.data() + at);
        at += static_cast<ssize_t>(sizeof *event + event->len);
        const std::string_view name = event->len > 0 ? std::string_view(event->name) : std::string_view{};
        take_event(event->wd, event->mask, name);
    }
}

void watch_source::take_event(int watch, std::uint32_t mask, std::string_view name) {
    const auto now = clock_.mono_now();
    const auto overflow = [&] {
        overflowed_ = true;
        overflowed_at_ = now;
    };
    if ((mask & IN_Q_OVERFLOW) != 0) return overflow();
    const auto found = folders_.find(watch);
    if (found == folders_.end()) return;
    if ((mask & IN_IGNORED) != 0) {
        watches_.erase(found->second);
        folders_.erase(found);
        return;
    }
    if (name.empty()) return;
    const std::string path = (found->second == "/" ? "" : found->second) + "/" + std::string{name};
    const bool is_folder = (mask & IN_ISDIR) != 0;
    if ((mask & IN_MOVED_FROM) != 0) {
        if (is_folder) forget_below(path);
        return;
    }
    if (is_left_out(path, is_folder)) return;
    // What came into a new folder before it was watched is found when the folder is listed.
    if (is_folder && (mask & (IN_CREATE | IN_MOVED_TO)) != 0 && watch_below(path)) return overflow();
    if (is_folder && (mask & (IN_CREATE | IN_MOVED_TO | IN_ATTRIB)) == 0) return;
    if (!changed_.note(path, now)) overflow();
}

// Folders may have come and gone unseen, so all of them are watched anew; files that did not change are asked
// about, not sent.
void watch_source::look_again() {
    overflowed_ = false;
    changed_.clear();
    ready_.clear();
    for (const domain::source_place& place : files_->places()) {
        const std::string folder = absolute(place);
        if (watch_below(folder)) continue;
        ready_.push_back(folder);
    }
}

void watch_source::interrupt() {
    const std::uint64_t one = 1;
    // It can only fail when the counter is full: interrupted already.
    [[maybe_unused]] const ssize_t written = ::write(interrupted_.get(), &one, sizeof one);
}

}  // namespace uploader_client::commands
