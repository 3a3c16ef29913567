// The frame around main(): from the arguments to the exit code, the same for all four programs.
//
//   int main(int argc, char** argv) {
//       return run_program({"chat-server", SLUICE_VERSION, protocol_version}, argc, argv, [](program& self) {
//           server_options common;
//           add_server_options(self, common, {.port = 7400});   each add_… defines options on self.cli()
//           self.parse();                                       --help, --version and mistakes end here
//           return serve(common);
//       });
//   }
//
// Whatever the body throws becomes one clear line, an `error` event with --json, and the right exit code.
// Tokens in the arguments are overwritten before anything else, SIGPIPE is ignored and core files are off.
//
// Only the .cpp files that define options include CLI11; everything else sees its forward declaration.
#pragma once

#include "common/app/exit_code.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace common::app {

struct program_info {
    std::string_view name;
    std::string_view version;
    unsigned protocol;
};

class program {
  public:
    program(const program_info& info, int argc, char** argv);
    ~program();
    program(const program&) = delete;
    program& operator=(const program&) = delete;

    const std::string& name() const;

    // Define options on it between construction and parse().
    CLI::App& cli();

    // Lets every option of the program itself (not of its subcommands) also come from the environment, as
    // SLUICE_ and its name in capitals, and from the file given with --config; a flag wins over the
    // environment, which wins over the file.
    void allow_configuration();

    // Runs after a successful parse, in the order given: checks that concern several options. May throw
    // failure.
    void after_parse(std::function<void()> check);

    // Throws what run_program() knows to handle; returns when there is work to do.
    void parse();

    // --json was given. Known even when parsing failed.
    bool json() const;

  private:
    struct implementation;
    std::unique_ptr<implementation> self_;
};

// One worked example below the help of a program or subcommand.
void set_example(CLI::App& command, std::string_view example);

using program_body = std::function<exit_code(program&)>;

// Returns the exit status for main().
int run_program(const program_info& info, int argc, char** argv, const program_body& body);

}  // namespace common::app
