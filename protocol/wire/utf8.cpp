#include "protocol/wire/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace protocol::wire {
namespace {

constexpr std::size_t word_bytes = sizeof(std::uint64_t);
constexpr std::uint64_t high_bits = 0x8080808080808080;

bool is_continuation(unsigned char byte) {
    return (byte & 0xc0) == 0x80;
}

// The number of continuation bytes after `lead`, with the allowed range of the first of them; 0: not a lead
// byte.
struct sequence {
    std::size_t continuation_bytes;
    unsigned char second_min;
    unsigned char second_max;
};

sequence sequence_of(unsigned char lead) {
    if (lead >= 0xc2 && lead <= 0xdf) return {1, 0x80, 0xbf};
    if (lead == 0xe0) return {2, 0xa0, 0xbf};
    if (lead == 0xed) return {2, 0x80, 0x9f};
    if (lead >= 0xe1 && lead <= 0xef) return {2, 0x80, 0xbf};
    if (lead == 0xf0) return {3, 0x90, 0xbf};
    if (lead >= 0xf1 && lead <= 0xf3) return {3, 0x80, 0xbf};
    if (lead == 0xf4) return {3, 0x80, 0x8f};
    return {0, 0, 0};
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    const auto* const end = at + text.size();
    while (at != end) {
        if (static_cast<std::size_t>(end - at) >= word_bytes) {
            std::uint64_t word = 0;
            std::memcpy(&word, at, word_bytes);
            if ((word & high_bits) == 0) {
                at += word_bytes;
                continue;
            }
        }
        const unsigned char lead = *at++;
        if (lead < 0x80) continue;
        const sequence s = sequence_of(lead);
        if (s.continuation_bytes == 0) return false;
        if (static_cast<std::size_t>(end - at) < s.continuation_bytes) return false;
        if (*at < s.second_min || *at > s.second_max) return false;
        for (std::size_t i = 1; i < s.continuation_bytes; ++i) {
            if (!is_continuation(at[i])) return false;
        }
        at += s.continuation_bytes;
    }
    return true;
}

}  // namespace protocol::wire
