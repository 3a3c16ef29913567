// Encoding, decoding and sizing of described messages (member.hpp).
//
//   std::vector<std::byte> payload(encoded_bytes(m));
//   writer out{payload};
//   encode(out, m);
//
//   post m;
//   if (auto error = decode(payload, m); error != error_code::none) …
//
// decode() accepts exactly what encode() makes, plus unknown extensions that are not critical: everything
// else is error_code::malformed or error_code::unsupported. Decoded views point into the payload.
#pragma once

#include "protocol/wire/limits.hpp"
#include "protocol/wire/member.hpp"
#include "protocol/wire/reader.hpp"
#include "protocol/wire/writer.hpp"

#include <cassert>
#include <type_traits>
#include <vector>

namespace protocol::wire {

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_byte_array = false;
template <std::size_t Size>
inline constexpr bool is_byte_array<byte_array<Size>> = true;
template <class T>
inline constexpr bool is_string = std::is_same_v<T, std::string_view> || std::is_same_v<T, bytes_view>;

inline constexpr std::size_t length_bytes = sizeof(std::uint32_t);
inline constexpr std::size_t extension_header_bytes = sizeof(std::uint16_t) + length_bytes;

// The least a value of this type takes; bounds how many elements an announced count can stand for.
template <class T>
constexpr std::size_t encoded_bytes_min() {
    if constexpr (described<T>) {
        std::size_t total = 0;
        for_each_member<T>([&]<class D>(const D& m) {
            if constexpr (!is_extension<D>) {
                total += encoded_bytes_min<std::remove_cvref_t<decltype(std::declval<T&>().*m.pointer)>>();
            }
        });
        return total;
    } else if constexpr (is_string<T> || is_vector<T>) {
        return length_bytes;
    } else {
        return sizeof(T);
    }
}

template <class T>
std::size_t encoded_bytes(const T& value) {
    if constexpr (described<T>) {
        std::size_t total = 0;
        for_each_member<T>([&]<class D>(const D& m) {
            if constexpr (is_extension<D>) {
                if (value.*m.pointer) total += extension_header_bytes + encoded_bytes(*(value.*m.pointer));
            } else {
                total += encoded_bytes(value.*m.pointer);
            }
        });
        return total;
    } else if constexpr (is_string<T>) {
        return length_bytes + value.size();
    } else if constexpr (is_vector<T>) {
        std::size_t total = length_bytes;
        for (const auto& element : value) total += encoded_bytes(element);
        return total;
    } else {
        return sizeof(T);
    }
}

template <class T>
void encode(writer& out, const T& value) {
    if constexpr (described<T>) {
        for_each_member<T>([&]<class D>(const D& m) {
            if constexpr (is_extension<D>) {
                if (!(value.*m.pointer)) return;
                out.u16(m.tag);
                out.u32(static_cast<std::uint32_t>(encoded_bytes(*(value.*m.pointer))));
                encode(out, *(value.*m.pointer));
            } else {
                encode(out, value.*m.pointer);
            }
        });
    } else if constexpr (std::is_same_v<T, std::string_view>) {
        out.text(value);
    } else if constexpr (std::is_same_v<T, bytes_view>) {
        out.bytes(value);
    } else if constexpr (is_byte_array<T>) {
        out.raw(value);
    } else if constexpr (is_vector<T>) {
        out.u32(static_cast<std::uint32_t>(value.size()));
        for (const auto& element : value) encode(out, element);
    } else if constexpr (std::is_enum_v<T>) {
        out.integer(static_cast<std::make_unsigned_t<std::underlying_type_t<T>>>(value));
    } else if constexpr (std::is_same_v<T, bool>) {
        out.u8(value ? 1 : 0);
    } else {
        out.integer(static_cast<std::make_unsigned_t<T>>(value));
    }
}

template <described M>
constexpr bool has_extensions() {
    bool any = false;
    for_each_member<M>([&]<class D>(const D&) { any = any || is_extension<D>; });
    return any;
}

template <class T>
void decode(reader& in, T& value, std::size_t max, std::size_t element_max);

template <described M>
void decode_members(reader& in, M& value) {
    for_each_member<M>([&]<class D>(const D& m) {
        if constexpr (!is_extension<D>) decode(in, value.*m.pointer, m.max, m.element_max);
    });
}

// Decodes one extension body if its tag is known; false when it is not.
template <described M>
bool decode_extension(std::uint16_t tag, bytes_view body, reader& in, M& value) {
    bool known = false;
    for_each_member<M>([&]<class D>(const D& m) {
        if constexpr (is_extension<D>) {
            if (known || m.tag != tag) return;
            known = true;
            reader body_in{body};
            decode(body_in, (value.*m.pointer).emplace(), m.max, m.element_max);
            if (!body_in.at_end()) in.fail(body_in.ok() ? error_code::malformed : body_in.error());
        }
    });
    return known;
}

// Extensions come in ascending order, each tag once, so that a message has one encoding only.
template <described M>
void decode_extensions(reader& in, M& value) {
    std::uint32_t next_tag_min = 0;
    std::size_t count = 0;
    while (in.ok() && in.remaining() > 0) {
        const std::uint16_t tag = in.u16();
        const bytes_view body = in.bytes(in.remaining());
        if (!in.ok()) return;
        if (tag < next_tag_min || ++count > limits::extensions_max) return in.fail(error_code::malformed);
        next_tag_min = std::uint32_t{tag} + 1;
        const bool known = decode_extension(tag, body, in, value);
        if (!known && (tag & critical_bit) != 0) return in.fail(error_code::unsupported);
    }
}

template <class T>
void decode(reader& in, T& value, std::size_t max, std::size_t element_max) {
    if constexpr (described<T>) {
        static_assert(!has_extensions<T>(), "only the end of the message ends its extensions");
        decode_members(in, value);
    } else if constexpr (std::is_same_v<T, std::string_view>) {
        value = in.text(max);
    } else if constexpr (std::is_same_v<T, bytes_view>) {
        value = in.bytes(max);
    } else if constexpr (is_byte_array<T>) {
        const bytes_view from = in.raw(value.size());
        if (in.ok()) std::ranges::copy(from, value.begin());
    } else if constexpr (is_vector<T>) {
        using element = typename T::value_type;
        const std::size_t count = in.count(max, encoded_bytes_min<element>());
        value.clear();
        value.reserve(count);
        for (std::size_t i = 0; i < count && in.ok(); ++i) {
            decode(in, value.emplace_back(), element_max, 0);
        }
    } else if constexpr (std::is_enum_v<T>) {
        value = static_cast<T>(in.integer<std::make_unsigned_t<std::underlying_type_t<T>>>());
        if (in.ok() && !is_known(value)) in.fail(error_code::malformed);
    } else if constexpr (std::is_same_v<T, bool>) {
        value = in.boolean();
    } else {
        value = static_cast<T>(in.integer<std::make_unsigned_t<T>>());
    }
}

template <message M>
[[nodiscard]] error_code decode(bytes_view payload, M& value) {
    reader in{payload};
    decode_members(in, value);
    if (in.ok()) decode_extensions(in, value);
    return in.error();
}

}  // namespace protocol::wire
