#include "uploader-client/domain/filter.hpp"

#include <algorithm>
#include <optional>
#include <ranges>
#include <stdexcept>

namespace uploader_client::domain {

filter::filter(const std::vector<std::string>& patterns) {
    if (patterns.size() > filter_rules_max) throw std::invalid_argument("too many patterns");
    for (const std::string& text : patterns) rules_.push_back(parse(text));
}

filter::rule filter::parse(std::string_view text) {
    const bool takes = text.starts_with('!');
    if (takes) text.remove_prefix(1);
    const bool folders_only = text.size() > 1 && text.back() == '/';
    if (folders_only) text.remove_suffix(1);
    const bool whole_path = text.find('/') != text.npos;
    if (text.size() > 1 && text.front() == '/') text.remove_prefix(1);
    return {.pattern = glob(text), .takes = takes, .whole_path = whole_path, .folders_only = folders_only};
}

filter::choice filter::judge(std::string_view path, bool is_folder) const {
    if (rules_.empty()) return choice::take;
    const std::string_view name = path.substr(path.rfind('/') + 1);
    for (const rule& each : std::views::reverse(rules_)) {
        if (each.folders_only && !is_folder) continue;
        if (each.pattern.matches(each.whole_path ? path : name))
            return each.takes ? choice::take : choice::leave;
    }
    if (!rules_.front().takes) return choice::take;
    return is_folder ? choice::enter : choice::leave;
}

std::vector<std::string> patterns_in(std::string_view text) {
    std::vector<std::string> found;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
        if (!line.empty() && !line.starts_with('#')) found.emplace_back(line);
    }
    return found;
}

}  // namespace uploader_client::domain
