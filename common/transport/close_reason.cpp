#include "common/transport/close_reason.hpp"

namespace common::transport {

std::string_view name_of(close_reason reason) {
    switch (reason) {
        case close_reason::none:
            return "none";
        case close_reason::local:
            return "local";
        case close_reason::peer_finished:
            return "peer_finished";
        case close_reason::connection_lost:
            return "connection_lost";
        case close_reason::protocol_error:
            return "protocol_error";
        case close_reason::silent:
            return "silent";
        case close_reason::frame_too_slow:
            return "frame_too_slow";
        case close_reason::no_write_progress:
            return "no_write_progress";
        case close_reason::outbox_overflow:
            return "outbox_overflow";
        case close_reason::no_memory:
            return "no_memory";
    }
    return "unknown";
}

}  // namespace common::transport
