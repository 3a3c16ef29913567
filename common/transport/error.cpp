#include "common/transport/error.hpp"

#include <asio/error.hpp>

#include <string>

namespace common::transport {

namespace {

class category final : public std::error_category {
  public:
    const char* name() const noexcept override { return "transport"; }
    std::string message(int value) const override {
        switch (static_cast<transport_error>(value)) {
            case transport_error::truncated:
                return "the connection was cut off";
            case transport_error::tls_failed:
                return "TLS failed";
            case transport_error::not_tls:
                return "the other side does not speak TLS";
            case transport_error::wrong_application:
                return "the other side is another kind of server";
            case transport_error::wrong_key:
                return "the server's key is not the expected one";
            case transport_error::handshake_timeout:
                return "the handshake took too long";
            case transport_error::connect_timeout:
                return "no answer in time";
            case transport_error::no_address:
                return "the name has no address";
            case transport_error::peer_dead:
                return "the other host does not answer any more";
        }
        return "unknown transport error";
    }
};

}  // namespace

const std::error_category& transport_category() {
    static const category instance;
    return instance;
}

std::error_code portable(std::error_code error) {
    if (error.category() != asio::error::get_system_category()) return error;
    return {error.value(), std::generic_category()};
}

}  // namespace common::transport
