// The description of a message: one list of its members, from which everything else about it follows.
//
//   struct post {
//       static constexpr std::uint16_t type = 0x0110;   // only messages that travel as a frame of their own
//       std::uint32_t room = 0;
//       std::string_view text{};
//       std::optional<std::uint64_t> reply_to{};        // always with an initialiser
//
//       static constexpr auto members() {
//           return std::tuple{
//               member("room", &post::room),
//               member("text", &post::text, limits::text_bytes_max),
//               extension(1, "reply_to", &post::reply_to),
//           };
//       }
//   };
//   using wire::operator==;   // once in each namespace of messages
//
// Members stand in the payload in this order, without padding. Extensions follow as (u16 tag, u32 length,
// body), in ascending order of tags, only when they have a value; a tag with critical_bit set must be
// understood, others are skipped. Adding an extension is the way to add a field without a new protocol
// version.
//
// Member types: bool, unsigned and signed integers, enums with an is_known(value) found by ADL,
// byte_array<N>, std::string_view and bytes_view (views into the payload, with a limit in bytes), other
// described structs, and std::vector of any of these (with a limit on the count, and one in bytes for
// elements that need it).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <tuple>

namespace protocol::wire {

inline constexpr std::uint16_t critical_bit = 0x8000;

template <class Owner, class T>
struct member_description {
    std::string_view name;
    T Owner::*pointer;
    std::size_t max;          // bytes of a string, elements of a vector
    std::size_t element_max;  // bytes of a string in a vector
};

template <class Owner, class T>
struct extension_description {
    std::uint16_t tag;
    std::string_view name;
    std::optional<T> Owner::*pointer;
    std::size_t max;
    std::size_t element_max;
};

template <class Owner, class T>
constexpr auto member(std::string_view name, T Owner::*pointer, std::size_t max = 0,
                      std::size_t element_max = 0) {
    return member_description<Owner, T>{name, pointer, max, element_max};
}

template <class Owner, class T>
constexpr auto extension(std::uint16_t tag, std::string_view name, std::optional<T> Owner::*pointer,
                         std::size_t max = 0, std::size_t element_max = 0) {
    return extension_description<Owner, T>{tag, name, pointer, max, element_max};
}

template <class D>
inline constexpr bool is_extension = false;
template <class Owner, class T>
inline constexpr bool is_extension<extension_description<Owner, T>> = true;

// Anything with a list of members; a message also has a frame type.
template <class M>
concept described = requires {
    M::members();
};
template <class M>
concept message = described<M> && requires {
    std::uint16_t{M::type};
};

// Calls visit(description) for each member, then for each extension.
template <described M, class Visitor>
constexpr void for_each_member(Visitor&& visit) {
    std::apply([&](const auto&... each) { (visit(each), ...); }, M::members());
}

// Equal when all members and extensions are.
template <described M>
bool operator==(const M& a, const M& b) {
    bool equal = true;
    for_each_member<M>([&](const auto& m) { equal = equal && a.*m.pointer == b.*m.pointer; });
    return equal;
}

}  // namespace protocol::wire
