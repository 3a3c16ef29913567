#include "common/transport/socket_transport.hpp"

#include "common/transport/error.hpp"

#include <array>
#include <utility>

namespace common::transport {

std::string to_text(const asio::ip::tcp::endpoint& endpoint) {
    const std::string address = endpoint.address().to_string();
    const std::string port = std::to_string(endpoint.port());
    return endpoint.address().is_v6() ? "[" + address + "]:" + port : address + ":" + port;
}

namespace {

std::string peer_of(const tcp_socket& socket) {
    std::error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    return error ? "unknown" : to_text(endpoint);
}

}  // namespace

socket_transport::socket_transport(runtime::worker& home, tcp_socket socket, const socket_options& options)
    : home_(home),
      socket_(std::move(socket)),
      options_(options),
      peer_(peer_of(socket_)),
      load_(home),
      handshake_limit_(home),
      low_water_guard_(home),
      stall_timer_(home),
      close_limit_(home) {
    std::error_code ignored;  // a socket that is broken already says so at the first read
    socket_.non_blocking(true, ignored);
    apply(options, socket_.native_handle());
}

socket_transport::~socket_transport() = default;

std::shared_ptr<socket_transport> socket_transport::plain(runtime::worker& home, tcp_socket socket,
                                                          const socket_options& options) {
    std::shared_ptr<socket_transport> made(new socket_transport(home, std::move(socket), options));
    made->io_ = std::make_unique<plain_io>(made->socket_.native_handle());
    return made;
}

std::shared_ptr<socket_transport> socket_transport::tls(runtime::worker& home, tcp_socket socket,
                                                        trust::openssl_handle<SSL> ssl,
                                                        const socket_options& options) {
    std::shared_ptr<socket_transport> made(new socket_transport(home, std::move(socket), options));
    auto io =
        std::make_unique<tls_io>(made->socket_.native_handle(), std::move(ssl), options.tls_batch_bytes);
    made->tls_ = io.get();
    made->io_ = std::move(io);
    return made;
}

SSL* socket_transport::tls() const {
    return tls_ == nullptr ? nullptr : tls_->native();
}

std::string socket_transport::tls_error_text() const {
    return tls_ == nullptr ? "" : tls_->error_text();
}

// --- handshake

void socket_transport::handshake(seam::duration limit, handshake_done done) {
    handshake_done_ = std::move(done);
    handshake_limit_.start(limit, [self = weak_from_this()] {
        if (const auto alive = self.lock()) alive->finish_handshake(transport_error::handshake_timeout);
    });
    home_.post([self = shared_from_this()] { self->step_handshake(); });
}

void socket_transport::step_handshake() {
    if (!handshake_done_) return;
    const auto progress = tls_ == nullptr ? tls_io::progress::done : tls_->handshake();
    const auto again = [self = shared_from_this()](std::error_code) { self->step_handshake(); };
    switch (progress) {
        case tls_io::progress::done:
            return finish_handshake({});
        case tls_io::progress::failed:
            return finish_handshake(tls_->error());
        case tls_io::progress::wants_read:
            return socket_.async_wait(tcp_socket::wait_read, again);
        case tls_io::progress::wants_write:
            return socket_.async_wait(tcp_socket::wait_write, again);
    }
}

void socket_transport::finish_handshake(std::error_code error) {
    handshake_limit_.stop();
    const auto done = std::exchange(handshake_done_, nullptr);
    if (error) close(close_mode::flush);
    if (done) done(error);
}

// --- reading

void socket_transport::start(seam::transport_events& events) {
    events_ = &events;
    // Not a wait: TLS may have received more than its handshake.
    schedule_read_turn();
}

void socket_transport::resume_reading() {
    if (std::exchange(paused_, false)) schedule_read_turn();
}

void socket_transport::schedule_read_turn() {
    if (events_ == nullptr || std::exchange(read_scheduled_, true)) return;
    home_.post([self = shared_from_this()] {
        self->read_scheduled_ = false;
        self->read_turn();
    });
}

void socket_transport::wait_readable() {
    if (std::exchange(waiting_readable_, true)) return;
    socket_.async_wait(tcp_socket::wait_read, [self = shared_from_this()](std::error_code error) {
        self->waiting_readable_ = false;
        if (!error) self->read_turn();
    });
}

void socket_transport::read_turn() {
    std::size_t budget = limits::read_turn_bytes_max;
    while (reading()) {
        const auto out = events_->prepare_read();
        if (!reading()) return;
        const auto got = io_->receive(out);
        pace_.note(got.bytes, home_.mono_now());
        if (got.bytes > 0) events_->on_bytes(got.bytes);
        if (events_ == nullptr) return;
        if (got.ended || got.error) return end_events(got.error);
        if (got.drained) {
            if (send_error_) return end_events(send_error_);
            apply_low_water();
            return wait_readable();
        }
        if (got.bytes >= budget) return schedule_read_turn();
        budget -= got.bytes;
    }
}

void socket_transport::expect_bytes(std::size_t count) {
    pace_.expect(count);
}

// Called before waiting only: within a turn bytes are taken as they come.
void socket_transport::apply_low_water() {
    const std::size_t wanted = pace_.low_water(io_->held_back_bytes_max());
    if (wanted == low_water_) return;
    low_water_ = wanted;
    set_receive_low_water(socket_.native_handle(), wanted);
    if (wanted > 1 && !low_water_guard_.running()) guard_low_water();
}

// Whatever we believed about the bytes to come: when none come for a while, every single one counts again.
void socket_transport::guard_low_water() {
    low_water_guard_.start(limits::low_water_patience, [this, turns = pace_.turns()] {
        if (low_water_ == 1) return;
        if (pace_.turns() != turns) return guard_low_water();
        pace_.note_silence();
        low_water_ = 1;
        set_receive_low_water(socket_.native_handle(), 1);
        // The wait that is under way looked with the old mark: look again.
        schedule_read_turn();
    });
}

// --- writing

std::size_t socket_transport::try_write(std::span<const seam::const_bytes> pieces) {
    if (events_ == nullptr || send_error_) return 0;
    const auto put = io_->send(pieces);
    if (put.error) on_send_error(put.error);
    return put.bytes;
}

// What the peer sent before it broke the stream is still to be read; it often says why.
void socket_transport::on_send_error(std::error_code error) {
    send_error_ = error;
    if (!paused_) return schedule_read_turn();
    home_.post([self = shared_from_this()] { self->end_events(self->send_error_); });
}

void socket_transport::want_writable() {
    if (events_ == nullptr || send_error_ || std::exchange(writable_wanted_, true)) return;
    wait_writable();
    stall_timer_.start(limits::stall_check_period, [this] { check_stall(); });
}

void socket_transport::wait_writable() {
    if (std::exchange(waiting_writable_, true)) return;
    socket_.async_wait(tcp_socket::wait_write, [self = shared_from_this()](std::error_code error) {
        self->waiting_writable_ = false;
        if (!error) self->on_socket_writable();
    });
}

void socket_transport::on_socket_writable() {
    if (closing_) return finish_closing();
    if (events_ == nullptr) return;
    const auto held = io_->flush();
    if (held.error) return on_send_error(held.error);
    if (held.bytes > 0) return wait_writable();
    if (!std::exchange(writable_wanted_, false)) return;
    stall_timer_.stop();
    if (std::exchange(patient_, false)) set_user_timeout(socket_.native_handle(), options_.user_timeout);
    events_->on_writable();
}

// The user timeout would also end a peer whose kernel answers while its program has stopped reading. That
// peer is slow, not dead, and nobody is dropped for being slow: as long as its window is closed we look
// for ourselves.
void socket_transport::check_stall() {
    if (events_ == nullptr) return;
    const auto found = look_at_stall(socket_.native_handle());
    if (found == stall::peer_dead) return end_events(transport_error::peer_dead);
    const bool patient = found == stall::window_closed;
    if (patient != patient_) {
        patient_ = patient;
        set_user_timeout(socket_.native_handle(), patient ? seam::duration::zero() : options_.user_timeout);
    }
    stall_timer_.start(limits::stall_check_period, [this] { check_stall(); });
}

// --- ending

void socket_transport::end_events(std::error_code why) {
    auto* events = std::exchange(events_, nullptr);
    if (events == nullptr) return;
    const auto self = shared_from_this();
    close_socket();
    events->on_closed(why);
}

void socket_transport::close(close_mode mode) {
    events_ = nullptr;
    handshake_done_ = nullptr;
    handshake_limit_.stop();
    stall_timer_.stop();
    low_water_guard_.stop();
    if (!socket_.is_open() || closing_) return;
    if (mode == close_mode::abort) {
        set_abortive_close(socket_.native_handle());
        return close_socket();
    }
    closing_ = true;
    close_limit_.start(limits::flush_time_max, [this] { close_socket(); });
    if (low_water_ > 1) set_receive_low_water(socket_.native_handle(), 1);
    io_->end();
    home_.post([self = shared_from_this()] { self->finish_closing(); });
}

// Last bytes, then the end of our direction, then the peer's end: closing earlier could reset the
// connection and take from the peer what it has not read yet.
void socket_transport::finish_closing() {
    if (!socket_.is_open()) return;
    const auto held = io_->flush();
    if (held.error) return close_socket();
    if (held.bytes > 0) return wait_writable();
    std::error_code error;
    socket_.shutdown(tcp_socket::shutdown_send, error);
    if (error) return close_socket();
    discard_until_end();
}

void socket_transport::discard_until_end() {
    plain_io raw(socket_.native_handle());
    std::array<std::byte, 16 * 1024> nowhere;
    for (;;) {
        const auto got = raw.receive(nowhere);
        discarded_bytes_ += got.bytes;
        if (got.ended || got.error || discarded_bytes_ > limits::linger_bytes_max) return close_socket();
        if (got.drained) break;
    }
    socket_.async_wait(tcp_socket::wait_read, [self = shared_from_this()](std::error_code error) {
        if (!error && self->socket_.is_open()) self->discard_until_end();
    });
}

void socket_transport::close_socket() {
    closing_ = false;
    stall_timer_.stop();
    low_water_guard_.stop();
    close_limit_.stop();
    std::error_code ignored;
    socket_.close(ignored);
}

}  // namespace common::transport
