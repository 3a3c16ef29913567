// Just enough HTTP for a scraper: one request line in, one answer out, then the connection closes. Pure.
#pragma once

#include <string>
#include <string_view>

namespace common::app {

struct http_request {
    enum class state { incomplete, complete, malformed };
    state parsed = state::incomplete;
    std::string_view method;  // into the given bytes
    std::string_view path;    // without "?query"
};

// `received` is everything so far; complete once the empty line that ends the header is there. The header
// fields are not looked at: nothing here depends on them.
http_request parse_http_request(std::string_view received);

// "HTTP/1.1 200 OK" and so on, with Content-Length and "Connection: close". `head_only` leaves the body out.
std::string http_response(int status, std::string_view content_type, std::string_view body,
                          bool head_only = false);

}  // namespace common::app
