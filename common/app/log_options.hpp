// --log-level and --log-file, common to all four programs.
#pragma once

#include "common/app/logging.hpp"

#include <string>

namespace common::app {

class program;

// Fills `options` while the arguments are parsed; what it holds before is the default.
void add_log_options(program& self, log_options& options);

}  // namespace common::app
