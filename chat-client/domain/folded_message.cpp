#include "chat-client/domain/folded_message.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace chat_client::domain {

namespace {

struct single_reaction {
    author_id author{};
    std::string_view text;

    bool operator==(const single_reaction&) const = default;
};

void react(std::vector<single_reaction>& all, const record& by) {
    if (by.text.empty()) {
        std::erase_if(all, [&](const single_reaction& each) { return each.author == by.author; });
        return;
    }
    const single_reaction added{by.author, by.text};
    if (std::ranges::find(all, added) == all.end()) all.push_back(added);
}

std::vector<reaction_count> counted(const std::vector<single_reaction>& all, const author_id& you) {
    std::vector<reaction_count> counts;
    for (const single_reaction& each : all) {
        auto found = std::ranges::find(counts, each.text, &reaction_count::text);
        if (found == counts.end()) {
            if (counts.size() == reactions_max) continue;
            found = counts.insert(counts.end(), {.text = std::string{each.text}});
        }
        ++found->count;
        found->mine = found->mine || each.author == you;
    }
    return counts;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Part of a nick. Whatever is not ASCII belongs to a word.
bool is_word(char c) {
    const char l = lower(c);
    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || (c & '\x80') != 0;
}

bool begins_with(std::string_view text, std::string_view nick) {
    if (text.size() < nick.size()) return false;
    return std::equal(nick.begin(), nick.end(), text.begin(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

folded_message fold(const record& message, std::span<const record> later, const author_id& you) {
    folded_message now{.text = message.text, .deleted = message.erased_hash.has_value()};
    std::vector<single_reaction> reactions;
    for (const record& each : later) {
        if (each.target_n != message.n || each.seq <= message.seq) continue;
        if (each.kind == record_kind::deletion) now.deleted = true;
        if (each.kind == record_kind::reaction) react(reactions, each);
        if (each.kind != record_kind::edit || each.author != message.author || each.erased_hash) continue;
        now.text = each.text;
        now.edited = true;
    }
    if (now.deleted) return {.text = {}, .edited = false, .deleted = true};
    now.reactions = counted(reactions, you);
    return now;
}

bool mentions(std::string_view text, std::string_view nick) {
    if (nick.empty()) return false;
    for (std::size_t at = 0; at + nick.size() <= text.size(); ++at) {
        if (at > 0 && is_word(text[at - 1])) continue;
        const auto rest = text.substr(at);
        if (begins_with(rest, nick) && (rest.size() == nick.size() || !is_word(rest[nick.size()])))
            return true;
    }
    return false;
}

std::string words_of(const protocol::chat::chain_hash& chain) {
    constexpr std::string_view consonants = "bdfghjklmnprstvz";
    constexpr std::string_view vowels = "aiou";
    constexpr std::size_t bytes = 9;  // 72 bits
    std::string words;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
        bits = bits << 8 | std::to_integer<std::uint32_t>(chain[i]);
        count += 8;
        while (count >= 12) {
            count -= 12;
            const std::uint32_t word = bits >> count & 0xfff;
            if (!words.empty()) words += ' ';
            words += consonants[word >> 8];
            words += vowels[word >> 6 & 3];
            words += consonants[word >> 2 & 15];
            words += vowels[word & 3];
        }
    }
    return words;
}

}  // namespace chat_client::domain
