// What a key may do, in the words of --rights: "put", "get", "put,get" or "all".
#pragma once

#include <optional>
#include <string_view>

namespace uploader_server::domain {

struct rights {
    bool put = false;
    bool get = false;  // and list

    friend bool operator==(const rights&, const rights&) = default;
};

// Nothing when a word is not known.
std::optional<rights> parse_rights(std::string_view words);

}  // namespace uploader_server::domain
