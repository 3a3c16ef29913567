// What a key may do, in the words of --rights: "put", "get", "list", "delete", "overwrite", joined by commas,
// or "all".
#pragma once

#include <optional>
#include <string_view>

namespace uploader_server::domain {

struct rights {
    bool put = false;  // store new files; see and forget one's own unfinished ones
    bool get = false;
    bool list = false;       // names, sizes and times; comes with get
    bool remove = false;     // "delete"; renaming needs it together with put
    bool overwrite = false;  // replace a file, together with put

    bool may_rename() const { return put && remove; }
    friend bool operator==(const rights&, const rights&) = default;
};

inline constexpr rights all_rights{.put = true, .get = true, .list = true, .remove = true, .overwrite = true};

// Nothing when a word is not known.
std::optional<rights> parse_rights(std::string_view words);

}  // namespace uploader_server::domain
