#include "uploader-server/domain/rights.hpp"

namespace uploader_server::domain {

std::optional<rights> parse_rights(std::string_view words) {
    rights parsed;
    for (;;) {
        const auto comma = words.find(',');
        const std::string_view word = words.substr(0, comma);
        if (word == "put") {
            parsed.put = true;
        } else if (word == "get") {
            parsed.get = parsed.list = true;
        } else if (word == "list") {
            parsed.list = true;
        } else if (word == "delete") {
            parsed.remove = true;
        } else if (word == "overwrite") {
            parsed.overwrite = true;
        } else if (word == "all") {
            parsed = all_rights;
        } else {
            return std::nullopt;
        }
        if (comma == words.npos) return parsed;
        words.remove_prefix(comma + 1);
    }
}

}  // namespace uploader_server::domain
