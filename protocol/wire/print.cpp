#include "protocol/wire/print.hpp"

namespace protocol::wire {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

void append_hex(std::string& out, std::byte byte) {
    const auto value = std::to_integer<unsigned>(byte);
    out += hex_digits[value >> 4];
    out += hex_digits[value & 15];
}

void append_cut(std::string& out, std::size_t bytes) {
    if (bytes > printed_bytes_max) out += "... (" + std::to_string(bytes) + " bytes)";
}

}  // namespace

void print_text(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text.substr(0, printed_bytes_max)) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c >= ' ' && c <= '~') {
            out += c;
        } else {
            out += "\\x";
            append_hex(out, static_cast<std::byte>(c));
        }
    }
    out += '"';
    append_cut(out, text.size());
}

void print_hex(std::string& out, bytes_view bytes) {
    for (const std::byte byte : bytes.first(std::min(bytes.size(), printed_bytes_max))) append_hex(out, byte);
    append_cut(out, bytes.size());
}

}  // namespace protocol::wire
