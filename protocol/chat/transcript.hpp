// What the running hash of a room's transcript is computed over; SPEC.md, "Transcript".
//
//   const auto link = link_of(chain, record, sha256(record.text));    // or record.erased_hash
//   chain = sha256(link.view());
#pragma once

#include "protocol/chat/answers.hpp"
#include "protocol/wire/bytes.hpp"

#include <array>
#include <cstddef>

namespace protocol::chat {

namespace limits {
// The chain before, the fixed fields, the nick, the hash of the text, what it points at.
inline constexpr std::size_t link_bytes_max =
    32 + 8 + 8 + 1 + 16 + 16 + 8 + 8 + (4 + name_bytes_max) + 32 + 8 + 1 + 16;
}  // namespace limits

struct transcript_link {
    std::array<std::byte, limits::link_bytes_max> bytes;
    std::size_t size = 0;

    bytes_view view() const { return bytes_view{bytes}.first(size); }
};

// The record's nick is at most name_bytes_max bytes, as its description says.
transcript_link link_of(const chain_hash& before, const record& of, const byte_array<32>& text_hash);

}  // namespace protocol::chat
