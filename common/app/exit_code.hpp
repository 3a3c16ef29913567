// The exit codes of all four programs; scripts rely on the numbers.
#pragma once

namespace common::app {

enum class exit_code : int {
    done = 0,
    failed = 1,               // network, disk, anything without a code of its own
    usage = 2,                // wrong command line or configuration
    refused = 3,              // not authorised, banned, wrong server key
    verification_failed = 4,  // the content differs
    partly_done = 5,          // some files failed, each was named
    interrupted = 130,        // by a signal; resumable
};

constexpr int to_status(exit_code code) {
    return static_cast<int>(code);
}

}  // namespace common::app
