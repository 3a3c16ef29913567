// Which file names may travel: names that mean the same on every system and lead nowhere else.
//
//   if (const auto why = check_path(offer.path); why != name_fault::none) …   // answered with bad_name
//
// A path is a list of components joined by '/', relative, without an end or a beginning of '/'. Senders apply
// the policy before they offer, receivers before they touch the disk. Nothing is repaired: a name is taken as
// it is or refused.
#pragma once

#include "protocol/upload/limits.hpp"

#include <string_view>

namespace protocol::upload {

// The folder in a root where unfinished files wait; no path may lead into it.
inline constexpr std::string_view staging_folder = ".sluice";

enum class name_fault {
    none,
    empty,     // no path, or an empty component: "", "/a", "a//b", "a/"
    too_long,  // a component over 255 bytes or the path over 4095
    too_deep,  // more than 128 components
    not_utf8,
    dots,       // "." or ".."
    control,    // C0, DEL, C1, or U+2028, U+2029
    separator,  // '\' or ':', which separate paths elsewhere
    trailing,   // ends in '.' or a space: Windows drops them
    device,     // CON, NUL, COM1 …, with any extension: devices on Windows
    reserved,   // the staging folder, in any case, as the first component
};

std::string_view text_of(name_fault fault);

name_fault check_component(std::string_view component);
// A path of at least one component.
name_fault check_path(std::string_view path);
// The same, or the root itself (empty).
name_fault check_path_or_root(std::string_view path);

// A symbolic link at `path` that leads to `target` stays below the folder that `path` is relative to: it is
// not absolute, does not climb out, and climbs only before its first name.
bool link_stays_inside(std::string_view path, std::string_view target);

}  // namespace protocol::upload
