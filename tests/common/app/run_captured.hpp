// Runs a program body in a child process, as main() would, and keeps what it wrote and how it ended.
#pragma once

#include "common/app/program.hpp"

#include <string>
#include <utility>
#include <vector>

struct captured_run {
    int status = -1;
    std::string out;
    std::string err;
};

using variables = std::vector<std::pair<std::string, std::string>>;

// Arguments without the program's name, which is "prog". SLUICE_ variables of the test's own environment are
// not passed on.
captured_run run_captured(const std::vector<std::string>& arguments, const common::app::program_body& body,
                          const variables& environment = {});
