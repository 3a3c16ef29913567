// All session messages, by name.
#pragma once

#include "protocol/session/messages.hpp"
#include "protocol/wire/catalogue.hpp"

namespace protocol::session {

inline constexpr std::tuple catalogue{
    wire::entry<greeting>{"session.greeting"}, wire::entry<hello>{"session.hello"},
    wire::entry<welcome>{"session.welcome"},   wire::entry<refusal>{"session.refusal"},
    wire::entry<failure>{"session.failure"},   wire::entry<ping>{"session.ping"},
    wire::entry<pong>{"session.pong"},         wire::entry<go_away>{"session.go_away"},
    wire::entry<bye>{"session.bye"},
};

}  // namespace protocol::session
