#include "uploader-client/domain/places.hpp"

namespace uploader_client::domain {
namespace {

std::string parent_folder(std::string_view absolute) {
    const auto slash = absolute.rfind('/');
    return slash == 0 || slash == absolute.npos ? "/" : std::string{absolute.substr(0, slash)};
}

// A folder that is called after something else: "/", ".", "..", or with a '/' behind it.
bool names_contents(std::string_view argument) {
    const std::string_view last = name_of(argument);
    return last.empty() || last == "." || last == "..";
}

}  // namespace

std::string_view name_of(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

source_place place_source(std::string_view argument, std::string_view canonical) {
    if (names_contents(argument)) return {std::string{canonical}, {}, {}};
    return {parent_folder(canonical), std::string{name_of(canonical)}, std::string{name_of(argument)}};
}

remote_path parse_remote(std::string_view text) {
    remote_path result;
    while (!text.empty() && text.front() == '/') text.remove_prefix(1);
    while (!text.empty() && text.back() == '/') {
        text.remove_suffix(1);
        result.contents = true;
    }
    result.path = text;
    if (text.empty()) result.contents = true;
    return result;
}

download_place place_download(const remote_path& from, const local_target& to) {
    const bool into = to.is_folder || to.ends_in_slash;
    // The root has no name: what is in it comes by itself.
    if (from.path.empty() || (into && !from.contents)) return {to.canonical, {}};
    return {parent_folder(to.canonical), std::string{name_of(to.canonical)}};
}

}  // namespace uploader_client::domain
