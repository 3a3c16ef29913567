// Writes results to a descriptor completely, or says why not.
//
//   print("ready 127.0.0.1:7400\n");          stdout; throws failure when the reader or the space is gone
//
// These calls wait for the reader of a pipe. A program that must go on meanwhile runs them on the blocking
// pool.
#pragma once

#include <string_view>
#include <system_error>

namespace common::app {

// Takes care of short writes, interrupts and descriptors that somebody made non-blocking.
std::error_code write_all(int fd, std::string_view bytes);

// To standard output. Throws failure(exit_code::failed, "output").
void print(std::string_view bytes);

}  // namespace common::app
