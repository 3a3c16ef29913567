// Why a program ends without having done its work, ready for a person and for a script.
//
//   throw failure(exit_code::failed, "port_in_use", "cannot listen on 0.0.0.0:7400", "address in use",
//                 "choose another port with --listen");
//
// prints "chat-server: cannot listen on 0.0.0.0:7400: address in use; choose another port with --listen",
// with
// --json also an `error` event with that code, and ends the process with that exit code.
#pragma once

#include "common/app/exit_code.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace common::app {

class json_writer;

class failure : public std::runtime_error {
  public:
    // `code` is stable, in snake_case, for scripts. `why` and `what_to_do` may be empty.
    failure(exit_code exit, std::string code, std::string_view what_failed, std::string_view why,
            std::string_view what_to_do = {});

    exit_code exit() const { return exit_; }
    const std::string& code() const { return code_; }

  private:
    exit_code exit_;
    std::string code_;
};

// A usage failure (exit 2, code "usage").
failure usage_error(std::string_view what_failed, std::string_view why, std::string_view what_to_do = {});

// The one line for people: safe for the terminal, without tokens, without the end of line.
std::string describe(std::string_view program, const failure& what);

// The line on stderr and, unless `events` is null, the error event. Never throws: there is nobody left to
// tell.
void report(std::string_view program, const failure& what, json_writer* events) noexcept;

}  // namespace common::app
