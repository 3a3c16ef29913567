// Bounds-checked reading of little-endian fields with a sticky error.
//
//   reader in{payload};
//   auto room = in.u32();
//   auto text = in.text(limits::text_bytes_max);
//   if (!in.at_end()) …            // ok() and nothing left over
//
// After the first error every call returns a zero or an empty view and consumes nothing, so that callers
// check once. Views point into the payload.
#pragma once

#include "protocol/wire/bytes.hpp"
#include "protocol/wire/error_code.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace protocol::wire {

class reader {
  public:
    explicit reader(bytes_view payload) : rest_(payload) {}

    bool ok() const { return error_ == error_code::none; }
    bool at_end() const { return ok() && rest_.empty(); }
    error_code error() const { return error_; }
    std::size_t remaining() const { return rest_.size(); }
    void fail(error_code why);

    std::uint8_t u8() { return integer<std::uint8_t>(); }
    std::uint16_t u16() { return integer<std::uint16_t>(); }
    std::uint32_t u32() { return integer<std::uint32_t>(); }
    std::uint64_t u64() { return integer<std::uint64_t>(); }
    std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
    bool boolean();  // exactly 0 or 1

    bytes_view raw(std::size_t count);
    bytes_view bytes(std::size_t count_max);       // u32 length, then the bytes
    std::string_view text(std::size_t bytes_max);  // the same, and valid UTF-8
    // A u32 element count. Refused when so many elements of the given size could not be in the rest.
    std::size_t count(std::size_t count_max, std::size_t element_bytes_min);

    template <class Int>
    Int integer() {
        const bytes_view from = raw(sizeof(Int));
        Int value{};
        if (from.empty()) return value;
        if constexpr (std::endian::native == std::endian::little) {
            std::memcpy(&value, from.data(), sizeof(Int));
        } else {
            for (std::size_t i = sizeof(Int); i-- > 0;) {
                value =
                    static_cast<Int>((std::uint64_t{value} << 8) | std::to_integer<std::uint8_t>(from[i]));
            }
        }
        return value;
    }

  private:
    bytes_view rest_;
    error_code error_ = error_code::none;
};

}  // namespace protocol::wire
