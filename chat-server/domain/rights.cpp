#include "chat-server/domain/rights.hpp"

#include "chat-server/domain/limits.hpp"
#include "chat-server/domain/retention.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace chat_server::domain {

using protocol::chat::moderation_action;
using protocol::chat::record_kind;

namespace {

struct rule {
    moderation_action action;
    role least;           // who may
    bool subject;         // it is about somebody
    bool over_ops;        // an operator may do it to another operator as well
    bool by_the_subject;  // and anybody to themselves
};

constexpr std::array rules{
    rule{moderation_action::kick, role::op, true, false, false},
    rule{moderation_action::ban, role::op, true, false, false},
    rule{moderation_action::unban, role::op, true, true, false},
    rule{moderation_action::mute, role::op, true, false, false},
    rule{moderation_action::unmute, role::op, true, true, false},
    rule{moderation_action::op, role::owner, true, true, false},
    rule{moderation_action::deop, role::owner, true, true, true},
    rule{moderation_action::invite, role::op, true, true, false},
    rule{moderation_action::uninvite, role::op, true, false, true},
    rule{moderation_action::slow, role::op, false, true, false},
    rule{moderation_action::make_private, role::op, false, true, false},
    rule{moderation_action::make_public, role::op, false, true, false},
    rule{moderation_action::retention, role::owner, false, true, false},
};

const rule* rule_of(moderation_action action) {
    const auto found = std::ranges::find(rules, action, &rule::action);
    return found == rules.end() ? nullptr : &*found;
}

std::string_view why_not_moderate(const standing& who, const deed& wish) {
    if (who.direct) return "there are no operators in a direct room";
    const rule* known = wish.action ? rule_of(*wish.action) : nullptr;
    if (known == nullptr) return "this server does not know that action";
    if (known->subject != wish.subject.has_value()) {
        return known->subject ? "it must say whom it is about" : "it is about nobody";
    }
    if (known->by_the_subject && wish.self) return {};
    if (who.is < known->least) {
        return known->least == role::owner ? "only the owner of the room may do that"
                                           : "only operators of the room may do that";
    }
    if (wish.self && !known->over_ops) return "nobody does that to themselves";
    if (wish.subject && !known->over_ops && *wish.subject >= who.is)
        return "not to somebody of your own rank";
    return {};
}

}  // namespace

std::string_view why_not(const standing& who, const deed& wish) {
    constexpr std::string_view muted = "you are muted in this room";
    if (who.is == role::outsider) return "you are not in this room";
    const bool silent = who.muted && who.is < role::op;
    switch (wish.kind) {
        case record_kind::message:
        case record_kind::reaction:
            return silent ? muted : std::string_view{};
        case record_kind::edit:
            if (silent) return muted;
            return wish.own ? std::string_view{} : "only its author may edit a message";
        case record_kind::deletion:
            if (wish.own || (who.is >= role::op && !who.direct)) return {};
            return "only its author and operators may delete a message";
        case record_kind::topic:
            if (who.direct || who.is >= role::op) return {};
            return "only operators of the room may set the topic";
        case record_kind::moderation:
            return why_not_moderate(who, wish);
    }
    return "this server does not know that kind of record";
}

std::string_view check_text(record_kind kind, std::optional<moderation_action> action,
                            std::string_view text) {
    switch (kind) {
        case record_kind::message:
        case record_kind::edit:
            return text.empty() ? "the message is empty" : std::string_view{};
        case record_kind::reaction: {
            const bool clean = std::ranges::none_of(text, [](char c) { return c >= 0 && c <= ' '; });
            if (text.size() <= limits::reaction_bytes_max && clean) return {};
            return "a reaction is one emoji or a short word";
        }
        case record_kind::topic:
            return text.size() <= protocol::limits::topic_bytes_max ? std::string_view{}
                                                                    : "the topic is too long";
        case record_kind::deletion:
        case record_kind::moderation:
            break;
    }
    if (text.size() > limits::note_bytes_max) return "the reason is too long";
    if (action == moderation_action::slow || (action == moderation_action::mute && !text.empty())) {
        if (!parse_seconds(text)) return "its text must be a number of seconds";
    }
    if (action == moderation_action::retention && !parse_retention(text)) {
        return "its text must be none, an age such as 30d, or a count";
    }
    return {};
}

std::optional<std::uint32_t> parse_seconds(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value <= limits::seconds_max ? std::optional{value} : std::nullopt;
}

bool has_subject(moderation_action action) {
    const rule* known = rule_of(action);
    return known != nullptr && known->subject;
}

}  // namespace chat_server::domain
