// How much the root may hold, in all and of each key: what is stored and what is on its way.
//
//   quota space{{.bytes = …, .key_files = …}};
//   space.count(key, {.bytes = …, .files = 1});       what is there already: at the start
//   if (!space.take(key, what)) …                     refused as a whole, nothing is taken
//   space.give_back(key, what);                       the file was not stored, or is gone
//
// Shared by all workers. What belongs to nobody is counted under the empty key, and only in all.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace uploader_server::domain {

struct usage {
    std::uint64_t bytes = 0;
    std::uint64_t files = 0;
    friend bool operator==(const usage&, const usage&) = default;
};

// 0: no limit.
struct quota_limits {
    std::uint64_t bytes = 0;
    std::uint64_t files = 0;
    std::uint64_t key_bytes = 0;
    std::uint64_t key_files = 0;

    bool per_key() const { return key_bytes != 0 || key_files != 0; }
    bool any() const { return per_key() || bytes != 0 || files != 0; }
};

class quota {
  public:
    explicit quota(const quota_limits& limits) : limits_(limits) {}

    void count(std::string_view key, const usage& what) {
        const std::lock_guard lock{mutex_};
        add(total_, what);
        if (!key.empty()) add(of(key), what);
    }

    bool take(std::string_view key, const usage& what) {
        const std::lock_guard lock{mutex_};
        usage& own = of(key);
        if (!fits(total_, what, limits_.bytes, limits_.files)) return false;
        if (!key.empty() && !fits(own, what, limits_.key_bytes, limits_.key_files)) return false;
        add(total_, what);
        if (!key.empty()) add(own, what);
        return true;
    }

    void give_back(std::string_view key, const usage& what) {
        const std::lock_guard lock{mutex_};
        remove(total_, what);
        if (!key.empty()) remove(of(key), what);
    }

    usage total() const {
        const std::lock_guard lock{mutex_};
        return total_;
    }
    usage of_key(std::string_view key) const {
        const std::lock_guard lock{mutex_};
        const auto found = keys_.find(key);
        return found == keys_.end() ? usage{} : found->second;
    }
    const quota_limits& limits() const { return limits_; }

  private:
    static bool fits(std::uint64_t used, std::uint64_t more, std::uint64_t limit) {
        return limit == 0 || more == 0 || (used <= limit && more <= limit - used);
    }
    static bool fits(const usage& used, const usage& more, std::uint64_t bytes, std::uint64_t files) {
        return fits(used.bytes, more.bytes, bytes) && fits(used.files, more.files, files);
    }
    static void add(usage& to, const usage& what) {
        to.bytes += what.bytes;
        to.files += what.files;
    }
    // Files may also vanish behind our back; the count never falls below nothing.
    static void remove(usage& from, const usage& what) {
        from.bytes -= std::min(from.bytes, what.bytes);
        from.files -= std::min(from.files, what.files);
    }
    usage& of(std::string_view key) {
        const auto found = keys_.find(key);
        return found != keys_.end() ? found->second : keys_[std::string{key}];
    }

    const quota_limits limits_;
    mutable std::mutex mutex_;
    usage total_;
    std::map<std::string, usage, std::less<>> keys_;
};

}  // namespace uploader_server::domain
