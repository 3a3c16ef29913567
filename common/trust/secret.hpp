// Memory that is wiped when it goes away, and the only comparison allowed on it.
//
// A secret is looked up by a public id and compared with constant_time_equal(); == is deleted on purpose.
#pragma once

#include "common/seam/byte_transport.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace common::trust {

using seam::const_bytes;

void wipe(std::span<std::byte> bytes);

// Time depends on the lengths only. Different lengths are unequal.
bool constant_time_equal(const_bytes a, const_bytes b);

template <std::size_t size>
class secret {
  public:
    secret() = default;
    explicit secret(std::span<const std::byte, size> bytes) {
        std::copy(bytes.begin(), bytes.end(), bytes_.begin());
    }
    secret(const secret&) = default;
    secret& operator=(const secret&) = default;
    ~secret() { wipe(bytes_); }

    std::span<const std::byte, size> bytes() const { return bytes_; }
    std::span<std::byte, size> writable() { return bytes_; }
    bool operator==(const secret&) const = delete;

  private:
    std::array<std::byte, size> bytes_{};
};

// The content of a file or line that holds a secret. Moving it moves the buffer; what stays behind is wiped
// too.
class secret_text {
  public:
    secret_text() = default;
    explicit secret_text(std::string text) : text_(std::move(text)) {}
    secret_text(secret_text&& other) noexcept { take(other); }
    secret_text& operator=(secret_text&& other) noexcept;
    secret_text(const secret_text&) = delete;
    secret_text& operator=(const secret_text&) = delete;
    ~secret_text() { clear(); }

    std::string_view view() const { return text_; }
    bool operator==(const secret_text&) const = delete;

  private:
    void take(secret_text& other);
    void clear();
    std::string text_;
};

}  // namespace common::trust
