// Errors of the store as codes for the client.
#pragma once

#include "protocol/wire/error_code.hpp"

#include <system_error>

namespace chat_server::session {

inline protocol::error_code code_of(const std::error_code& error) {
    return error.category() == protocol::error_category() ? static_cast<protocol::error_code>(error.value())
                                                          : protocol::error_code::internal;
}

}  // namespace chat_server::session
