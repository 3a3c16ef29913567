// When two nicks look alike on a terminal, and when one mixes scripts to look like another.
//
//   skeleton("Ian") == skeleton("lan")          // capital I, small l
//   mixes_scripts("p\u0430ul")                  // a Cyrillic a among Latin letters
//
// Names must have passed is_name(): valid UTF-8 without anything invisible.
#pragma once

#include <string>
#include <string_view>

namespace chat_server::domain {

// Equal for names that a person may take for each other: compatibility forms, case, accents and the shapes of
// letters and digits do not count. Not for display.
std::string skeleton(std::string_view name);

// Letters of more than one of the scripts that share their shapes: Latin, Greek, Cyrillic and Armenian.
bool mixes_scripts(std::string_view name);

}  // namespace chat_server::domain
