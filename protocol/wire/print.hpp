// Messages as text for logs and failed tests: `{room: 7, text: "hi\x1b[2J", reply_to: 12}`.
//
// Nothing a peer sent comes out unescaped, and long strings are cut: the result is printable ASCII on one
// line.
#pragma once

#include "protocol/wire/codec.hpp"

#include <string>

namespace protocol::wire {

inline constexpr std::size_t printed_bytes_max = 80;  // of one string
inline constexpr std::size_t printed_elements_max = 8;

void print_text(std::string& out, std::string_view text);
void print_hex(std::string& out, bytes_view bytes);

template <class T>
void print(std::string& out, const T& value) {
    if constexpr (described<T>) {
        out += '{';
        const char* separator = "";
        for_each_member<T>([&]<class D>(const D& m) {
            if constexpr (is_extension<D>) {
                if (!(value.*m.pointer)) return;
            }
            out.append(separator).append(m.name).append(": ");
            separator = ", ";
            if constexpr (is_extension<D>) {
                print(out, *(value.*m.pointer));
            } else {
                print(out, value.*m.pointer);
            }
        });
        out += '}';
    } else if constexpr (std::is_same_v<T, std::string_view>) {
        print_text(out, value);
    } else if constexpr (std::is_same_v<T, bytes_view> || is_byte_array<T>) {
        print_hex(out, bytes_view{value});
    } else if constexpr (is_vector<T>) {
        out += '[';
        for (std::size_t i = 0; i < value.size() && i < printed_elements_max; ++i) {
            if (i > 0) out += ", ";
            print(out, value[i]);
        }
        if (value.size() > printed_elements_max) out += ", ... " + std::to_string(value.size()) + " in all";
        out += ']';
    } else if constexpr (std::is_enum_v<T>) {
        out += std::to_string(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (std::is_same_v<T, bool>) {
        out += value ? "true" : "false";
    } else {
        out += std::to_string(value);
    }
}

template <described M>
std::string to_string(const M& value) {
    std::string out;
    print(out, value);
    return out;
}

}  // namespace protocol::wire
