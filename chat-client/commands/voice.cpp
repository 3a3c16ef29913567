#include "chat-client/commands/voice.hpp"

#include "chat-client/commands/identifiers.hpp"
#include "chat-client/controller/items.hpp"
#include "chat-client/controller/slash.hpp"
#include "common/app/output.hpp"
#include "common/app/terminal_text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <unistd.h>
#include <utility>

namespace chat_client::commands {

namespace app = common::app;
using app::sanitize;
using app::text_kind;
using domain::record_kind;

namespace {

// 1970 to 9999: what RFC 3339 can write. Other people's clocks say anything.
constexpr std::int64_t latest_ms = 253'402'300'799'999;

std::int64_t shown_ms(std::int64_t ms) {
    return std::clamp<std::int64_t>(ms, 0, latest_ms);
}

std::string time_text(std::int64_t ms) {
    return app::format_time(common::seam::wall_time{std::chrono::milliseconds{shown_ms(ms)}});
}

std::string_view name_of(domain::moderation_action action) {
    constexpr std::array<std::string_view, 14> names{"",       "kick",    "ban",    "unban",    "mute",
                                                     "unmute", "op",      "deop",   "invite",   "uninvite",
                                                     "slow",   "private", "public", "retention"};
    const auto number = static_cast<std::size_t>(action);
    return number < names.size() ? names[number] : "unknown";
}

std::string_view role_of(const domain::member_line& member) {
    using namespace protocol::chat::member_flags;
    if ((member.flags & owner) != 0) return "owner";
    return (member.flags & op) != 0 ? "op" : "member";
}

}  // namespace

std::tm local_time(std::int64_t ms_since_epoch) {
    const auto seconds = static_cast<std::time_t>(shown_ms(ms_since_epoch) / 1000);
    std::tm broken_down{};
    ::localtime_r(&seconds, &broken_down);
    return broken_down;
}

voice::voice(output_queue& out, const common::seam::clock& clock, voice_style style)
    : out_(out), clock_(clock), style_(style), lines_(local_time, {.decorated = style.decorated}) {}

void voice::set_sinks(sink results, sink notices) {
    results_ = std::move(results);
    notices_ = std::move(notices);
}

app::json_event voice::event(std::string_view name) const {
    return {name, clock_.wall_now()};
}

void voice::print(std::string_view text) {
    if (text.empty()) return;
    if (results_) return results_(text);
    out_.write(text);
}

app::json_event voice::record_event(std::string_view name, const domain::record& record) const {
    app::json_event made = event(name);
    made.field("room", std::string_view{record.room})
        .field("seq", record.seq)
        .field("n", record.n)
        .field("id", to_text(record.id))
        .field("author", std::string_view{record.nick})
        .field("key", key_of(record.author));
    return made;
}

void voice::record(const domain::record& record) {
    if (!style_.json && record.kind == record_kind::moderation) {
        const std::string line = "-- " + controller::moderation_text(record, {});
        return print(sanitize(line, text_kind::line) + "\n");
    }
    if (!style_.json) return print(lines_.of(record));
    std::string_view name = "message";
    switch (record.kind) {
        case record_kind::message:
            break;
        case record_kind::edit:
            name = "edit";
            break;
        case record_kind::deletion:
            name = "delete";
            break;
        case record_kind::reaction:
            name = "reaction";
            break;
        case record_kind::topic:
            name = "topic";
            break;
        case record_kind::moderation:
            return moderation(record);
        default:
            return;
    }
    const std::string_view target = record.kind == record_kind::message ? "reply_to" : "target";
    write(record_event(name, record)
              .field("text", std::string_view{record.text})
              .field(target, record.target_n)
              .field("sent_at", time_text(record.sent_at_ms)));
}

void voice::moderation(const domain::record& record) {
    app::json_event made = record_event("moderation", record);
    if (record.action) made.field("action", name_of(*record.action));
    if (record.subject) made.field("subject", key_of(*record.subject));
    write(made.field("text", std::string_view{record.text}).field("sent_at", time_text(record.sent_at_ms)));
}

void voice::gap(const domain::gap& gap) {
    if (!style_.json) return print(lines_.of(gap));
    write(event("gap")
              .field("room", std::string_view{gap.room})
              .field("from", gap.from_seq)
              .field("to", gap.to_seq)
              .field("from_n", gap.from_n)
              .field("to_n", gap.to_n));
}

void voice::receipt(const domain::receipt& receipt) {
    if (!style_.json) return;
    write(event("ack")
              .field("room", std::string_view{receipt.room})
              .field("id", to_text(receipt.id))
              .field("seq", receipt.seq)
              .field("n", receipt.n)
              .field("durable", receipt.durable)
              .field("repeated", receipt.repeated));
}

void voice::room(const domain::room_line& room) {
    if (style_.json) {
        return write(event("room")
                         .field("room", std::string_view{room.name})
                         .field("topic", std::string_view{room.topic})
                         .field("members", room.members)
                         .field("n", room.last_n)
                         .field("last_at", room.last_at_ms == 0 ? "" : time_text(room.last_at_ms)));
    }
    std::string line = sanitize(room.name, text_kind::name);
    const std::size_t width = app::display_width(line);
    line.append(width < 20 ? 20 - width : 1, ' ');
    line += " " + std::to_string(room.members) + " here, " + std::to_string(room.last_n) + " messages";
    if (!room.topic.empty()) line += "  " + sanitize(room.topic, text_kind::line);
    print(line + "\n");
}

void voice::member(const std::string& room, const domain::member_line& member) {
    if (style_.json) {
        return write(event("member")
                         .field("room", std::string_view{room})
                         .field("author", std::string_view{member.nick})
                         .field("key", key_of(member.author))
                         .field("connections", member.connections)
                         .field("delivered_seq", member.delivered_seq)
                         .field("read_seq", member.read_seq)
                         .field("role", role_of(member))
                         .field("away", (member.flags & protocol::chat::member_flags::away) != 0)
                         .field("reason", std::string_view{member.away}));
    }
    print(sanitize(room, text_kind::name) + "  " + sanitize(member.nick, text_kind::name) + "  " +
          key_of(member.author) + (role_of(member) == "member" ? "" : "  " + std::string{role_of(member)}) +
          ((member.flags & protocol::chat::member_flags::away) == 0
               ? ""
               : "  away" + (member.away.empty() ? "" : ": " + sanitize(member.away, text_kind::line))) +
          "\n");
}

void voice::person(const domain::person& person) {
    using namespace protocol::chat::member_flags;
    if (!style_.json) {
        const auto time_of = [](std::int64_t ms) {
            const std::tm when = local_time(ms);
            std::array<char, 32> text{};
            return std::string{text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &when)};
        };
        return print(sanitize(controller::person_text(person, time_of), text_kind::text) + "\n");
    }
    write(event("person")
              .field("author", std::string_view{person.nick})
              .field("key", key_of(person.author))
              .field("connections", person.connections)
              .field("away", (person.flags & away) != 0)
              .field("reason", std::string_view{person.away})
              .field("admin", (person.flags & admin) != 0)
              .field("first_seen", time_text(person.first_seen_ms))
              .field("last_seen", time_text(person.last_seen_ms))
              .field("rooms", person.rooms));
}

