#include "uploader-client/domain/glob.hpp"

#include <algorithm>
#include <stdexcept>

namespace uploader_client::domain {
namespace {

bool in_set(const std::string& ranges, char letter) {
    const auto value = static_cast<unsigned char>(letter);
    for (std::size_t i = 0; i + 1 < ranges.size(); i += 2) {
        if (static_cast<unsigned char>(ranges[i]) <= value &&
            value <= static_cast<unsigned char>(ranges[i + 1]))
            return true;
    }
    return false;
}

// One past the character that begins at `at`: UTF-8 has bytes that only continue.
std::size_t after_letter(std::string_view text, std::size_t at) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
    return at;
}

}  // namespace

glob::glob(std::string_view pattern) {
    if (pattern.empty() || pattern.size() > pattern_bytes_max) {
        throw std::invalid_argument("a pattern has 1 to 1024 bytes");
    }
    for (std::size_t at = 0; at < pattern.size();) {
        token next;
        const std::string_view rest = pattern.substr(at);
        if (rest.starts_with("**/")) {
            next.kind = kind::any_folders;
            at += 3;
        } else if (rest.starts_with("**")) {
            next.kind = kind::any_path;
            at += 2;
        } else if (rest.front() == '*') {
            next.kind = kind::any_run;
            ++at;
        } else if (rest.front() == '?') {
            next.kind = kind::any_letter;
            ++at;
        } else if (rest.front() == '[') {
            next.kind = kind::set;
            at = parse_set(pattern, at + 1, next);
        } else {
            if (rest.front() == '\\' && rest.size() > 1) ++at;
            next.letter = pattern[at++];
        }
        tokens_.push_back(std::move(next));
    }
}

std::size_t glob::parse_set(std::string_view pattern, std::size_t at, token& into) {
    if (at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^')) {
        into.negated = true;
        ++at;
    }
    // A ']' that comes first stands for itself.
    for (bool first = true; at < pattern.size(); first = false) {
        if (pattern[at] == ']' && !first) return at + 1;
        const bool range = at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']';
        into.ranges += pattern[at];
        into.ranges += range ? pattern[at + 2] : pattern[at];
        at += range ? 3 : 1;
    }
    throw std::invalid_argument("a set begins with '[' and has no ']'");
}

bool glob::matches(std::string_view path) const {
    // reached[i]: the tokens so far can match the first i bytes.
    std::vector<bool> reached(path.size() + 1);
    reached[0] = true;
    for (const token& each : tokens_) {
        std::vector<bool> next(path.size() + 1);
        step(each, path, reached, next);
        if (std::ranges::find(next, true) == next.end()) return false;
        reached = std::move(next);
    }
    return reached.back();
}

void glob::step(const token& by, std::string_view path, const std::vector<bool>& from,
                std::vector<bool>& to) const {
    bool open = false;  // of the kinds that take any number: some beginning lies behind
    for (std::size_t i = 0; i <= path.size(); ++i) {
        const bool here = from[i];
        switch (by.kind) {
            case kind::any_run:
                open = here || (open && path[i - 1] != '/');
                to[i] = open;
                break;
            case kind::any_path:
                open = open || here;
                to[i] = open;
                break;
            case kind::any_folders:
                to[i] = here || (open && path[i - 1] == '/');
                open = open || here;
                break;
            case kind::letter:
                if (here && i < path.size() && path[i] == by.letter) to[i + 1] = true;
                break;
            case kind::any_letter:
                if (here && i < path.size() && path[i] != '/') to[after_letter(path, i)] = true;
                break;
            case kind::set:
                if (here && i < path.size() && path[i] != '/' && in_set(by.ranges, path[i]) != by.negated)
                    to[by.negated ? after_letter(path, i) : i + 1] = true;
                break;
        }
    }
}

}  // namespace uploader_client::domain
