#include "common/app/log_options.hpp"

#include "common/app/program.hpp"

#include <CLI/CLI.hpp>

namespace common::app {

void add_log_options(program& self, log_options& options) {
    self.cli()
        .add_option("--log-level", options.level, "trace, debug, info, warn, error or off")
        ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}))
        ->type_name("LEVEL")
        ->capture_default_str();
    self.cli()
        .add_option("--log-file", options.file, "Write the log to FILE instead of stderr (SIGHUP reopens it)")
        ->type_name("FILE");
}

}  // namespace common::app