void voice::found(const domain::found_message& message) {
    if (style_.json) {
        return write(event("message")
                         .field("room", std::string_view{message.room})
                         .field("seq", message.seq)
                         .field("n", message.n)
                         .field("author", std::string_view{message.nick})
                         .field("key", key_of(message.author))
                         .field("text", std::string_view{message.text})
                         .field("cut", message.cut)
                         .field("stored_at", time_text(message.stored_at_ms)));
    }
    const std::tm when = local_time(message.stored_at_ms);
    std::array<char, 32> text{};
    const std::size_t bytes = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &when);
    print(std::string{text.data(), bytes} + " " + sanitize(message.room, text_kind::name) + "#" +
          std::to_string(message.n) + " " + sanitize(message.nick, text_kind::name) + "│ " +
          sanitize(message.text, text_kind::line) + (message.cut ? "…" : "") + "\n");
}

void voice::presence(const std::string& room, const domain::member_line& member) {
    if (!style_.json) return;
    using namespace protocol::chat::member_flags;
    write(event(member.connections > 0 ? "join" : "leave")
              .field("room", std::string_view{room})
              .field("author", std::string_view{member.nick})
              .field("key", key_of(member.author))
              .field("away", (member.flags & away) != 0));
}

void voice::status(std::string_view state, const std::string& server, std::string_view detail, bool quiet) {
    if (style_.json) {
        write(event("status")
                  .field("status", state)
                  .field("server", std::string_view{server})
                  .field("detail", detail));
    }
    if (quiet || style_.quiet) return;
    const std::string text = std::string{state} + (state == "connected" ? " to " : ": ") + server;
    notice(detail.empty() ? text : text + ": " + std::string{detail});
}

void voice::problem(std::string_view code, const std::string& room, std::string_view what) {
    if (style_.json) {
        write(
            event("error").field("code", code).field("room", std::string_view{room}).field("message", what));
    }
    notice(room.empty() ? std::string{what} : room + ": " + std::string{what});
}

void voice::notice(std::string_view line) {
    const std::string safe = sanitize(line, text_kind::line) + "\n";
    if (notices_) return notices_(safe);
    // Nobody can be told that nobody can be told.
    (void)app::write_all(STDERR_FILENO, "chat-client: " + safe);
}

}  // namespace chat_client::commands
