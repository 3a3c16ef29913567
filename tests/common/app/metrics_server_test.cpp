#include "common/app/metrics_server.hpp"

#include "common/app/failure.hpp"
#include "common/app/limits.hpp"
#include "tests/catch.hpp"

#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace common::app;
using asio::ip::tcp;

namespace {

// A metrics server on a loop of its own thread.
class running_server {
  public:
    running_server() : server_(io_, registry_, [this] { return healthy_.load(); }) {
        registry_.add_counter("up_total", "Up").add();
        port_ = server_.listen({"127.0.0.1", 0});
        thread_ = std::thread([this] { io_.run(); });
    }
    ~running_server() {
        asio::post(io_, [this] { server_.stop(); });
        thread_.join();
    }

    void set_healthy(bool value) { healthy_ = value; }

    tcp::socket connect() {
        tcp::socket socket(io_);
        socket.connect({asio::ip::address_v4::loopback(), port_});
        return socket;
    }

    std::string ask(const std::string& request) {
        tcp::socket socket = connect();
        asio::write(socket, asio::buffer(request));
        return read_all(socket);
    }

    static std::string read_all(tcp::socket& socket) {
        std::string answer;
        std::error_code error;
        asio::read(socket, asio::dynamic_buffer(answer), error);
        return answer;
    }

  private:
    asio::io_context io_;
    metrics_registry registry_;
    std::atomic<bool> healthy_{true};
    metrics_server server_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

std::string status_line(const std::string& answer) {
    return answer.substr(0, answer.find("\r\n"));
}

}  // namespace

TEST_CASE("metrics_server answers scrapes and health checks") {
    running_server server;
    const std::string answer = server.ask("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(status_line(answer) == "HTTP/1.1 200 OK");
    CHECK(answer.substr(answer.find("\r\n\r\n") + 4) ==
          "# HELP up_total Up\n# TYPE up_total counter\nup_total 1\n");
    CHECK(status_line(server.ask("GET /healthz HTTP/1.0\r\n\r\n")) == "HTTP/1.1 200 OK");
    server.set_healthy(false);
    CHECK(status_line(server.ask("GET /healthz HTTP/1.0\r\n\r\n")) == "HTTP/1.1 503 Service Unavailable");
    CHECK(status_line(server.ask("GET / HTTP/1.1\r\n\r\n")) == "HTTP/1.1 404 Not Found");
    CHECK(status_line(server.ask("DELETE /metrics HTTP/1.1\r\n\r\n")) == "HTTP/1.1 405 Method Not Allowed");
    CHECK(status_line(server.ask("nonsense\r\n\r\n")) == "HTTP/1.1 400 Bad Request");
}

TEST_CASE("metrics_server takes a request byte by byte and refuses an endless one") {
    running_server server;
    tcp::socket slow = server.connect();
    for (const char byte : std::string("GET /healthz HTTP/1.1\r\n\r\n"))
        asio::write(slow, asio::buffer(&byte, 1));
    CHECK(status_line(running_server::read_all(slow)) == "HTTP/1.1 200 OK");
    const std::string endless(limits::metrics_request_bytes_max, 'x');
    CHECK(status_line(server.ask(endless)) == "HTTP/1.1 431 Request Header Fields Too Large");
}

TEST_CASE("metrics_server closes connections above its limit and serves again afterwards") {
    running_server server;
    std::vector<tcp::socket> idle;
    for (std::size_t i = 0; i < limits::metrics_connections_max; ++i) idle.push_back(server.connect());
    tcp::socket refused = server.connect();
    CHECK(running_server::read_all(refused).empty());
    asio::write(idle.front(), asio::buffer(std::string("GET /healthz HTTP/1.1\r\n\r\n")));
    CHECK(status_line(running_server::read_all(idle.front())) == "HTTP/1.1 200 OK");
    CHECK(status_line(server.ask("GET /healthz HTTP/1.1\r\n\r\n")) == "HTTP/1.1 200 OK");
}

TEST_CASE("metrics_server says why it cannot listen") {
    asio::io_context io;
    metrics_registry registry;
    metrics_server first(io, registry, [] { return true; });
    const auto port = first.listen({"127.0.0.1", 0});
    metrics_server second(io, registry, [] { return true; });
    CHECK_THROWS_AS(second.listen({"127.0.0.1", port}), failure);
    metrics_server third(io, registry, [] { return true; });
    CHECK_THROWS_AS(third.listen({"not-numeric", 0}), failure);
}
