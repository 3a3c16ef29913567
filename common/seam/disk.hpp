// The file system below one root folder, as storage sees it: every way to touch a file, no way to leave the
// root.
//
// Paths are lists of components joined by '/', relative to the root, checked by the caller's name policy; the
// real implementation resolves them beneath a root descriptor without following links. All calls may block:
// run them on the blocking pool, except reads and writes of at most 256 KiB that are expected to hit the page
// cache. After a failed sync the data written before it must be taken as lost (the kernel may have marked it
// clean).
#pragma once

#include "common/seam/byte_transport.hpp"
#include "common/seam/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace common::seam {

enum class file_kind : std::uint8_t { regular, folder, link, other };

struct file_info {
    file_kind kind = file_kind::other;
    std::uint64_t size = 0;             // bytes
    std::uint64_t allocated_bytes = 0;  // what it takes on disk: less than size when sparse
    std::int64_t mtime_ns = 0;          // since the epoch
    std::int64_t ctime_ns = 0;
    std::uint32_t mode = 0;  // permission bits only
    std::uint64_t inode = 0;
    std::uint64_t links = 1;
};

struct byte_range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

struct folder_entry {
    std::string name;
    file_info info;
};

class file {
  public:
    virtual ~file() = default;
    // Reads until `out` is full or the file ends; returns the bytes read.
    virtual result<std::size_t> read_at(mutable_bytes out, std::uint64_t offset) = 0;
    // Writes all of it, or fails.
    virtual std::error_code write_at(const_bytes data, std::uint64_t offset) = 0;
    virtual std::error_code preallocate(std::uint64_t size) = 0;
    virtual std::error_code resize(std::uint64_t size) = 0;
    virtual std::error_code set_mode(std::uint32_t mode) = 0;
    virtual std::error_code set_mtime(std::int64_t mtime_ns) = 0;
    virtual std::error_code sync_data() = 0;  // fdatasync
    virtual std::error_code sync_all() = 0;   // fsync
    virtual result<file_info> info() = 0;
    // A short note that stays with the file, wherever it is moved; durable with sync_all().
    virtual std::error_code set_label(std::string_view) {
        return make_error_code(std::errc::operation_not_supported);
    }
    // Makes the next reads come from the disk itself, where that can be asked for.
    virtual std::error_code forget_cached() { return {}; }

    // The first range from `offset` on that may hold anything but zeros; empty at the end of the file. What
    // lies between is a hole.
    virtual result<byte_range> next_data(std::uint64_t offset) {
        const auto now = info();
        if (!now) return now.error();
        return byte_range{offset, offset < now->size ? now->size : offset};
    }
    // These bytes are zeros from now on, and take no space where the file system can do without. The size
    // stays.
    virtual std::error_code punch(std::uint64_t offset, std::uint64_t bytes) {
        const auto now = info();
        if (!now) return now.error();
        const std::uint64_t end = offset + bytes < now->size ? offset + bytes : now->size;
        const std::vector<std::byte> zeros(4096);
        for (std::uint64_t at = offset; at < end; at += zeros.size()) {
            const auto count = static_cast<std::size_t>(end - at < zeros.size() ? end - at : zeros.size());
            if (const auto error = write_at(const_bytes{zeros}.first(count), at)) return error;
        }
        return {};
    }
};

// Reads a folder of any size in parts.
class folder_reader {
  public:
    virtual ~folder_reader() = default;
    // The next entries, at most `count_max`, in no order; none: that was all.
    virtual result<std::vector<folder_entry>> next(std::size_t count_max) = 0;
};

class disk {
  public:
    virtual ~disk() = default;
    virtual result<std::unique_ptr<file>> open_read(std::string_view path) = 0;
    virtual result<std::unique_ptr<file>> open_write(std::string_view path) = 0;  // existing, read and write
    virtual result<std::unique_ptr<file>> create(std::string_view path,
                                                 std::uint32_t mode) = 0;  // must not exist
    virtual std::error_code make_folder(std::string_view path, std::uint32_t mode) = 0;
    virtual std::error_code make_link(std::string_view target, std::string_view path) = 0;
    virtual result<std::string> read_link(std::string_view path) = 0;
    virtual std::error_code remove(std::string_view path) = 0;
    virtual std::error_code remove_folder(std::string_view path) = 0;
    // file_exists when `to` is there already: nothing is ever replaced by accident.
    virtual std::error_code rename_new(std::string_view from, std::string_view to) = 0;
    virtual std::error_code rename_over(std::string_view from, std::string_view to) = 0;
    virtual std::error_code sync_folder(std::string_view path) = 0;
    virtual std::error_code sync_everything() = 0;  // syncfs: one call for a batch of small files
    virtual result<file_info> info(std::string_view path) = 0;
    // Calls `each` for every entry (not "." and ".."), in no order, until it returns false.
    using visitor = std::function<bool(std::string_view name, const file_info& info)>;
    virtual std::error_code list(std::string_view path, const visitor& each) = 0;
    // Unless a disk can do better, all of it is listed at once.
    virtual result<std::unique_ptr<folder_reader>> open_folder(std::string_view path);
    // Of a file or folder; 0 leaves the one or the other as it is.
    virtual std::error_code set_attributes(std::string_view path, std::uint32_t mode,
                                           std::int64_t mtime_ns) = 0;
    virtual result<std::uint64_t> free_bytes() = 0;
    // Of a regular file, as set_label() set it; errc::no_message_available: it has none.
    virtual result<std::string> label(std::string_view) { return std::errc::operation_not_supported; }
};

// The entries of a folder, listed at once.
class listed_folder final : public folder_reader {
  public:
    std::vector<folder_entry> entries;  // the next one last

    result<std::vector<folder_entry>> next(std::size_t count_max) override {
        std::vector<folder_entry> some;
        while (some.size() < count_max && !entries.empty()) {
            some.push_back(std::move(entries.back()));
            entries.pop_back();
        }
        return some;
    }
};

inline result<std::unique_ptr<folder_reader>> disk::open_folder(std::string_view path) {
    auto made = std::make_unique<listed_folder>();
    const auto error = list(path, [&](std::string_view name, const file_info& info) {
        made->entries.push_back({std::string{name}, info});
        return true;
    });
    if (error) return error;
    return std::unique_ptr<folder_reader>(std::move(made));
}

}  // namespace common::seam
