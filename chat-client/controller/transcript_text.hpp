// Messages as they read now, as text, JSON or a page for a browser. Pure.
//
//   file += transcript_text(items);                               a line each, "2026-11-26 05:37 #3 ada: hi"
//   write(whole_transcript(transcript_format::html, "lobby", items));
//   write(transcript_head(format, room)); … transcript_part(format, items) …; write(transcript_tail(format));
//
// The HTML page needs nothing beside itself and runs nothing. Everything a peer wrote is escaped.
#pragma once

#include "chat-client/view/model.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace chat_client::controller {

enum class transcript_format : std::uint8_t { text, json, html };

std::optional<transcript_format> find_transcript_format(std::string_view name);

std::string transcript_text(std::span<const view::item> items);
std::string transcript_head(transcript_format format, std::string_view room);
std::string transcript_part(transcript_format format, std::string_view room,
                            std::span<const view::item> items);
std::string transcript_tail(transcript_format format);
std::string whole_transcript(transcript_format format, std::string_view room,
                             std::span<const view::item> items);

}  // namespace chat_client::controller
