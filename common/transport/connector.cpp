#include "common/transport/connector.hpp"

#include "common/transport/address_order.hpp"
#include "common/transport/error.hpp"

#include <asio/use_awaitable.hpp>

#include <utility>

namespace common::transport {

using asio::ip::tcp;

struct connector::attempt {
    attempt(asio::io_context& io, const tcp::endpoint& to) : socket(io), address(to) {}
    tcp_socket socket;
    const tcp::endpoint address;
};

connector::connector(runtime::worker& home, connect_target target, connect_options options, handler done)
    : home_(home),
      target_(std::move(target)),
      options_(std::move(options)),
      done_(std::move(done)),
      resolver_(home.io()),
      stagger_(home),
      deadline_(home),
      started_at_(home.mono_now()) {
    result_.pin.expected = options_.expected_key;
}

std::shared_ptr<connector> connector::start(runtime::worker& home, connect_target target,
                                            connect_options options, handler done) {
    std::shared_ptr<connector> made(
        new connector(home, std::move(target), std::move(options), std::move(done)));
    made->resolve();
    return made;
}

void connector::resolve() {
    // The deadline keeps the connector alive, whoever else lets go of it.
    deadline_.start(options_.time_max, [this, self = shared_from_this()] {
        finish(first_error_ ? first_error_ : make_error_code(transport_error::connect_timeout));
    });
    auto resolved = [self = shared_from_this()](std::error_code error,
                                                const tcp::resolver::results_type& found) {
        if (!self->done_) return;
        if (error) {
            self->result_.detail = error.message();
            return self->finish(transport_error::no_address);
        }
        std::vector<tcp::endpoint> addresses;
        for (const auto& each : found) addresses.push_back(each.endpoint());
        self->addresses_ = in_attempt_order(addresses);
        self->start_next();
    };
    resolver_.async_resolve(target_.host, std::to_string(target_.port), tcp::resolver::numeric_service,
                            std::move(resolved));
}

void connector::start_next() {
    stagger_.stop();
    if (next_address_ == addresses_.size()) return;
    auto one = std::make_shared<attempt>(home_.io(), addresses_[next_address_++]);
    attempts_.push_back(one);
    ++running_;
    one->socket.async_connect(one->address, [self = shared_from_this(), one](std::error_code error) {
        self->on_attempt(*one, error);
    });
    if (next_address_ < addresses_.size()) {
        stagger_.start(limits::connect_stagger, [this] { start_next(); });
    }
}

void connector::on_attempt(attempt& one, std::error_code error) {
    --running_;
    if (!done_ || result_.wire) return;
    if (!error) {
        result_.detail = to_text(one.address);
        return shake_hands(std::move(one.socket));
    }
    if (!first_error_) {
        first_error_ = portable(error);
        result_.detail = to_text(one.address);
    }
    if (next_address_ < addresses_.size()) return start_next();
    if (running_ == 0) finish(first_error_);
}

void connector::shake_hands(tcp_socket socket) {
    stagger_.stop();
    close_attempts();
    result_.wire = options_.tls
                       ? socket_transport::tls(home_, std::move(socket),
                                               options_.tls->new_connection(result_.pin), options_.socket)
                       : socket_transport::plain(home_, std::move(socket), options_.socket);
    const auto left = started_at_ + options_.time_max - home_.mono_now();
    const auto time_max = std::max<seam::duration>(left, seam::duration(1));
    // Not `self`: the wire keeps this handler and we keep the wire.
    result_.wire->handshake(time_max, [link = weak_from_this()](std::error_code error) {
        if (const auto self = link.lock()) self->finish(error);
    });
}

void connector::finish(std::error_code error) {
    const auto self = shared_from_this();
    const auto done = std::exchange(done_, nullptr);
    if (!done) return;
    if (!error && options_.tls) {
        auto bound = trust::tls_channel(result_.wire->tls());
        if (bound) {
            result_.channel = *std::move(bound);
        } else {
            error = bound.error();
        }
    }
    if (error && result_.wire) {
        if (options_.tls && !result_.wire->tls_error_text().empty()) {
            result_.detail += ": " + result_.wire->tls_error_text();
        }
        if (error == transport_error::connect_timeout) error = transport_error::handshake_timeout;
    }
    result_.error = error;
    auto result = std::move(result_);
    release();
    if (error && result.wire)
        std::exchange(result.wire, nullptr)->close(seam::byte_transport::close_mode::abort);
    done(std::move(result));
}

void connector::cancel() {
    const auto self = shared_from_this();
    done_ = nullptr;
    release();
    if (auto wire = std::exchange(result_.wire, nullptr))
        wire->close(seam::byte_transport::close_mode::abort);
}

void connector::release() {
    stagger_.stop();
    deadline_.stop();
    resolver_.cancel();
    close_attempts();
}

// The handlers of attempts that lost still hold them: close their sockets, so that they end now.
void connector::close_attempts() {
    std::error_code ignored;
    for (auto& each : std::exchange(attempts_, {})) each->socket.close(ignored);
}

asio::awaitable<connect_result> connect(runtime::worker& home, connect_target target,
                                        connect_options options) {
    auto initiate = [&home, &target, &options](auto resume) {
        // std::function wants copies; the coroutine's continuation can only be moved.
        const auto kept = std::make_shared<decltype(resume)>(std::move(resume));
        connector::start(home, std::move(target), std::move(options),
                         [kept](connect_result result) { std::move (*kept)(std::move(result)); });
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(connect_result)>(
        initiate, asio::use_awaitable);
}

}  // namespace common::transport
