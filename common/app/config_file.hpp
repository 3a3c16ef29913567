// The environment and --config FILE as further sources of a program's options.
//
// CLI11 lets its file win over the environment; here the environment wins, because it is the one closer to
// the person who starts the program.
#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace common::app {

// "--max-connections" becomes "SLUICE_MAX_CONNECTIONS".
std::string environment_name(std::string_view option_name);

// Call once all options are defined and before parsing. Unknown names in the file are an error.
void read_configuration(CLI::App& app);

}  // namespace common::app
