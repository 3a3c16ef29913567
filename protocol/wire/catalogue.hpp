// A list of messages with their names: what the spec's test vectors, the fuzzers and the tests go through.
//
//   inline constexpr std::tuple catalogue{entry<ping>{"session.ping"}, entry<pong>{"session.pong"}};
//   for_each_entry(catalogue, [](std::string_view name, auto message) { … });
#pragma once

#include "protocol/wire/member.hpp"

#include <string_view>
#include <tuple>

namespace protocol::wire {

template <message M>
struct entry {
    std::string_view name;  // "protocol.message", as in SPEC.md
};

// Calls visit(name, M{}) for each entry.
template <message... M, class Visitor>
constexpr void for_each_entry(const std::tuple<entry<M>...>& catalogue, Visitor&& visit) {
    std::apply([&](const auto&... each) { (visit(each.name, M{}), ...); }, catalogue);
}

}  // namespace protocol::wire
