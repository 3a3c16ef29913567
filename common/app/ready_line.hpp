// What a server says on stdout once it accepts connections: the line that scripts wait for.
//
//   print_ready({.listening = {bound}, .fingerprint = …, .join = …}, nullptr);     ready 127.0.0.1:7400
#pragma once

#include "common/app/addresses.hpp"
#include "common/app/json_events.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace common::app {

struct ready_state {
    std::vector<address> listening;  // as bound, never empty; the first one is announced
    std::string fingerprint;
    std::string join;  // the join link; its token is meant to be read here
};

std::string ready_line(const ready_state& state);
json_event ready_event(const ready_state& state, json_event event);

// The line, or with `events` the event, to stdout. Throws failure when nobody can read it.
void print_ready(const ready_state& state, json_writer* events);

}  // namespace common::app
