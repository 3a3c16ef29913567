#include "common/app/secrets.hpp"

#include <algorithm>
#include <cstddef>

namespace common::app {
namespace {

bool is_link_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

std::size_t skip_link_chars(std::string_view text, std::size_t at) {
    while (at < text.size() && is_link_char(text[at])) ++at;
    return at;
}

struct range {
    std::size_t begin;
    std::size_t end;  // begin == end: nothing found
};

// The next TOKEN of "#FINGERPRINT.TOKEN" at or behind `from`.
range find_token(std::string_view text, std::size_t from) {
    for (auto mark = text.find('#', from); mark != std::string_view::npos; mark = text.find('#', mark + 1)) {
        const std::size_t dot = skip_link_chars(text, mark + 1);
        if (dot >= text.size() || text[dot] != '.') continue;
        const std::size_t end = skip_link_chars(text, dot + 1);
        if (end > dot + 1) return {dot + 1, end};
    }
    return {text.size(), text.size()};
}

}  // namespace

std::string hide_tokens(std::string_view text) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto [begin, end] = find_token(text, at);
        out += text.substr(at, begin - at);
        if (begin != end) out += "***";
        at = end;
    }
    return out;
}

void hide_tokens_in_arguments(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        for (auto found = find_token(argument, 0); found.begin != found.end;) {
            std::fill(argv[i] + found.begin, argv[i] + found.end, '*');
            found = find_token(argument, found.end);
        }
    }
}

void hide_argument(int argc, char** argv, std::string_view secret) {
    if (secret.empty()) return;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        for (auto at = argument.find(secret); at != std::string_view::npos; at = argument.find(secret, at)) {
            std::fill_n(argv[i] + at, secret.size(), '*');
            at += secret.size();
        }
    }
}

}  // namespace common::app
