// Goes through the catalogues of all parts of the protocol.
#pragma once

#include "protocol/session/catalogue.hpp"
#if __has_include("protocol/chat/catalogue.hpp")
#include "protocol/chat/catalogue.hpp"
#endif
#if __has_include("protocol/upload/catalogue.hpp")
#include "protocol/upload/catalogue.hpp"
#endif

namespace tests::protocol {

// Calls visit(name, M{}) for every message there is.
template <class Visitor>
void for_each_message(Visitor&& visit) {
    ::protocol::wire::for_each_entry(::protocol::session::catalogue, visit);
#if __has_include("protocol/chat/catalogue.hpp")
    ::protocol::wire::for_each_entry(::protocol::chat::catalogue, visit);
#endif
#if __has_include("protocol/upload/catalogue.hpp")
    ::protocol::wire::for_each_entry(::protocol::upload::catalogue, visit);
#endif
}

}  // namespace tests::protocol
