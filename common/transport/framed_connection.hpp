// One peer's connection as sessions see it: whole frames in, encoded frames out, one reason at the end.
//
//   transport ─▶ frame_reader ─▶ on_frame()                       session
//   transport ◀─ one gather write ◀─ outbox ◀─ send() / fill() ◀─ session
//
//   auto link = framed_connection::create(loop, transport, pool, limits);
//   link->start(session);                  frames up to the handshake limit; no pings
//   link->send(welcome{…});                small frames, encoded into the outbox, written once per loop turn
//   link->set_established(limit);          after Welcome: larger frames, pings from both sides
//   link->want_fill();                     something is pending: fill(outbox) follows when there is room
//   link->close(…);                        on_closed() follows once, whoever ended it
//
// A session keeps no queue: when the outbox is below its low water, fill() appends what is pending now
// (shared chunks are not copied) and says whether there is more. A peer that does not read is simply not
// asked for. A peer that leaves more than backlog_bytes_max of answers unread is not read from until it does.
// Events come on the loop, never from inside a call of this class. Only from the loop's thread.
#pragma once

#include "common/seam/event_loop.hpp"
#include "common/transport/close_reason.hpp"
#include "common/transport/frame_reader.hpp"
#include "common/transport/link_times.hpp"
#include "common/transport/outbox.hpp"
#include "common/transport/watch.hpp"
#include "protocol/frame/encoder.hpp"

#include <memory>
#include <string>

namespace common::transport {

class connection_events {
  public:
    virtual ~connection_events() = default;
    virtual void on_frame(const incoming_frame& frame) = 0;
    // Follows want_fill(): append what is pending, about outbox_low_water_bytes or a chunk at a time; true
    // when there is more. Nothing appended and true would be a defect.
    virtual bool fill(outbox& to) = 0;
    // The answer to a ping that the session sent itself, or to one of the connection's own.
    virtual void on_pong(std::uint64_t /*token*/) {}
    // Once, last. `error` says more about connection_lost and protocol_error.
    virtual void on_closed(close_reason reason, std::error_code error) = 0;
};

struct connection_limits {
    watch_limits watch;
    std::size_t payload_bytes_max = protocol::limits::handshake_payload_bytes_max;  // until set_established()
    std::size_t outbox_bytes_max = limits::outbox_bytes_max;
    std::size_t outbox_low_water_bytes = limits::outbox_low_water_bytes;
    std::size_t backlog_bytes_max = limits::backlog_bytes_max;  // 0: read on, whatever waits (clients)
};

class framed_connection final : private seam::transport_events,
                                public std::enable_shared_from_this<framed_connection> {
  public:
    // The loop and the pool must outlive the connection. Its owner keeps it; letting go of an open one
    // aborts it, of a closed one lets it finish its flush.
    static std::shared_ptr<framed_connection> create(seam::event_loop& loop,
                                                     std::shared_ptr<seam::byte_transport> transport,
                                                     stream::buffer_pool& pool,
                                                     const connection_limits& bounds);
    ~framed_connection() override;

    // `session` must live until its on_closed() or until detach().
    void start(connection_events& session);
    // The next session of this connection, after the one that did the handshake; events go to it from now
    // on. Between leave() and hand_over() nobody is told anything: pause reading first, what is lost
    // meanwhile is told later.
    void leave() { session_ = nullptr; }
    void hand_over(connection_events& session);
    // No event follows; the session may go. The connection is ended as by close() if it has not been.
    void detach();

    template <protocol::wire::message M>
    void send(const M& message, std::uint32_t request = 0) {
        if (!admit()) return;
        const auto room = outbox_.extend(protocol::frame::frame_bytes(message));
        protocol::frame::encode_to(room, message, request);
        schedule_flush();
    }
    void send_encoded(seam::const_bytes frames);
    void send_encoded(stream::slice frames);

    // How many bytes of answers may still wait; a send() after there is no room ends the connection
    // (outbox_overflow). Reading stops long before, at backlog_bytes_max.
    std::size_t room_bytes() const;
    std::size_t outbox_bytes() const { return outbox_.size_bytes(); }

    void want_fill();
    // The same at once: for an owner that serves many connections in one go, from a handler of its own, not
    // from inside an event of this connection. The one call that fill() comes from inside of.
    void fill_now();

    void pause_reading();
    void resume_reading();

    void set_established(std::size_t payload_bytes_max);

    // flush: what is in the outbox is still sent, within flush_time_max. Only the first close counts.
    void close(seam::byte_transport::close_mode mode = seam::byte_transport::close_mode::flush,
               close_reason reason = close_reason::local, std::error_code error = {});
    bool closed() const { return reason_ != close_reason::none; }

    std::string peer() const { return transport_->peer(); }
    // Sums since start().
    link_times times() const;

  private:
    framed_connection(seam::event_loop& loop, std::shared_ptr<seam::byte_transport> transport,
                      stream::buffer_pool& pool, const connection_limits& bounds);

    seam::mutable_bytes prepare_read() override;
    void on_bytes(std::size_t count) override;
    void on_writable() override;
    void on_closed(std::error_code why) override;

    bool admit();

    bool reading_wanted() const { return !closed() && !paused_ && !backlogged_; }
    void apply_reading();
    void schedule_delivery();
    void deliver_frames();
    void handle(const incoming_frame& frame);
    void refuse(protocol::error_code why);
    void conclude_stream();

    void schedule_flush();
    void flush();
    bool write_some(std::size_t& budget);
    void add_pong();
    void update_backlog();

    void check_watch();
    void end(close_reason reason, std::error_code error, seam::byte_transport::close_mode mode);
    void end_transport(seam::byte_transport::close_mode mode);
    void tell_closed();

    seam::event_loop& loop_;
    std::shared_ptr<seam::byte_transport> transport_;
    const connection_limits bounds_;
    connection_events* session_ = nullptr;
    frame_reader reader_;
    outbox outbox_;
    watch watch_;
    seam::timer watch_timer_;
    seam::timer flush_limit_;

    close_reason reason_ = close_reason::none;
    std::error_code error_;
    bool started_ = false;
    bool transport_open_ = true;
    // The stream's end, while frames that came before it are still to be delivered.
    bool stream_ended_ = false;
    std::error_code stream_error_;

    bool established_ = false;
    bool paused_ = false;      // by the session
    bool backlogged_ = false;  // the peer leaves answers unread
    bool transport_paused_ = false;
    bool delivery_scheduled_ = false;
    bool flush_scheduled_ = false;
    bool fill_wanted_ = false;
    bool waiting_writable_ = false;
    link_times times_;
    seam::mono_time read_began_{};
    seam::mono_time blocked_since_{};
    bool pong_due_ = false;
    std::uint64_t pong_token_ = 0;
    std::uint64_t pings_sent_ = 0;
};

}  // namespace common::transport
