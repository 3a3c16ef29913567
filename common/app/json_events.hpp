// Machine-readable output: one JSON object a line, "event" first, then "time", then what the caller adds.
//
//   json_writer events(STDOUT_FILENO, clock);
//   events.write(events.event("message").field("room", room).field("seq", 213));
//
// Strings may hold anything: ill-formed UTF-8 becomes U+FFFD, and whatever a terminal could act upon is
// written as \uXXXX, which means the same to a JSON reader. Field names are the caller's own and are not
// escaped.
#pragma once

#include "common/seam/clock.hpp"

#include <concepts>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace common::app {

class json_event {
  public:
    json_event(std::string_view name, seam::wall_time time);

    template <class T>
    json_event& field(std::string_view key, const T& value) {
        begin_field(key);
        append(value);
        return *this;
    }

    // The whole line with its '\n'.
    std::string line() const { return text_ + "}\n"; }

  private:
    void begin_field(std::string_view key);

    void append(std::nullptr_t) { text_ += "null"; }
    void append(std::string_view value);
    void append(double value);
    template <std::integral T>
    void append(T value) {
        if constexpr (std::same_as<T, bool>) {
            text_ += value ? "true" : "false";
        } else {
            text_ += std::to_string(value);
        }
    }
    template <class T>
    void append(const std::optional<T>& value) {
        if (value) {
            append(*value);
        } else {
            append(nullptr);
        }
    }
    template <class T>
    void append(const std::vector<T>& values) {
        text_ += '[';
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i != 0) text_ += ',';
            append(values[i]);
        }
        text_ += ']';
    }

    std::string text_;
};

// RFC 3339 in UTC with milliseconds: "2026-11-20T23:04:05.678Z".
std::string format_time(seam::wall_time time);

// `text` as a JSON string, with its quotes.
std::string json_string(std::string_view text);

// Callable from any thread; lines never mix. Waits for the reader, see output.hpp.
class json_writer {
  public:
    json_writer(int fd, const seam::clock& clock) : fd_(fd), clock_(clock) {}

    json_event event(std::string_view name) const { return {name, clock_.wall_now()}; }

    // Throws failure(exit_code::failed, "output") when the reader or the space is gone.
    void write(const json_event& event);
    std::error_code try_write(const json_event& event);

  private:
    int fd_;
    const seam::clock& clock_;
    std::mutex one_line_at_a_time_;
};

}  // namespace common::app
