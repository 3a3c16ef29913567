#include "common/discovery/announcement.hpp"

#include "common/discovery/limits.hpp"
#include "common/trust/text_codec.hpp"

#include <algorithm>

namespace common::discovery {
namespace {

constexpr std::string_view version_key = "v";
constexpr std::string_view fingerprint_key = "fp";
constexpr std::string_view tls_key = "tls";
constexpr std::string_view version = "1";

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_key(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

// The value of the first entry with this key; nothing when there is none, or it has no value.
std::optional<std::string_view> find(std::span<const std::string> entries, std::string_view key) {
    for (const std::string_view entry : entries) {
        const std::size_t equals = entry.find('=');
        if (!same_key(entry.substr(0, equals), key)) continue;
        if (equals == std::string_view::npos) return std::nullopt;
        return entry.substr(equals + 1);
    }
    return std::nullopt;
}

std::string entry(std::string_view key, std::string_view value) {
    return std::string{key} + '=' + std::string{value};
}

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

const char* service_type(trust::application app) {
    return app == trust::application::chat ? "_sluice-chat._tcp" : "_sluice-upload._tcp";
}

std::vector<std::string> format_txt(const facts& what) {
    return {entry(version_key, version), entry(fingerprint_key, trust::to_text(what.print)),
            entry(tls_key, what.tls ? "1" : "0")};
}

std::optional<facts> parse_txt(std::span<const std::string> entries) {
    if (entries.size() > limits::txt_entries_max) return std::nullopt;
    if (find(entries, version_key) != version) return std::nullopt;
    const auto fingerprint_text = find(entries, fingerprint_key);
    const auto tls = find(entries, tls_key);
    if (!fingerprint_text || (tls != "0" && tls != "1")) return std::nullopt;
    const auto print = trust::parse_fingerprint(*fingerprint_text);
    if (!print) return std::nullopt;
    return facts{.print = *print, .tls = tls == "1"};
}

std::string instance_name(std::string_view server_name) {
    std::size_t bytes = std::min(server_name.size(), limits::label_bytes_max);
    while (bytes > 0 && bytes < server_name.size() && is_continuation(server_name[bytes])) --bytes;
    std::string name = trust::printable(server_name.substr(0, bytes));
    return is_instance_name(name) ? name : "sluice";
}

bool is_instance_name(std::string_view text) {
    return !text.empty() && text.size() <= limits::label_bytes_max && trust::is_printable_utf8(text);
}

}  // namespace common::discovery
