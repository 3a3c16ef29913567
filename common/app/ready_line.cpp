#include "common/app/ready_line.hpp"

#include "common/app/output.hpp"

namespace common::app {

std::string ready_line(const ready_state& state) {
    return "ready " + format_address(state.listening.front()) + "\n";
}

json_event ready_event(const ready_state& state, json_event event) {
    std::vector<std::string> all;
    for (const address& each : state.listening) all.push_back(format_address(each));
    event.field("port", state.listening.front().port).field("listen", all);
    return event.field("fingerprint", state.fingerprint).field("join", state.join);
}

void print_ready(const ready_state& state, json_writer* events) {
    if (events == nullptr) return print(ready_line(state));
    events->write(ready_event(state, events->event("ready")));
}

}  // namespace common::app
