// Views and fixed-size byte strings used all over the protocol.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace protocol::wire {

// A view of bytes that compares by content. It never owns: a decoded message is valid as long as its payload
// is.
class bytes_view : public std::span<const std::byte> {
  public:
    using span::span;
    constexpr bytes_view(std::span<const std::byte> bytes) : span(bytes) {}
    friend bool operator==(bytes_view a, bytes_view b) { return std::ranges::equal(a, b); }
};

template <std::size_t Size>
using byte_array = std::array<std::byte, Size>;

inline bytes_view as_bytes(std::string_view text) {
    return bytes_view{std::as_bytes(std::span{text})};
}

inline std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace protocol::wire
