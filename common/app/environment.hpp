// The environment as an argument, so that whatever depends on it can be tested with a table.
//
//   const environment env = process_environment();
//   env("XDG_STATE_HOME")        nothing when unset or empty
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace common::app {

using environment = std::function<std::optional<std::string>(std::string_view name)>;

environment process_environment();

// Whether colour and animation may be written to `fd`: a terminal, no NO_COLOR, and TERM is not "dumb".
bool is_decorated(int fd, const environment& env);

}  // namespace common::app
