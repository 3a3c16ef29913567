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
    virtual result<std::uint64_t> free_bytes() = 0;
    // Of a regular file, as set_label() set it; errc::no_message_available: it has none.
    virtual result<std::string> label(std::string_view) { return std::errc::operation_not_supported; }
};

}  // namespace common::seam
