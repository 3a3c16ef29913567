// --include, --exclude and --exclude-from: rules in the order in which they are given.
//
//   add_filter_options(app);
//   app.callback([&] { patterns_of(app); … });     throws app::failure for a file that cannot be read
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace uploader_client::commands {

void add_filter_options(CLI::App& app);
std::vector<std::string> patterns_of(const CLI::App& app);

}  // namespace uploader_client::commands
