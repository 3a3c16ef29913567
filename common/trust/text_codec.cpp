#include "common/trust/text_codec.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace common::trust {
namespace {

constexpr std::string_view base64url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view base32_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view hex_alphabet = "0123456789abcdef";

// All three alphabets cut the bits into groups, most significant first; only the width differs.
std::string encode_groups(seam::const_bytes bytes, std::string_view alphabet, unsigned bits_per_char) {
    std::string text;
    text.reserve((bytes.size() * 8 + bits_per_char - 1) / bits_per_char);
    std::uint32_t pending = 0;
    unsigned pending_bits = 0;
    for (const std::byte byte : bytes) {
        pending = (pending << 8 | std::to_integer<std::uint32_t>(byte)) & 0xffff;
        pending_bits += 8;
        while (pending_bits >= bits_per_char) {
            pending_bits -= bits_per_char;
            text += alphabet[pending >> pending_bits & ((1U << bits_per_char) - 1)];
        }
    }
    if (pending_bits > 0)
        text += alphabet[pending << (bits_per_char - pending_bits) & ((1U << bits_per_char) - 1)];
    return text;
}

bool decode_groups(std::string_view text, std::span<std::byte> out, std::string_view alphabet,
                   unsigned bits_per_char) {
    if (text.size() != (out.size() * 8 + bits_per_char - 1) / bits_per_char) return false;
    std::uint32_t pending = 0;
    unsigned pending_bits = 0;
    std::size_t filled = 0;
    for (const char letter : text) {
        const std::size_t value = alphabet.find(letter);
        if (value == std::string_view::npos) return false;
        pending = (pending << bits_per_char | static_cast<std::uint32_t>(value)) & 0xffff;
        pending_bits += bits_per_char;
        if (pending_bits >= 8) {
            pending_bits -= 8;
            out[filled++] = static_cast<std::byte>(pending >> pending_bits & 0xff);
        }
    }
    return (pending & ((1U << pending_bits) - 1)) == 0;
}

char to_upper(char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}
char to_lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string map_letters(std::string_view text, char (*change)(char)) {
    std::string changed(text);
    for (char& letter : changed) letter = change(letter);
    return changed;
}

bool is_control(unsigned char byte) {
    return byte < 0x20 || byte == 0x7f;
}

// The length of the well-formed, printable sequence at the start of `text`; 0 when there is none.
std::size_t utf8_sequence_length(std::string_view text) {
    const auto byte_at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte_at(0);
    if (first < 0x80) return is_control(byte_at(0)) ? 0 : 1;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
    std::uint32_t point = first & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte_at(i) & 0xc0U) != 0x80U) return 0;
        point = point << 6 | (byte_at(i) & 0x3fU);
    }
    constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0xa0, 0x800, 0x10000};  // 0x80-0x9f are controls
    const bool surrogate = point >= 0xd800 && point <= 0xdfff;
    return point < smallest[length] || point > 0x10ffff || surrogate ? 0 : length;
}

}  // namespace

std::string to_base64url(seam::const_bytes bytes) {
    return encode_groups(bytes, base64url_alphabet, 6);
}
std::string to_base32(seam::const_bytes bytes) {
    return encode_groups(bytes, base32_alphabet, 5);
}
std::string to_hex(seam::const_bytes bytes) {
    return encode_groups(bytes, hex_alphabet, 4);
}

bool from_base64url(std::string_view text, std::span<std::byte> out) {
    return decode_groups(text, out, base64url_alphabet, 6);
}
bool from_base32(std::string_view text, std::span<std::byte> out) {
    return decode_groups(map_letters(text, to_upper), out, base32_alphabet, 5);
}
bool from_hex(std::string_view text, std::span<std::byte> out) {
    return decode_groups(map_letters(text, to_lower), out, hex_alphabet, 4);
}

std::string percent_encode(std::string_view text, std::string_view also) {
    std::string encoded;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (is_control(byte) || letter == '%' || also.find(letter) != std::string_view::npos)
            encoded.append({'%', hex_alphabet[byte >> 4], hex_alphabet[byte & 0xf]});
        else
            encoded += letter;
    }
    return encoded;
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        std::array<std::byte, 1> byte{};
        if (!from_hex(text.substr(i + 1, 2), byte)) return std::nullopt;
        decoded += static_cast<char>(byte[0]);
        i += 2;
    }
    return decoded;
}

bool is_printable_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8_sequence_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string printable(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        const std::size_t length = utf8_sequence_length(text);
        if (length == 0)
            shown += '?';
        else
            shown += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return shown;
}

}  // namespace common::trust
