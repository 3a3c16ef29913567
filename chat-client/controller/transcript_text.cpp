#include "chat-client/controller/transcript_text.hpp"

#include "common/app/json_events.hpp"
#include "common/app/terminal_text.hpp"

#include <chrono>

namespace chat_client::controller {

namespace app = common::app;
using app::text_kind;
using view::item_kind;

namespace {

constexpr std::string_view style =
    "body{font:15px/1.45 system-ui,sans-serif;max-width:52em;margin:2em auto;padding:0 1em;color:#222;"
    "background:#fff}h1{font-size:1.3em}p{margin:.35em 0;white-space:pre-wrap;overflow-wrap:anywhere}"
    "time,.n,.note,.gap{color:#777;font-size:.85em}.gap{text-align:center}b{margin:0 "
    ".4em}blockquote{margin:0 0 "
    "0 3em;padding-left:.6em;border-left:3px solid #ccc;color:#666;font-size:.9em}.r{margin-left:.5em;"
    "background:#eee;border-radius:.7em;padding:0 .5em}@media(prefers-color-scheme:dark){body{color:#ddd;"
    "background:#181818}.r{background:#333}}";

std::string time_of(std::int64_t ms) {
    return app::format_time(common::seam::wall_time{std::chrono::milliseconds{ms}});
}

// "2026-11-26 05:37"
std::string minute_of(std::int64_t ms) {
    std::string text = time_of(ms).substr(0, 16);
    text[10] = ' ';
    return text;
}

std::string escaped(std::string_view text) {
    const std::string safe = app::sanitize(text, text_kind::text);
    std::string out;
    out.reserve(safe.size());
    for (const char c : safe) {
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '&':
                out += "&amp;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string gap_text(const view::item& gap) {
    const std::string what =
        gap.last_n < gap.n ? "something"
                           : "messages #" + std::to_string(gap.n) + " to #" + std::to_string(gap.last_n);
    return what + (gap.kind == item_kind::hole ? " not read yet" : " not kept any more");
}

bool is_gap(const view::item& each) {
    return each.kind == item_kind::hole || each.kind == item_kind::expired;
}

bool is_message(const view::item& each) {
    return each.kind == item_kind::message || each.kind == item_kind::emote;
}

std::string body_of(const view::item& each) {
    if (each.deleted) return "(deleted)";
    if (each.kind == item_kind::topic) return "set the topic: " + each.text;
    return each.text;
}

std::string text_line(const view::item& each) {
    if (is_gap(each)) return "-- " + gap_text(each) + "\n";
    std::string line = minute_of(each.at_ms);
    if (is_message(each)) line += " #" + std::to_string(each.n);
    const std::string nick = app::sanitize(each.nick, text_kind::name);
    if (each.kind == item_kind::message) line += " " + nick + ": ";
    if (each.kind == item_kind::emote) line += " * " + nick + " ";
    if (each.kind == item_kind::topic) line += " -- " + nick + " ";
    if (each.kind == item_kind::membership) line += " -- ";
    if (each.reply_to) line += "(#" + std::to_string(each.reply_to->n) + ") ";
    for (const char c : app::sanitize(body_of(each), text_kind::text)) {
        line += c;
        if (c == '\n') line += "    ";
    }
    if (each.edited) line += " (edited)";
    for (const auto& reaction : each.reactions) {
        line +=
            " [" + app::sanitize(reaction.text, text_kind::line) + " " + std::to_string(reaction.count) + "]";
    }
    return line + "\n";
}

std::string html_line(const view::item& each) {
    if (is_gap(each)) return "<p class=\"gap\">" + gap_text(each) + "</p>\n";
    std::string line = is_message(each) ? "<p id=\"" + std::to_string(each.n) + "\">" : "<p class=\"note\">";
    line += "<time>" + minute_of(each.at_ms) + "</time>";
    if (is_message(each)) {
        const std::string n = std::to_string(each.n);
        line += " <a class=\"n\" href=\"#" + n + "\">#" + n + "</a>";
    }
    if (each.kind != item_kind::membership) line += "<b>" + escaped(each.nick) + "</b>";
    line += " " + escaped(body_of(each));
    if (each.edited) line += " <span class=\"n\">(edited)</span>";
    for (const auto& reaction : each.reactions) {
        line +=
            "<span class=\"r\">" + escaped(reaction.text) + " " + std::to_string(reaction.count) + "</span>";
    }
    line += "</p>\n";
    if (!each.reply_to) return line;
    const std::string n = std::to_string(each.reply_to->n);
    return "<blockquote><a href=\"#" + n + "\">#" + n + "</a> " + escaped(each.reply_to->nick) + ": " +
           escaped(each.reply_to->text.substr(0, 200)) + "</blockquote>\n" + line;
}

std::string json_line(const view::item& each, std::string_view room) {
    const common::seam::wall_time when{std::chrono::milliseconds{each.at_ms}};
    if (is_gap(each)) {
        return app::json_event("gap", when)
            .field("room", room)
            .field("from", each.seq)
            .field("to", each.last_seq)
            .line();
    }
    app::json_event made(each.kind == item_kind::topic        ? "topic"
                         : each.kind == item_kind::membership ? "moderation"
                                                              : "message",
                         when);
    made.field("room", room).field("seq", each.seq);
    if (is_message(each)) made.field("n", each.n);
    made.field("author", std::string_view{each.nick})
        .field("text", (each.kind == item_kind::emote ? "/me " : "") + each.text);
    if (is_message(each)) {
        std::vector<std::string> reactions;
        for (const auto& reaction : each.reactions)
            reactions.push_back(reaction.text + " " + std::to_string(reaction.count));
        made.field("reply_to", each.reply_to ? std::optional{each.reply_to->n} : std::nullopt)
            .field("edited", each.edited)
            .field("deleted", each.deleted)
            .field("reactions", reactions);
    }
    return made.line();
}

}  // namespace

std::optional<transcript_format> find_transcript_format(std::string_view name) {
    if (name == "text") return transcript_format::text;
    if (name == "json") return transcript_format::json;
    if (name == "html") return transcript_format::html;
    return std::nullopt;
}

std::string transcript_text(std::span<const view::item> items) {
    std::string text;
    for (const view::item& each : items) text += text_line(each);
    return text;
}

std::string transcript_head(transcript_format format, std::string_view room) {
    if (format != transcript_format::html) return {};
    return "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
           "content=\"width=device-width\"><title>" +
           escaped(room) + "</title><style>" + std::string{style} + "</style></head><body>\n<h1>" +
           escaped(room) + "</h1>\n";
}

std::string transcript_part(transcript_format format, std::string_view room,
                            std::span<const view::item> items) {
    if (format == transcript_format::text) return transcript_text(items);
    std::string text;
    for (const view::item& each : items) {
        text += format == transcript_format::html ? html_line(each) : json_line(each, room);
    }
    return text;
}

std::string transcript_tail(transcript_format format) {
    return format == transcript_format::html ? "</body></html>\n" : "";
}

std::string whole_transcript(transcript_format format, std::string_view room,
                             std::span<const view::item> items) {
    return transcript_head(format, room) + transcript_part(format, room, items) + transcript_tail(format);
}

}  // namespace chat_client::controller
