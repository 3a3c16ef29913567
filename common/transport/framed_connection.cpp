#include "common/transport/framed_connection.hpp"

#include "protocol/session/messages.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace common::transport {

using close_mode = seam::byte_transport::close_mode;
namespace session = protocol::session;

std::shared_ptr<framed_connection> framed_connection::create(seam::event_loop& loop,
                                                             std::shared_ptr<seam::byte_transport> transport,
                                                             stream::buffer_pool& pool,
                                                             const connection_limits& bounds) {
    return std::shared_ptr<framed_connection>(
        new framed_connection(loop, std::move(transport), pool, bounds));
}

framed_connection::framed_connection(seam::event_loop& loop, std::shared_ptr<seam::byte_transport> transport,
                                     stream::buffer_pool& pool, const connection_limits& bounds)
    : loop_(loop),
      transport_(std::move(transport)),
      bounds_(bounds),
      reader_(pool, bounds.payload_bytes_max),
      watch_(bounds.watch, loop.mono_now()),
      watch_timer_(loop),
      flush_limit_(loop) {}

framed_connection::~framed_connection() {
    if (started_ && transport_open_) transport_->close(close_mode::abort);
}

void framed_connection::start(connection_events& session) {
    session_ = &session;
    started_ = true;
    transport_->start(*this);
    check_watch();
}

void framed_connection::hand_over(connection_events& session) {
    session_ = &session;
    if (closed()) loop_.post([self = shared_from_this()] { self->tell_closed(); });
}

void framed_connection::detach() {
    session_ = nullptr;
    end(close_reason::local, {}, close_mode::flush);
}

void framed_connection::set_established(std::size_t payload_bytes_max) {
    established_ = true;
    reader_.set_payload_bytes_max(payload_bytes_max);
}

// --- reading

seam::mutable_bytes framed_connection::prepare_read() {
    const auto room = reader_.prepare();
    read_began_ = loop_.mono_now();
    if (!room.empty()) return room;
    end(close_reason::no_memory, std::make_error_code(std::errc::not_enough_memory), close_mode::abort);
    // The transport may not be given nothing; what lands here is never looked at.
    static thread_local std::array<std::byte, 64> nowhere;
    return nowhere;
}

void framed_connection::on_bytes(std::size_t count) {
    if (closed()) return;
    const auto self = shared_from_this();
    watch_.on_received(loop_.mono_now());
    reader_.commit(count);
    deliver_frames();
    times_.reading += loop_.mono_now() - read_began_;
}

link_times framed_connection::times() const {
    link_times now = times_;
    if (waiting_writable_) now.blocked += loop_.mono_now() - blocked_since_;
    return now;
}

void framed_connection::deliver_frames() {
    bool new_frame = false;
    while (reading_wanted()) {
        const auto step = reader_.next();
        if (step.state == frame_reader::state::more) break;
        if (step.state == frame_reader::state::failed) {
            refuse(step.error);
            break;
        }
        handle(step.frame);
        reader_.consume();
        new_frame = true;
        update_backlog();
    }
    if (closed()) return;
    watch_.on_unread(reader_.unread_bytes(), new_frame, loop_.mono_now());
    if (reading_wanted()) {
        if (stream_ended_) return conclude_stream();
        transport_->expect_bytes(reader_.missing_bytes());
    }
    apply_reading();
}

void framed_connection::handle(const incoming_frame& frame) {
    if (established_ && frame.header.type == session::ping::type) {
        session::ping asked;
        if (protocol::wire::decode(frame.payload, asked) != protocol::error_code::none) {
            return refuse(protocol::error_code::malformed);
        }
        // Only the last ping is answered, so that pings cost a peer that does not read nothing here.
        pong_due_ = true;
        pong_token_ = asked.token;
        return schedule_flush();
    }
    if (established_ && frame.header.type == session::pong::type) {
        session::pong answer;
        const auto error = protocol::wire::decode(frame.payload, answer);
        if (error == protocol::error_code::none && session_ != nullptr) session_->on_pong(answer.token);
        return;
    }
    if (session_ != nullptr) session_->on_frame(frame);
}

void framed_connection::refuse(protocol::error_code why) {
    session::refusal told;
    told.code = static_cast<std::uint16_t>(why);
    told.reason = protocol::name_of(why);
    send(told);
    end(close_reason::protocol_error, make_error_code(why), close_mode::flush);
}

void framed_connection::pause_reading() {
    paused_ = true;
    apply_reading();
}

void framed_connection::resume_reading() {
    if (!std::exchange(paused_, false)) return;
    watch_.on_resumed(loop_.mono_now());
    schedule_delivery();
}

// What is here already goes first; only then the transport is asked for more.
void framed_connection::schedule_delivery() {
    if (std::exchange(delivery_scheduled_, true)) return;
    loop_.post([self = shared_from_this()] {
        self->delivery_scheduled_ = false;
        self->deliver_frames();
    });
}

void framed_connection::apply_reading() {
    const bool pause = !reading_wanted() || delivery_scheduled_;
    if (!transport_open_ || pause == transport_paused_) return;
    transport_paused_ = pause;
    if (pause) {
        transport_->pause_reading();
    } else {
        transport_->resume_reading();
    }
}

void framed_connection::update_backlog() {
    if (bounds_.backlog_bytes_max == 0) return;
    const std::size_t waiting = outbox_.answer_bytes();
    if (waiting > bounds_.backlog_bytes_max) {
        backlogged_ = true;
        apply_reading();
    } else if (backlogged_ && waiting <= bounds_.backlog_bytes_max / 2) {
        backlogged_ = false;
        watch_.on_resumed(loop_.mono_now());
        schedule_delivery();
    }
}

// --- writing

