// The words of --preserve: what is kept of a file beside its content. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace uploader_client::domain {

struct preserved {
    bool mode = false;
    bool mtime = false;
    bool links = false;
};

// "mode,mtime", "links", "none", …; nothing when a word is not known.
constexpr std::optional<preserved> parse_preserve(std::string_view words) {
    preserved what;
    if (words == "none") return what;
    for (;;) {
        const auto comma = words.find(',');
        const std::string_view word = words.substr(0, comma);
        if (word == "mode") {
            what.mode = true;
        } else if (word == "mtime") {
            what.mtime = true;
        } else if (word == "links") {
            what.links = true;
        } else {
            return std::nullopt;
        }
        if (comma == words.npos) return what;
        words.remove_prefix(comma + 1);
    }
}

}  // namespace uploader_client::domain
