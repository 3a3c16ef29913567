#include "common/app/metrics_server.hpp"

#include "common/app/failure.hpp"
#include "common/app/http.hpp"
#include "common/app/limits.hpp"

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

#include <array>
#include <string>
#include <unordered_set>

namespace common::app {
namespace {

using asio::ip::tcp;
using request_handler = std::function<std::string(const http_request&)>;

// One request, one answer, then the end; the deadline covers all of it.
class http_connection : public std::enable_shared_from_this<http_connection> {
  public:
    http_connection(tcp::socket socket, request_handler answer, std::function<void(http_connection&)> ended)
        : socket_(std::move(socket)),
          deadline_(socket_.get_executor()),
          answer_(std::move(answer)),
          ended_(std::move(ended)) {}

    void start() {
        deadline_.expires_after(limits::metrics_deadline);
        deadline_.async_wait([self = shared_from_this()](std::error_code error) {
            if (!error) self->close();
        });
        read();
    }

    void close() {
        if (!socket_.is_open()) return;
        std::error_code ignored;
        socket_.close(ignored);
        deadline_.cancel();
        ended_(*this);
    }

  private:
    void read() {
        const auto free = asio::buffer(request_.data() + filled_, request_.size() - filled_);
        socket_.async_read_some(free, [self = shared_from_this()](std::error_code error, std::size_t count) {
            if (error || !self->socket_.is_open()) return self->close();
            self->filled_ += count;
            self->on_bytes();
        });
    }

    void on_bytes() {
        const http_request request = parse_http_request({request_.data(), filled_});
        if (request.parsed != http_request::state::incomplete) return write(answer_(request));
        if (filled_ < request_.size()) return read();
        write(http_response(431, "text/plain", "request too large\n"));
    }

    void write(std::string response) {
        response_ = std::move(response);
        asio::async_write(socket_, asio::buffer(response_),
                          [self = shared_from_this()](std::error_code, std::size_t) { self->close(); });
    }

    tcp::socket socket_;
    asio::steady_timer deadline_;
    request_handler answer_;
    std::function<void(http_connection&)> ended_;
    std::array<char, limits::metrics_request_bytes_max> request_{};
    std::size_t filled_ = 0;
    std::string response_;
};

failure cannot_listen(const address& where, const std::error_code& why) {
    return {exit_code::failed, "metrics", "cannot serve metrics on " + format_address(where), why.message(),
            "choose another address with --metrics"};
}

tcp::endpoint resolve_numeric(const address& where) {
    std::error_code error;
    const auto ip = asio::ip::make_address(where.host == "localhost" ? "127.0.0.1" : where.host, error);
    if (error) throw cannot_listen(where, error);
    return {ip, where.port};
}

}  // namespace

struct metrics_server::acceptor : std::enable_shared_from_this<metrics_server::acceptor> {
    acceptor(asio::io_context& io, const metrics_registry& metrics, health_check check)
        : listener(io), retry(io), registry(metrics), healthy(std::move(check)) {}

    std::string answer(const http_request& request) const {
        if (request.parsed == http_request::state::malformed) {
            return http_response(400, "text/plain", "bad request\n");
        }
        const bool head = request.method == "HEAD";
        if (!head && request.method != "GET") return http_response(405, "text/plain", "only GET and HEAD\n");
        if (request.path == "/metrics") {
            return http_response(200, "text/plain; version=0.0.4; charset=utf-8", render_prometheus(registry),
                                 head);
        }
        if (request.path != "/healthz") return http_response(404, "text/plain", "not found\n", head);
        const bool well = healthy();
        return http_response(well ? 200 : 503, "text/plain", well ? "ok\n" : "not ready\n", head);
    }

    void accept() {
        listener.async_accept([self = shared_from_this()](std::error_code error, tcp::socket socket) {
            if (!self->listener.is_open()) return;
            if (error) return self->accept_later();
            self->serve(std::move(socket));
            self->accept();
        });
    }

    // Out of descriptors, most likely: trying again at once would only spin.
    void accept_later() {
        retry.expires_after(limits::metrics_accept_retry);
        retry.async_wait([self = shared_from_this()](std::error_code error) {
            if (!error && self->listener.is_open()) self->accept();
        });
    }

    void serve(tcp::socket socket) {
        if (connections.size() >= limits::metrics_connections_max) return;  // closes the socket
        const auto connection = std::make_shared<http_connection>(
            std::move(socket), [this](const http_request& request) { return answer(request); },
            [this](http_connection& ended) { connections.erase(ended.shared_from_this()); });
        connections.insert(connection);
        connection->start();
    }

    void stop() {
        std::error_code ignored;
        listener.close(ignored);
        retry.cancel();
        const auto open = std::move(connections);
        connections.clear();
        for (const auto& connection : open) connection->close();
    }

    tcp::acceptor listener;
    asio::steady_timer retry;
    const metrics_registry& registry;
    health_check healthy;
    std::unordered_set<std::shared_ptr<http_connection>> connections;
};

metrics_server::metrics_server(asio::io_context& io, const metrics_registry& registry, health_check healthy)
    : acceptor_(std::make_shared<acceptor>(io, registry, std::move(healthy))) {}

metrics_server::~metrics_server() {
    stop();
}

std::uint16_t metrics_server::listen(const address& where) {
    const tcp::endpoint endpoint = resolve_numeric(where);
    std::error_code error;
    tcp::acceptor& listener = acceptor_->listener;
    listener.open(endpoint.protocol(), error);
    if (!error) listener.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) listener.bind(endpoint, error);
    if (!error) listener.listen(asio::socket_base::max_listen_connections, error);
    if (error) throw cannot_listen(where, error);
    acceptor_->accept();
    return listener.local_endpoint().port();
}

void metrics_server::stop() {
    acceptor_->stop();
}

}  // namespace common::app
