// Writing of little-endian fields into memory of known size, with a sticky overflow.
//
//   writer out{span};
//   out.u32(room);
//   out.bytes(text);
//   assert(out.ok());              // the size was computed beforehand: see message.hpp, encoded_size()
#pragma once

#include "protocol/wire/bytes.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace protocol::wire {

class writer {
  public:
    explicit writer(std::span<std::byte> room) : rest_(room) {}

    bool ok() const { return !overflow_; }
    std::size_t remaining() const { return rest_.size(); }

    void u8(std::uint8_t value) { integer(value); }
    void u16(std::uint16_t value) { integer(value); }
    void u32(std::uint32_t value) { integer(value); }
    void u64(std::uint64_t value) { integer(value); }
    void i64(std::int64_t value) { integer(static_cast<std::uint64_t>(value)); }

    void raw(std::span<const std::byte> bytes) {
        if (bytes.size() > rest_.size()) {
            overflow_ = true;
            rest_ = {};
            return;
        }
        if (!bytes.empty()) std::memcpy(rest_.data(), bytes.data(), bytes.size());
        rest_ = rest_.subspan(bytes.size());
    }
    void bytes(std::span<const std::byte> bytes) {
        u32(static_cast<std::uint32_t>(bytes.size()));
        raw(bytes);
    }
    void text(std::string_view text) { bytes(as_bytes(text)); }

    template <class Int>
    void integer(Int value) {
        std::array<std::byte, sizeof(Int)> bytes;
        if constexpr (std::endian::native == std::endian::little) {
            std::memcpy(bytes.data(), &value, sizeof(Int));
        } else {
            for (std::byte& byte : bytes) {
                byte = static_cast<std::byte>(value & 0xff);
                value = static_cast<Int>(std::uint64_t{value} >> 8);
            }
        }
        raw(bytes);
    }

  private:
    std::span<std::byte> rest_;
    bool overflow_ = false;
};

}  // namespace protocol::wire
