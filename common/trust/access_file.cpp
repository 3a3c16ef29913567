#include "common/trust/access_file.hpp"

#include "common/trust/limits.hpp"
#include "common/trust/text_codec.hpp"

#include <array>
#include <charconv>
#include <system_error>
#include <vector>

namespace common::trust {
namespace {

constexpr std::string_view heading = "sluice access 1";
constexpr std::int64_t year_9999_s = 253'402'300'799;

// Thrown and caught inside parse_access(), which adds the file and the line.
struct damaged_line {
    const char* why;
};

using fields = std::vector<std::string_view>;

fields split(std::string_view line) {
    fields parts;
    for (;;) {
        const std::size_t tab = line.find('\t');
        parts.push_back(line.substr(0, tab));
        if (tab == std::string_view::npos) return parts;
        line.remove_prefix(tab + 1);
    }
}

std::int64_t parse_number(std::string_view text, std::int64_t most) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > most)
        throw damaged_line{"a number is wrong"};
    return value;
}

unix_time parse_time(std::string_view text) {
    return unix_time(std::chrono::seconds(parse_number(text, year_9999_s)));
}

std::string format_time(unix_time time) {
    return std::to_string(time.time_since_epoch().count());
}

std::string parse_text(std::string_view text, bool (*fits)(std::string_view)) {
    const auto decoded = percent_decode(text);
    if (!decoded || !fits(*decoded)) throw damaged_line{"a text is wrong"};
    return *decoded;
}

bool is_name(std::string_view text) {
    return trim_name(text) == text;
}

void parse_key(const fields& parts, access_table& into) {
    public_key key{};
    if (!from_base64url(parts[1], key)) throw damaged_line{"the key is wrong"};
    enrolled_key entry{parse_time(parts[2]), parse_time(parts[3]), parse_text(parts[4], is_rights),
                       parse_text(parts[5], is_folder), parse_text(parts[6], is_name)};
    if (into.keys.size() == limits::enrolled_keys_max) throw damaged_line{"there are too many keys"};
    if (!into.keys.emplace(key, std::move(entry)).second) throw damaged_line{"the key is there twice"};
}

void parse_token(const fields& parts, access_table& into) {
    access_token entry{{},
                       parse_time(parts[2]),
                       parse_time(parts[3]),
                       static_cast<std::uint32_t>(parse_number(parts[4], limits::token_uses_max)),
                       parse_text(parts[5], is_rights),
                       parse_text(parts[6], is_folder)};
    if (!from_base64url(parts[1], entry.key.writable())) throw damaged_line{"the token is wrong"};
    if (into.tokens.size() == limits::tokens_max) throw damaged_line{"there are too many tokens"};
    const token_id id = id_of(entry.key);
    if (!into.tokens.emplace(id, std::move(entry)).second) throw damaged_line{"the token is there twice"};
}

void parse_revoked(const fields& parts, access_table& into) {
    if (!is_key_id(parts[1])) throw damaged_line{"the key id is wrong"};
    if (into.revoked.size() == limits::revoked_keys_max)
        throw damaged_line{"there are too many revoked keys"};
    if (!into.revoked.emplace(parts[1], parse_time(parts[2])).second)
        throw damaged_line{"the key id is there twice"};
}

void parse_record(std::string_view line, access_table& into) {
    if (line.size() > limits::access_line_bytes_max) throw damaged_line{"the line is too long"};
    const fields parts = split(line);
    if (parts[0] == "clock" && parts.size() == 2)
        into.clock = parse_time(parts[1]);
    else if (parts[0] == "key" && parts.size() == 7)
        parse_key(parts, into);
    else if (parts[0] == "token" && parts.size() == 7)
        parse_token(parts, into);
    else if (parts[0] == "revoked" && parts.size() == 3)
        parse_revoked(parts, into);
    else
        throw damaged_line{"the record is unknown"};
}

std::string end_line(std::string_view before) {
    return "end\t" + to_base64url(sha256(bytes_of(before))) + "\n";
}

void append_record(std::string& content, std::initializer_list<std::string_view> parts) {
    for (const std::string_view part : parts)
        content.append(content.empty() || content.back() == '\n' ? "" : "\t").append(part);
    content += '\n';
}

// The size is fixed first, so that no outgrown buffer with secrets is left behind. Percent-encoding triples a
// text at most; keys, times, tabs and names of records fit into `plain_bytes`.
std::size_t size_at_most(const access_table& table) {
    constexpr std::size_t plain_bytes = 160;
    std::size_t bytes = (table.tokens.size() + table.keys.size() + table.revoked.size() + 3) * plain_bytes;
    for (const auto& [key, entry] : table.keys)
        bytes += 3 * (entry.rights.size() + entry.folder.size() + entry.name.size());
    for (const auto& [id, entry] : table.tokens) bytes += 3 * (entry.rights.size() + entry.folder.size());
    return bytes;
}

}  // namespace

secret_text format_access(const access_table& table) {
    const auto text = [](std::string_view value) { return percent_encode(value, ""); };
    std::string content;
    content.reserve(size_at_most(table));
    append_record(content, {heading});
    append_record(content, {"clock", format_time(table.clock)});
    for (const auto& [key, entry] : table.keys)
        append_record(content,
                      {"key", to_base64url(key), format_time(entry.added), format_time(entry.last_seen),
                       text(entry.rights), text(entry.folder), text(entry.name)});
    for (const auto& [id, entry] : table.tokens) {
        const secret_text key(to_base64url(entry.key.bytes()));
        append_record(content, {"token", key.view(), format_time(entry.created), format_time(entry.expires),
                                std::to_string(entry.uses_left), text(entry.rights), text(entry.folder)});
    }
    for (const auto& [id, when] : table.revoked) append_record(content, {"revoked", id, format_time(when)});
    content += end_line(content);
    return secret_text(std::move(content));
}

access_table parse_access(std::string_view content, const std::string& file) {
    access_table table;
    std::size_t line_number = 1;
    try {
        for (std::size_t at = 0;; ++line_number) {
            const std::size_t end = content.find('\n', at);
            if (end == std::string_view::npos) throw damaged_line{"the end is missing"};
            const std::string_view line = content.substr(at, end - at);
            if (line.starts_with("end\t")) {
                if (content.substr(at) != end_line(content.substr(0, at)))
                    throw damaged_line{"the digest differs"};
                return table;
            }
            if (line_number == 1 && line != heading) throw damaged_line{"the heading is wrong"};
            if (line_number > 1) parse_record(line, table);
            at = end + 1;
        }
    } catch (const damaged_line& damage) {
        throw state_error(file + ":" + std::to_string(line_number) + ": is damaged (" + damage.why +
                          "); restore the file from a backup, or move it away to start with nobody enrolled");
    }
}

}  // namespace common::trust
