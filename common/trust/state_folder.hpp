// A private folder of small state files: who may read them is checked, what was written survives a power cut.
//
//   state_folder folder(path);                       made (0700) with its parents when missing
//   const auto text = folder.read("identity", max);  nothing: there is no such file
//   const auto lock = folder.lock();                 one writer at a time, across processes and threads
//   folder.create(lock, "identity", content);        false: it is there already
//   folder.replace(lock, "access", content);         old or new content at any instant, never a mixture
//
// Everything blocks and throws state_error, whose text is ready for a person: file, what is wrong, what to
// do.
#pragma once

#include "common/trust/secret.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace common::trust {

class state_error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// A file was replaced, but whether that survives a power cut is unknown and cannot be found out any more:
// what is read from now on must not be relied on before a restart.
class sync_error : public state_error {
  public:
    using state_error::state_error;
};

// Owns a file descriptor.
class descriptor {
  public:
    explicit descriptor(int number) : number_(number) {}
    descriptor(descriptor&& other) noexcept;
    descriptor& operator=(descriptor&&) = delete;
    ~descriptor();
    int number() const { return number_; }

  private:
    int number_;
};

// Released when it goes away; the kernel releases it when the process dies.
class folder_lock {
  public:
    explicit folder_lock(descriptor held) : held_(std::move(held)) {}

  private:
    descriptor held_;
};

// Differs whenever the file was replaced or edited.
struct file_stamp {
    std::uint64_t inode = 0;  // 0: no such file
    std::uint64_t size = 0;
    std::int64_t changed_ns = 0;
    bool operator==(const file_stamp&) const = default;
};

class state_folder {
  public:
    explicit state_folder(std::string path);

    // Refuses links, other people's files, files that others may read or write, and more than `bytes_max`.
    std::optional<secret_text> read(std::string_view name, std::size_t bytes_max) const;
    file_stamp stamp(std::string_view name) const;
    folder_lock lock() const;
    bool create(const folder_lock& lock, std::string_view name, std::string_view content) const;
    void replace(const folder_lock& lock, std::string_view name, std::string_view content) const;

    const std::string& path() const { return path_; }
    std::string path_of(std::string_view name) const;

  private:
    std::string write_temporary(std::string_view name, std::string_view content) const;
    void sync() const;

    std::string path_;
    descriptor folder_;
};

}  // namespace common::trust
