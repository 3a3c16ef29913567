#include "protocol/upload/name_policy.hpp"

#include "protocol/wire/utf8.hpp"

#include <algorithm>
#include <array>

namespace protocol::upload {
namespace {

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool is_device(std::string_view component) {
    // Windows looks only at what stands before the first dot, without the spaces at its end.
    std::string_view stem = component.substr(0, component.find('.'));
    while (stem.ends_with(' ')) stem.remove_suffix(1);
    constexpr std::array<std::string_view, 6> names{"con", "prn", "aux", "nul", "conin$", "conout$"};
    if (std::ranges::any_of(names, [&](auto name) { return equal_ignoring_case(stem, name); })) return true;
    constexpr std::array<std::string_view, 2> ports{"com", "lpt"};
    const bool port =
        std::ranges::any_of(ports, [&](auto name) { return equal_ignoring_case(stem.substr(0, 3), name); });
    if (!port) return false;
    const std::string_view number = stem.substr(3);
    // The superscript digits count as digits there.
    constexpr std::array<std::string_view, 3> superscripts{"\u00b9", "\u00b2", "\u00b3"};
    return (number.size() == 1 && number[0] >= '0' && number[0] <= '9') ||
           std::ranges::find(superscripts, number) != superscripts.end();
}

bool has_control(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7f) return true;
        // U+0080 to U+009F are C2 80 to C2 9F; the text is valid UTF-8.
        if (byte == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
    }
    return text.find("\u2028") != text.npos || text.find("\u2029") != text.npos;
}

}  // namespace

std::string_view text_of(name_fault fault) {
    switch (fault) {
        case name_fault::none:
            return "fine";
        case name_fault::empty:
            return "empty name";
        case name_fault::too_long:
            return "name too long";
        case name_fault::too_deep:
            return "too many folders";
        case name_fault::not_utf8:
            return "not UTF-8";
        case name_fault::dots:
            return "'.' or '..'";
        case name_fault::control:
            return "control character";
        case name_fault::separator:
            return "'\\' or ':' in a name";
        case name_fault::trailing:
            return "ends in a dot or a space";
        case name_fault::device:
            return "a device name on Windows";
        case name_fault::reserved:
            return "reserved name";
    }
    return "unknown";
}

name_fault check_component(std::string_view component) {
    if (component.empty()) return name_fault::empty;
    if (component.size() > limits::component_bytes_max) return name_fault::too_long;
    if (!wire::is_valid_utf8(component)) return name_fault::not_utf8;
    if (component == "." || component == "..") return name_fault::dots;
    if (has_control(component)) return name_fault::control;
    if (component.find_first_of("\\:/") != component.npos) return name_fault::separator;
    if (component.back() == '.' || component.back() == ' ') return name_fault::trailing;
    if (is_device(component)) return name_fault::device;
    return name_fault::none;
}

name_fault check_path(std::string_view path) {
    if (path.empty()) return name_fault::empty;
    if (path.size() > limits::path_bytes_max) return name_fault::too_long;
    std::size_t depth = 0;
    for (std::string_view rest = path;;) {
        const auto slash = rest.find('/');
        const std::string_view component = rest.substr(0, slash);
        if (const auto fault = check_component(component); fault != name_fault::none) return fault;
        if (depth == 0 && equal_ignoring_case(component, staging_folder)) return name_fault::reserved;
        if (++depth > limits::path_depth_max) return name_fault::too_deep;
        if (slash == rest.npos) return name_fault::none;
        rest.remove_prefix(slash + 1);
    }
}

bool link_stays_inside(std::string_view path, std::string_view target) {
    if (target.empty() || target.size() > limits::path_bytes_max || target.front() == '/') return false;
    if (target.find('\0') != target.npos) return false;
    auto depth = std::ranges::count(path, '/');  // of the folder that the link is in
    bool named = false;
    for (std::string_view rest = target;;) {
        const auto slash = rest.find('/');
        const std::string_view component = rest.substr(0, slash);
        // Behind a name, which may be a link itself, ".." leads nobody knows where.
        if (component == ".." && (named || --depth < 0)) return false;
        named = named || (component != ".." && component != "." && !component.empty());
        if (slash == rest.npos) return true;
        rest.remove_prefix(slash + 1);
    }
}

name_fault check_path_or_root(std::string_view path) {
    return path.empty() ? name_fault::none : check_path(path);
}

}  // namespace protocol::upload
