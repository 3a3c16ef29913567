// Bytes as text and back: base64url, base32, hexadecimal and percent-encoding. Pure and strict.
//
// Decoders accept exactly what the encoders produce (one text for one value: unused bits must be zero, no
// padding, no white space), except that base32 and hexadecimal ignore case because people type them.
#pragma once

#include "common/seam/byte_transport.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace common::trust {

std::string to_base64url(seam::const_bytes bytes);
std::string to_base32(seam::const_bytes bytes);  // upper case, RFC 4648 alphabet
std::string to_hex(seam::const_bytes bytes);     // lower case

// Fill `out` exactly or return false (and leave `out` unspecified).
bool from_base64url(std::string_view text, std::span<std::byte> out);
bool from_base32(std::string_view text, std::span<std::byte> out);
bool from_hex(std::string_view text, std::span<std::byte> out);

// Encodes control characters, '%', and every byte in `also`; everything else, UTF-8 included, stays readable.
std::string percent_encode(std::string_view text, std::string_view also);
// Nothing when a '%' is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

// Well-formed UTF-8 (no surrogates, no overlong forms) without control characters (C0, DEL, C1).
bool is_printable_utf8(std::string_view text);

// The same text with everything else shown as '?': what a file or a peer says goes into messages only like
// this.
std::string printable(std::string_view text);

inline seam::const_bytes bytes_of(std::string_view text) {
    return std::as_bytes(std::span{text});
}

}  // namespace common::trust
