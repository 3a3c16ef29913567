// What tells the two servers apart, as far as the part they share is concerned.
#pragma once

#include "common/transport/framed_connection.hpp"
#include "common/transport/socket_options.hpp"
#include "common/trust/join_link.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace common::service {

struct server_definition {
    std::string_view program;  // "chat-server"
    trust::application app = trust::application::chat;
    std::string default_rights{};  // of keys that enrol without more being said
    // Whether these words for rights and this folder mean something here; null: a token has none.
    std::function<bool(std::string_view)> knows_rights{};
    std::function<bool(std::string_view)> knows_folder{};
    std::size_t payload_bytes_max = 0;  // of one frame after Welcome
    transport::connection_limits link{};
    transport::socket_options socket{};
    // Files and folders that the application uses beside --state, for the sandbox.
    std::vector<std::string> writable{};
    std::vector<std::string> readable{};
};

}  // namespace common::service
