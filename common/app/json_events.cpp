#include "common/app/json_events.hpp"

#include "common/app/failure.hpp"
#include "common/app/output.hpp"
#include "common/app/terminal_text.hpp"
#include "common/app/utf8.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace common::app {
namespace {

void append_unit(std::string& out, unsigned utf16_unit) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "\\u%04x", utf16_unit & 0xFFFFU);
    out += text.data();
}

void append_escaped(std::string& out, std::int32_t value) {
    const auto scalar = static_cast<unsigned>(value);
    if (scalar < 0x10000) return append_unit(out, scalar);
    append_unit(out, 0xD800 + ((scalar - 0x10000) >> 10));
    append_unit(out, 0xDC00 + (scalar & 0x3FF));
}

const char* short_escape(std::int32_t value) {
    switch (value) {
        case '"':
            return "\\\"";
        case '\\':
            return "\\\\";
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        default:
            return nullptr;
    }
}

}  // namespace

std::string format_time(seam::wall_time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int{date.year()},
                  unsigned{date.month()}, unsigned{date.day()}, static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                  static_cast<int>(clock.subseconds().count()));
    return text.data();
}

std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const code_point next = read_code_point(text, at);
        if (!next.valid) {
            out += "\uFFFD";
        } else if (const char* escape = short_escape(next.value)) {
            out += escape;
        } else if (acts_on_terminal(next.value)) {
            append_escaped(out, next.value);
        } else {
            out += text.substr(at, next.bytes);
        }
        at += next.bytes;
    }
    return out + '"';
}

json_event::json_event(std::string_view name, seam::wall_time time)
    : text_("{\"event\":" + json_string(name) + ",\"time\":\"" + format_time(time) + '"') {}

void json_event::begin_field(std::string_view key) {
    text_.append(",\"").append(key).append("\":");
}

void json_event::append(std::string_view value) {
    text_ += json_string(value);
}

void json_event::append(double value) {
    if (!std::isfinite(value)) return append(nullptr);  // JSON has no other word for it
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    text_.append(digits.data(), end);
}

std::error_code json_writer::try_write(const json_event& event) {
    const std::string line = event.line();
    const std::lock_guard lock{one_line_at_a_time_};
    return write_all(fd_, line);
}

void json_writer::write(const json_event& event) {
    const auto error = try_write(event);
    if (error) throw failure(exit_code::failed, "output", "cannot write to standard output", error.message());
}

}  // namespace common::app
