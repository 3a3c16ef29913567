#include "common/transport/listener.hpp"

#include "common/transport/error.hpp"

#include <asio/basic_socket_acceptor.hpp>
#include <asio/ip/v6_only.hpp>
#include <spdlog/spdlog.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <utility>

namespace common::transport {

using asio::ip::tcp;

struct listener::door {
    explicit door(runtime::worker& home) : acceptor(home.io()), retry(home) {}
    asio::basic_socket_acceptor<tcp, asio::io_context::executor_type> acceptor;
    seam::timer retry;
};

namespace {

runtime::unique_fd open_spare() {
    return runtime::unique_fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

bool is_shortage(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

struct accepted_socket {
    int socket = -1;
    int error = 0;
    tcp::endpoint peer;
};

accepted_socket accept_one(int listening) {
    accepted_socket result;
    auto size = static_cast<socklen_t>(result.peer.capacity());
    result.socket = ::accept4(listening, result.peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    result.error = result.socket < 0 ? errno : 0;
    if (result.socket >= 0) result.peer.resize(size);
    return result;
}

}  // namespace

listener::listener(runtime::worker& home, runtime::worker_group& workers, connection_gate& gate,
                   listener_options options, handler accepted)
    : home_(home),
      workers_(workers),
      gate_(gate),
      wanted_(std::move(options.addresses)),
      shared_(std::make_shared<shared_state>()),
      spare_(open_spare()) {
    shared_->socket = options.socket;
    shared_->handshake_time_max = options.handshake_time_max;
    shared_->tls = options.tls;
    shared_->accepted = std::move(accepted);
}

listener::~listener() = default;

void listener::open() {
    for (const auto& each : wanted_) {
        const std::string shown =
            (each.host.find(':') == std::string::npos ? each.host : "[" + each.host + "]") + ":" +
            std::to_string(each.port);
        std::error_code error;
        tcp::resolver resolver(home_.io());
        const auto found = resolver.resolve(each.host, std::to_string(each.port),
                                            tcp::resolver::passive | tcp::resolver::numeric_service, error);
        if (error) throw std::system_error(portable(error), "cannot listen on " + shown);
        std::uint16_t port = each.port;
        for (const auto& entry : found) {
            // A name with several addresses has one port, also when it is a free one.
            open_one(tcp::endpoint(entry.endpoint().address(), port), shown);
            port = bound_.back().port();
        }
    }
    for (auto& each : doors_) wait(*each);
}

void listener::open_one(const tcp::endpoint& endpoint, const std::string& shown) {
    auto made = std::make_unique<door>(home_);
    auto& acceptor = made->acceptor;
    std::error_code error;
    const auto failed = [&] { return static_cast<bool>(error); };
    acceptor.open(endpoint.protocol(), error);
    if (!failed()) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!failed() && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
    if (!failed()) acceptor.bind(endpoint, error);
    if (!failed()) acceptor.listen(limits::accept_backlog, error);
    if (!failed()) acceptor.non_blocking(true, error);
    if (failed()) throw std::system_error(portable(error), "cannot listen on " + shown);
    bound_.push_back(acceptor.local_endpoint());
    doors_.push_back(std::move(made));
}

void listener::stop() {
    doors_.clear();
}

void listener::wait(door& at) {
    // The acceptor is destroyed with its door: the wait then ends with operation_aborted and touches nothing.
    at.acceptor.async_wait(tcp::acceptor::wait_read, [this, &at](std::error_code error) {
        if (error == asio::error::operation_aborted) return;
        accept_some(at);
    });
}

void listener::accept_some(door& at) {
    for (int i = 0; i < limits::accepts_per_turn_max; ++i) {
        const auto got = accept_one(at.acceptor.native_handle());
        if (got.socket >= 0) {
            hand_over(got.socket, got.peer);
            continue;
        }
        if (is_shortage(got.error)) return on_shortage(at, got.error);
        // Everything else is about the one connection that went away meanwhile.
        if (got.error == EAGAIN || got.error == EWOULDBLOCK) break;
    }
    wait(at);
}

void listener::on_shortage(door& at, int error) {
    if (shortages_++ % 100 == 0) {
        spdlog::warn("cannot accept connections: {}", std::generic_category().message(error));
    }
    // The peer in front hears at once that it does not get in, instead of waiting in the queue.
    spare_.reset();
    const auto refused = accept_one(at.acceptor.native_handle());
    if (refused.socket >= 0) ::close(refused.socket);
    spare_ = open_spare();
    at.retry.start(limits::accept_retry_delay, [this, &at] { accept_some(at); });
}

void listener::hand_over(int socket, const tcp::endpoint& peer) {
    runtime::unique_fd owned(socket);
    auto place = gate_.admit(to_text(peer), home_.mono_now());
    if (!place) return;
    runtime::worker& worker = workers_.pick();
    tcp_socket made(worker.io());
    std::error_code error;
    made.assign(peer.protocol(), owned.get(), error);
    if (error) return;
    owned.release();
    // std::function wants copies of what can only be moved.
    auto cargo =
        std::make_shared<std::pair<tcp_socket, connection_gate::ticket>>(std::move(made), *std::move(place));
    worker.post([shared = shared_, &worker, cargo] {
        receive_on_worker(shared, worker, std::move(cargo->first), std::move(cargo->second));
    });
}

void listener::receive_on_worker(const std::shared_ptr<shared_state>& shared, runtime::worker& worker,
                                 tcp_socket socket, connection_gate::ticket place) {
    const bool in_clear = shared->tls == nullptr;
    const auto made = in_clear ? socket_transport::plain(worker, std::move(socket), shared->socket)
                               : socket_transport::tls(worker, std::move(socket),
                                                       shared->tls->new_connection(), shared->socket);
    auto kept = std::make_shared<connection_gate::ticket>(std::move(place));
    // The wire keeps this handler, so the handler must not keep the wire: they would outlive the loop
    // together.
    auto done = [shared, &worker, kept, link = std::weak_ptr(made)](std::error_code error) {
        const auto wire = link.lock();
        if (!wire) return;
        std::optional<trust::channel> channel;
        if (!error && wire->tls() != nullptr) {
            auto bound = trust::tls_channel(wire->tls());
            if (bound) {
                channel = *std::move(bound);
            } else {
                error = bound.error();
                wire->close(seam::byte_transport::close_mode::abort);
            }
        }
        if (error) {
            ++shared->failed_handshakes;
            kept->punish(worker.mono_now());
            spdlog::info("{}: no handshake: {}", wire->peer(), error.message());
            return;
        }
        shared->accepted(accepted_connection{worker, wire, std::move(*kept), std::move(channel)});
    };
    made->handshake(shared->handshake_time_max, std::move(done));
}

}  // namespace common::transport
