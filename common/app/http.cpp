#include "common/app/http.hpp"

#include <algorithm>

namespace common::app {
namespace {

const char* reason_of(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 400:
            return "Bad Request";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 431:
            return "Request Header Fields Too Large";
        case 503:
            return "Service Unavailable";
        default:
            return "Error";
    }
}

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

http_request malformed() {
    return {.parsed = http_request::state::malformed, .method = {}, .path = {}};
}

}  // namespace

http_request parse_http_request(std::string_view received) {
    if (received.find("\r\n\r\n") == std::string_view::npos) return {};
    const std::string_view line = received.substr(0, received.find("\r\n"));
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return malformed();
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return malformed();
    if (method.empty() || !is_printable(method) || !target.starts_with('/') || !is_printable(target)) {
        return malformed();
    }
    return {.parsed = http_request::state::complete,
            .method = method,
            .path = target.substr(0, target.find('?'))};
}

std::string http_response(int status, std::string_view content_type, std::string_view body, bool head_only) {
    std::string out = "HTTP/1.1 " + std::to_string(status) + " " + reason_of(status) + "\r\n";
    out.append("Content-Type: ").append(content_type).append("\r\n");
    out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    if (status == 405) out += "Allow: GET, HEAD\r\n";
    out += "Connection: close\r\n\r\n";
    if (!head_only) out += body;
    return out;
}

}  // namespace common::app