bool framed_connection::admit() {
    if (closed() || !transport_open_) return false;
    if (outbox_.answer_bytes() <= bounds_.outbox_bytes_max) return true;
    end(close_reason::outbox_overflow, {}, close_mode::abort);
    return false;
}

std::size_t framed_connection::room_bytes() const {
    return bounds_.outbox_bytes_max - std::min(bounds_.outbox_bytes_max, outbox_.answer_bytes());
}

void framed_connection::send_encoded(seam::const_bytes frames) {
    if (!admit()) return;
    outbox_.append(frames);
    schedule_flush();
}

void framed_connection::send_encoded(stream::slice frames) {
    if (!admit()) return;
    outbox_.append(std::move(frames));
    schedule_flush();
}

void framed_connection::want_fill() {
    fill_wanted_ = true;
    schedule_flush();
}

void framed_connection::fill_now() {
    fill_wanted_ = true;
    if (waiting_writable_ || !transport_open_) return;
    const auto self = shared_from_this();
    flush();
}

void framed_connection::schedule_flush() {
    if (flush_scheduled_ || waiting_writable_ || !transport_open_) return;
    flush_scheduled_ = true;
    loop_.post([self = shared_from_this()] {
        self->flush_scheduled_ = false;
        self->flush();
    });
}

void framed_connection::on_writable() {
    const auto self = shared_from_this();
    waiting_writable_ = false;
    times_.blocked += loop_.mono_now() - blocked_since_;
    flush();
}

void framed_connection::flush() {
    std::size_t budget = limits::flush_turn_bytes_max;
    while (transport_open_ && !waiting_writable_ && write_some(budget)) {
    }
    if (!transport_open_) return;
    if (closed()) {
        if (outbox_.empty()) end_transport(close_mode::flush);
        return;
    }
    if (outbox_.empty()) watch_.on_written(loop_.mono_now());
    update_backlog();
}

// One gather write; false when there is nothing more to do in this turn.
bool framed_connection::write_some(std::size_t& budget) {
    add_pong();
    if (fill_wanted_ && !closed() && outbox_.size_bytes() < bounds_.outbox_low_water_bytes) {
        const std::size_t before = outbox_.size_bytes();
        outbox_.set_bulk(true);
        // The session may ask again from inside fill().
        fill_wanted_ = false;
        if (session_ != nullptr && session_->fill(outbox_) && outbox_.size_bytes() > before)
            fill_wanted_ = true;
        outbox_.set_bulk(false);
    }
    if (outbox_.empty() || !transport_open_) return false;

    std::array<seam::const_bytes, limits::gather_pieces_max> pieces;
    const auto gathered = std::span(pieces).first(outbox_.gather(pieces));
    std::size_t offered = 0;
    for (const auto& piece : gathered) offered += piece.size();
    const std::size_t taken = transport_->try_write(gathered);
    outbox_.drop(taken);
    if (taken < offered) {
        if (taken > 0) watch_.on_written(loop_.mono_now());
        waiting_writable_ = true;
        blocked_since_ = loop_.mono_now();
        transport_->want_writable();
        return false;
    }
    if (taken >= budget) {
        watch_.on_written(loop_.mono_now());
        schedule_flush();
        return false;
    }
    budget -= taken;
    return true;
}

void framed_connection::add_pong() {
    if (!pong_due_ || closed()) return;
    pong_due_ = false;
    const session::pong answer{pong_token_};
    protocol::frame::encode_to(outbox_.extend(protocol::frame::frame_bytes(answer)), answer);
}

// --- ending

void framed_connection::check_watch() {
    if (closed()) return;
    const auto verdict = watch_.look(loop_.mono_now(), reading_wanted(), waiting_writable_);
    if (verdict.end != close_reason::none) return end(verdict.end, {}, close_mode::abort);
    if (verdict.ping && established_) {
        watch_.on_ping_sent();
        send(session::ping{++pings_sent_});
    }
    watch_timer_.start(verdict.look_again_in, [this] { check_watch(); });
}

void framed_connection::on_closed(std::error_code why) {
    const auto self = shared_from_this();
    transport_open_ = false;
    outbox_.clear();
    backlogged_ = false;
    if (closed()) return flush_limit_.stop();
    stream_ended_ = true;
    stream_error_ = why;
    schedule_delivery();
}

void framed_connection::conclude_stream() {
    const bool whole = !stream_error_ && reader_.unread_bytes() == 0;
    end(whole ? close_reason::peer_finished : close_reason::connection_lost, stream_error_,
        close_mode::abort);
}

void framed_connection::close(close_mode mode, close_reason reason, std::error_code error) {
    end(reason, error, mode);
}

void framed_connection::end(close_reason reason, std::error_code error, close_mode mode) {
    if (closed()) return;
    reason_ = reason;
    error_ = error;
    watch_timer_.stop();
    fill_wanted_ = false;
    if (!started_) return;
    if (mode == close_mode::abort) outbox_.clear();
    if (outbox_.empty() || !transport_open_) {
        end_transport(mode);
    } else {
        apply_reading();
        // From here on the flush keeps the connection alive, not its owner.
        flush_limit_.start(limits::flush_time_max,
                           [self = shared_from_this()] { self->end_transport(close_mode::abort); });
        schedule_flush();
    }
    loop_.post([self = shared_from_this()] { self->tell_closed(); });
}

void framed_connection::end_transport(close_mode mode) {
    if (!std::exchange(transport_open_, false)) return;
    const auto self = shared_from_this();
    flush_limit_.stop();
    outbox_.clear();
    transport_->close(mode);
}

void framed_connection::tell_closed() {
    if (auto* session = std::exchange(session_, nullptr)) session->on_closed(reason_, error_);
}

}  // namespace common::transport
