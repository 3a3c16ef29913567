#include "chat-client/controller/items.hpp"

#include "chat-client/domain/folded_message.hpp"
#include "common/trust/ed25519.hpp"
#include "common/trust/text_codec.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace chat_client::controller {

namespace chat = protocol::chat;
using domain::moderation_action;
using domain::record;
using domain::record_kind;

namespace {

constexpr std::string_view emote_prefix = "/me ";

view::quote quote_of(std::uint64_t n, const domain::log_slice& slice, const page_context& context) {
    view::quote made{.n = n};
    for (const record& each : slice.quoted) {
        if (each.kind != record_kind::message || each.n != n) continue;
        const auto now = domain::fold(each, slice.quoted, context.you);
        made.nick = each.nick;
        made.colour_key = colour_of(each.author);
        made.text = now.text;
        made.deleted = now.deleted;
    }
    return made;
}

void fill_message(view::item& to, const record& from, const domain::log_slice& slice,
                  const page_context& context) {
    auto now = domain::fold(from, slice.amendments, context.you);
    to.n = from.n;
    to.edited = now.edited;
    to.deleted = now.deleted;
    to.text = std::move(now.text);
    if (to.text.starts_with(emote_prefix)) {
        to.kind = view::item_kind::emote;
        to.text.erase(0, emote_prefix.size());
    }
    for (auto& each : now.reactions) to.reactions.push_back({std::move(each.text), each.count, each.mine});
    if (from.target_n) to.reply_to = quote_of(*from.target_n, slice, context);
    to.own = from.author == context.you;
    to.mention = !to.own && !to.deleted && (context.direct || domain::mentions(to.text, context.nick));
    if (to.own && context.readers) std::tie(to.read_by, to.readers) = context.readers(from.seq);
}

view::item item_of(const record& from, const domain::log_slice& slice, const page_context& context) {
    view::item made{.kind = view::item_kind::topic,
                    .seq = from.seq,
                    .last_seq = from.seq,
                    .at_ms = from.stored_at_ms,
                    .nick = from.nick,
                    .colour_key = colour_of(from.author),
                    .text = from.text};
    if (from.kind == record_kind::moderation) {
        made.kind = view::item_kind::membership;
        made.text = moderation_text(from, context);
    } else if (from.kind == record_kind::message) {
        made.kind = view::item_kind::message;
        fill_message(made, from, slice, context);
    }
    return made;
}

// Goes over a slice from its beginning, and knows how many messages there were.
class page_builder {
  public:
    page_builder(const domain::log_slice& slice, const page_context& context, view::page& page)
        : slice_(slice), context_(context), page_(page), next_(slice.range.from), n_(slice.n_before) {}

    void build() {
        for (const domain::seq_range& part : slice_.known) {
            skip_to(part.from, view::item_kind::hole);
            while (at_ < slice_.records.size() && slice_.records[at_].seq <= part.to)
                take(slice_.records[at_++]);
            skip_to(part.to + 1, view::item_kind::expired);
        }
        skip_to(slice_.range.to + 1, view::item_kind::hole);
    }

  private:
    void take(const record& each) {
        skip_to(each.seq, view::item_kind::expired);
        next_ = each.seq + 1;
        n_ = each.n;
        if (domain::is_shown(each.kind) && !context_.ignored.contains(key_text(each.author)))
            page_.items.push_back(item_of(each, slice_, context_));
    }

    void skip_to(std::uint64_t seq, view::item_kind kind) {
        if (next_ >= seq) return;
        std::uint64_t last_n = std::max(n_, slice_.last_n);
        if (at_ < slice_.records.size()) {
            const record& next = slice_.records[at_];
            last_n = next.n - (next.kind == record_kind::message ? 1 : 0);
        }
        page_.items.push_back(
            {.kind = kind, .seq = next_, .last_seq = seq - 1, .n = n_ + 1, .last_n = last_n});
        next_ = seq;
        n_ = std::max(n_, last_n);
    }

    const domain::log_slice& slice_;
    const page_context& context_;
    view::page& page_;
    std::uint64_t next_;
    std::uint64_t n_;
    std::size_t at_ = 0;
};

std::string seconds_text(const std::string& text) {
    return text.empty() ? "" : " for " + text + " s";
}

}  // namespace

std::string key_text(const domain::author_id& author) {
    return common::trust::to_base64url(author).substr(0, common::trust::key_id_chars);
}

std::uint32_t colour_of(const domain::author_id& author) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | std::to_integer<std::uint32_t>(author[i]);
    return value;
}

std::string moderation_text(const record& record, const page_context& context) {
    std::string who;
    if (record.subject) who = context.name_of ? context.name_of(*record.subject) : "";
    if (record.subject && who.empty()) who = key_text(*record.subject);
    const std::string why = record.text.empty() ? "" : ": " + record.text;
    const auto with = [&](std::string_view verb, const std::string& more) {
        return record.nick + " " + std::string{verb} + (who.empty() ? "" : " " + who) + more;
    };
    switch (record.action.value_or(moderation_action{})) {
        case moderation_action::kick:
            return with("kicked", why);
        case moderation_action::ban:
            return with("banned", why);
        case moderation_action::unban:
            return with("unbanned", why);
        case moderation_action::mute:
            return with("muted", seconds_text(record.text));
        case moderation_action::unmute:
            return with("unmuted", "");
        case moderation_action::op:
            return with("made an operator of", "");
        case moderation_action::deop:
            return with("took operator rights from", "");
        case moderation_action::invite:
            return with("invited", "");
        case moderation_action::uninvite:
            return with("took back the invitation of", why);
        case moderation_action::slow:
            if (record.text == "0" || record.text.empty()) return with("ended the slow mode", "");
            return with("set the slow mode to one message in " + record.text + " s", "");
        case moderation_action::make_private:
            return with("made the room private: only who is invited may enter", "");
        case moderation_action::make_public:
            return with("made the room public", "");
        case moderation_action::retention:
            return with("set the retention to " + record.text, "");
    }
    return with("changed something that this program does not know", "");
}

view::page page_of(const domain::log_slice& slice, const page_context& context, std::uint64_t request) {
    view::page page{.room = slice.room,
                    .request = request,
                    .from_seq = slice.range.from,
                    .to_seq = slice.range.to,
                    .oldest = slice.range.from <= 1,
                    .newest = slice.range.to >= slice.last_seq};
    if (!slice.range.empty()) page_builder(slice, context, page).build();
    return page;
}

view::item pending_item(const domain::outgoing& message, const page_context& context, view::delivery state,
                        const std::string& trouble) {
    view::item made{.at_ms = message.sent_at_ms,
                    .nick = context.nick,
                    .colour_key = colour_of(context.you),
                    .text = message.text,
                    .sent = state,
                    .trouble = trouble,
                    .own = true};
    if (made.text.starts_with(emote_prefix)) {
        made.kind = view::item_kind::emote;
        made.text.erase(0, emote_prefix.size());
    }
    if (message.target_n) made.reply_to = view::quote{.n = *message.target_n};
    return made;
}

view::member member_of(const domain::member_line& line) {
    using namespace chat::member_flags;
    const bool is_away = (line.flags & away) != 0;
    return {.nick = line.nick,
            .colour_key = colour_of(line.author),
            .state = line.connections == 0 ? view::presence::offline
                     : is_away             ? view::presence::away
                                           : view::presence::online,
            .rank = (line.flags & owner) != 0 ? view::role::owner
                    : (line.flags & op) != 0  ? view::role::op
                                              : view::role::member,
            .muted = (line.flags & muted) != 0};
}

}  // namespace chat_client::controller
