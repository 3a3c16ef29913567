#include "common/transfer/receipt.hpp"

#include "common/transfer/limits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <vector>

namespace common::transfer {
namespace {

constexpr std::string_view first_line = "sluice receipt 1\n";
constexpr std::string_view file_word = "file ";
constexpr std::string_view algorithm = "xxh3-128";

std::string hex(seam::const_bytes bytes) {
    std::string text;
    for (const std::byte each : bytes) {
        text += "0123456789abcdef"[std::to_integer<unsigned>(each) >> 4U];
        text += "0123456789abcdef"[std::to_integer<unsigned>(each) & 15U];
    }
    return text;
}

bool parse_hex(std::string_view text, digest& into) {
    if (text.size() != 2 * into.size()) return false;
    for (std::size_t i = 0; i < into.size(); ++i) {
        unsigned value = 0;
        const char* const begin = text.data() + 2 * i;
        const auto parsed = std::from_chars(begin, begin + 2, value, 16);
        if (parsed.ec != std::errc{} || parsed.ptr != begin + 2) return false;
        into[i] = static_cast<std::byte>(value);
    }
    return true;
}

template <class Number>
bool parse_number(std::string_view text, Number& into) {
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), into);
    return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size() && !text.empty();
}

std::string format_time(std::int64_t time_ms) {
    const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds{time_ms}};
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

// Up to the next blank, which goes too.
std::string_view take_word(std::string_view& line) {
    const auto blank = line.find(' ');
    const std::string_view word = line.substr(0, blank);
    line.remove_prefix(blank == line.npos ? line.size() : blank + 1);
    return word;
}

}  // namespace

std::string receipt_text(const receipt_head& head, std::span<const receipt_entry> entries) {
    std::string text{first_line};
    text.append("server ").append(head.server).append("\nclient ").append(head.client);
    text.append("\ntransfer ").append(hex(head.transfer)).append("\ntime ").append(format_time(head.time_ms));
    text += '\n';
    for (const receipt_entry& each : entries) {
        text.append(file_word).append(std::to_string(each.bytes)).append(" ").append(algorithm);
        if (each.chunk_bytes != 0) text.append("/").append(std::to_string(each.chunk_bytes));
        text.append(" ").append(hex(each.content)).append(" ").append(each.path).append("\n");
    }
    return text;
}

seam::result<digest> digest_in_chunks(seam::file& of, std::uint64_t size, std::uint32_t chunk_bytes) {
    if (chunk_bytes > limits::chunk_bytes_max || (chunk_bytes == 0 && size > limits::inline_bytes_max)) {
        return std::errc::invalid_argument;
    }
    const std::size_t part_bytes = chunk_bytes == 0 ? static_cast<std::size_t>(size) : chunk_bytes;
    std::vector<std::byte> content(part_bytes);
    file_digest whole;
    for (std::uint64_t offset = 0; offset < size; offset += part_bytes) {
        const auto part = std::span{content}.first(std::min<std::uint64_t>(part_bytes, size - offset));
        const auto got = of.read_at(part, offset);
        if (!got) return got.error();
        if (*got < part.size()) return std::errc::io_error;
        if (chunk_bytes != 0) whole.add(digest_of(part));
    }
    return chunk_bytes == 0 ? digest_of(content) : whole.value();
}

std::optional<receipt_entry> parse_receipt_line(std::string_view line) {
    if (!line.starts_with(file_word)) return std::nullopt;
    line.remove_prefix(file_word.size());
    receipt_entry entry;
    if (!parse_number(take_word(line), entry.bytes)) return std::nullopt;
    std::string_view how = take_word(line);
    if (!how.starts_with(algorithm)) return std::nullopt;
    how.remove_prefix(algorithm.size());
    if (!how.empty() && (!how.starts_with('/') || !parse_number(how.substr(1), entry.chunk_bytes)))
        return std::nullopt;
    if (!parse_hex(take_word(line), entry.content) || line.empty()) return std::nullopt;
    entry.path = line;
    return entry;
}

}  // namespace common::transfer
