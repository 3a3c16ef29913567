// Answers GET /metrics and GET /healthz for operators.
//
//   metrics_server server(io, registry, [&] { return !draining; });
//   const auto port = server.listen({"127.0.0.1", 9100});     throws failure when the address cannot be had
//   server.stop();                                            before the loop ends
//
// Everything runs on one thread, the one that runs `io`. At most limits::metrics_connections_max connections
// at a time, each for one request of limits::metrics_request_bytes_max bytes and limits::metrics_deadline.
#pragma once

#include "common/app/addresses.hpp"
#include "common/app/metrics.hpp"

#include <asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>

namespace common::app {

class metrics_server {
  public:
    using health_check = std::function<bool()>;  // false: /healthz answers 503

    metrics_server(asio::io_context& io, const metrics_registry& registry, health_check healthy);
    ~metrics_server();
    metrics_server(const metrics_server&) = delete;
    metrics_server& operator=(const metrics_server&) = delete;

    // Returns the port in use. `where.host` is a numeric address or "localhost".
    // Throws failure(exit_code::failed, "metrics").
    std::uint16_t listen(const address& where);

    // Closes everything at once; the registry is not used any more.
    void stop();

  private:
    struct acceptor;
    std::shared_ptr<acceptor> acceptor_;
};

}  // namespace common::app
