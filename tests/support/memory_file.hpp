// A file in memory for tests, which fails where the test says and remembers what was synced.
//
//   auto file = std::make_shared<memory_file>("content");
//   file->fail_call(3);           // the fourth call from now fails with io_error, and so do all later ones
//
// Calls may come from several threads, as they do from a blocking pool.
#pragma once

#include "common/seam/disk.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace tests::support {

class memory_file final : public common::seam::file {
  public:
    explicit memory_file(std::string content = {}) : content_(std::move(content)) {}

    void fail_call(std::uint64_t index) {
        const std::lock_guard lock(mutex_);
        failing_call_ = calls_ + index;
    }
    std::uint64_t calls() const { return locked(calls_); }
    std::uint64_t syncs() const { return locked(syncs_); }
    std::string content() const { return locked(content_); }
    std::string synced_content() const { return locked(synced_content_); }

    common::seam::result<std::size_t> read_at(common::seam::mutable_bytes out,
                                              std::uint64_t offset) override {
        const std::lock_guard lock(mutex_);
        if (fails()) return std::errc::io_error;
        if (offset >= content_.size()) return std::size_t{0};
        const auto count = std::min(out.size(), content_.size() - static_cast<std::size_t>(offset));
        std::memcpy(out.data(), content_.data() + offset, count);
        return count;
    }
    std::error_code write_at(common::seam::const_bytes data, std::uint64_t offset) override {
        const std::lock_guard lock(mutex_);
        if (fails()) return make_error_code(std::errc::io_error);
        const auto end = static_cast<std::size_t>(offset) + data.size();
        if (content_.size() < end) content_.resize(end);
        std::ranges::copy(std::string_view{reinterpret_cast<const char*>(data.data()), data.size()},
                          content_.data() + offset);
        return {};
    }
    std::error_code resize(std::uint64_t size) override {
        return change([&] { content_.resize(static_cast<std::size_t>(size)); });
    }
    std::error_code preallocate(std::uint64_t) override {
        return change([] {});
    }
    std::error_code set_mode(std::uint32_t mode) override {
        return change([&] { info_.mode = mode; });
    }
    std::error_code set_mtime(std::int64_t mtime_ns) override {
        return change([&] { info_.mtime_ns = mtime_ns; });
    }
    std::error_code sync_data() override { return sync_all(); }
    std::error_code sync_all() override {
        return change([&] {
            synced_content_ = content_;
            ++syncs_;
        });
    }
    common::seam::result<common::seam::file_info> info() override {
        const std::lock_guard lock(mutex_);
        if (fails()) return std::errc::io_error;
        auto now = info_;
        now.kind = common::seam::file_kind::regular;
        now.size = content_.size();
        return now;
    }

  private:
    bool fails() { return calls_++ >= failing_call_; }

    template <class Change>
    std::error_code change(Change apply) {
        const std::lock_guard lock(mutex_);
        if (fails()) return make_error_code(std::errc::io_error);
        apply();
        return {};
    }
    template <class T>
    T locked(const T& member) const {
        const std::lock_guard lock(mutex_);
        return member;
    }

    mutable std::mutex mutex_;
    std::string content_;
    std::string synced_content_;
    common::seam::file_info info_;
    std::uint64_t calls_ = 0;
    std::uint64_t failing_call_ = ~std::uint64_t{0};
    std::uint64_t syncs_ = 0;
};

}  // namespace tests::support
