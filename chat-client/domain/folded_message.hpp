// A message as it reads now: what was posted, and what edits, deletions and reactions have made of it.
//
//   const auto now = fold(message, later, you);      `later`: records that point at it, in order of seq
//
// Pure. Records that say nothing about this message, or that nobody but its author may make, change nothing.
#pragma once

#include "chat-client/domain/records.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::domain {

struct reaction_count {
    std::string text;
    std::uint32_t count = 0;
    bool mine = false;

    bool operator==(const reaction_count&) const = default;
};

struct folded_message {
    std::string text;  // empty when deleted
    bool edited = false;
    bool deleted = false;
    std::vector<reaction_count> reactions{};  // in the order in which they came up

    bool operator==(const folded_message&) const = default;
};

// More different reactions to one message are not shown.
inline constexpr std::size_t reactions_max = 64;

folded_message fold(const record& message, std::span<const record> later, const author_id& you);

// Whether a person is spoken of: the nick as a word of its own, whatever the case, with or without '@'.
bool mentions(std::string_view text, std::string_view nick);

// Six words for the eye and the ear: the first 72 bits, four letters for each twelve of them.
std::string words_of(const protocol::chat::chain_hash& chain);

}  // namespace chat_client::domain
