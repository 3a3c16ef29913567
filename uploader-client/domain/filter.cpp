#include "uploader-client/domain/filter.hpp"

#include <algorithm>

namespace uploader_client::domain {

filter::filter(const std::vector<std::string>& includes, const std::vector<std::string>& excludes)
    : includes_(rules_of(includes)), excludes_(rules_of(excludes)) {}

std::vector<filter::rule> filter::rules_of(const std::vector<std::string>& patterns) {
    std::vector<rule> rules;
    for (const std::string& text : patterns) {
        std::string_view pattern = text;
        const bool whole_path = pattern.substr(0, pattern.size() - 1).find('/') != pattern.npos;
        // "build/" is what people write for a folder.
        if (pattern.size() > 1 && pattern.back() == '/') pattern.remove_suffix(1);
        if (pattern.size() > 1 && pattern.front() == '/') pattern.remove_prefix(1);
        rules.push_back({glob(pattern), whole_path});
    }
    return rules;
}

bool filter::any_matches(const std::vector<rule>& rules, std::string_view path) {
    const std::string_view name = path.substr(path.rfind('/') + 1);
    return std::ranges::any_of(
        rules, [&](const rule& each) { return each.pattern.matches(each.whole_path ? path : name); });
}

bool filter::takes(std::string_view path, bool is_folder) const {
    for (std::size_t end = 0; !excludes_.empty() && end != path.npos;) {
        end = path.find('/', end + 1);
        if (any_matches(excludes_, path.substr(0, end))) return false;
    }
    return includes_.empty() || (!is_folder && any_matches(includes_, path));
}

}  // namespace uploader_client::domain
