// What a client has to say on one connection after another, until it is done: the part that put, get and ls
// share.
//
//   conversation->begin(link, [](ending how) { … });   // link: past Welcome; one at a time
//   … lost: begin() again with the next connection, and it goes on where the last one stopped
//   conversation->stop();                              // ends it cleanly: `lost` follows
//
//   link ── frames ──▶ conversation ── on_message() ──▶ put, get or ls
//        ◀─ fill() ──               ◀── channel ───────
//
// `ended` is called once for each begin(), on the loop, when nothing of that connection is in flight any
// more.
#pragma once

#include "common/seam/event_loop.hpp"
#include "common/transfer/channel.hpp"
#include "common/transport/framed_connection.hpp"
#include "protocol/wire/error_code.hpp"
#include "uploader-client/domain/connection_tuner.hpp"
#include "uploader-client/domain/report.hpp"
#include "uploader-client/session/lane_link.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace uploader_client::session {

namespace seam = common::seam;
namespace stream = common::stream;
namespace transfer = common::transfer;
namespace transport = common::transport;

struct ending {
    enum class kind {
        finished,
        lost,     // the connection is gone; another one may help
        refused,  // the server says no, or makes no sense: another one would not help
    };
    kind how = kind::lost;
    protocol::error_code code = protocol::error_code::none;  // what the server said, if it did
    std::string reason{};          // for a person; the server's words are not trusted
    seam::duration retry_after{};  // the server asked for so much patience
};

class conversation : private transport::connection_events,
                     public transfer::channel,
                     public std::enable_shared_from_this<conversation> {
  public:
    using ended_handler = std::function<void(ending)>;

    void begin(std::shared_ptr<transport::framed_connection> link, ended_handler ended);
    void stop();

    // How many connections this should have at most; 0: as many as make it faster.
    void set_connections(std::size_t asked) { tuner_ = {asked, protocol::upload::limits::lanes_max}; }
    // Now and then: one more connection would be welcome. join() or connection_failed() follows.
    bool wants_connection();
    // Past Welcome, of the same server.
    void join(std::shared_ptr<transport::framed_connection> link);
    void connection_failed() { tuner_.on_failed(loop_.mono_now()); }
    std::size_t connections() const { return lanes_.size() + (link_ ? 1 : 0); }

    // 0: no limit. May change at any time.
    virtual void set_limit(std::uint64_t) {}
    // Why is it slow? What is known so far, of this connection.
    virtual domain::wait_shares shares() const { return {}; }
    // Files that are under way, at most `count_max`, the furthest first.
    virtual std::vector<domain::file_state> current_files(std::size_t) const { return {}; }

    void answer(seam::const_bytes frame) final;
    void want_room() final;
    void send_bulk(stream::slice frames) final;
    void pause_reading() override;
    void resume_reading() override;
    void drop() final;
    transport::link_times times() const final;

  protected:
    explicit conversation(seam::event_loop& loop) : loop_(loop) {}

    // The link is up: ask for what this conversation is about.
    virtual void open() = 0;
    // A frame of the application; an error is a breach by the server.
    virtual protocol::error_code on_message(const transport::incoming_frame& frame) = 0;
    // The link takes bulk; true when there is more.
    virtual bool on_room() { return false; }
    // The server says no to the request: true when the conversation goes on without it.
    virtual bool take_failure(protocol::error_code, std::string_view) { return false; }
    // The connection is over: call `done`, perhaps later, when nothing of it is in flight any more.
    virtual void wind_up(seam::handler done) { done(); }

    // What a transfer that may have several connections does with them; lane 0 is the one that opened it.
    virtual bool join_half(std::uint16_t, transfer::channel&) { return false; }
    virtual bool leave_half(std::uint16_t) { return false; }
    virtual protocol::error_code on_lane_frame(std::uint16_t, const transport::incoming_frame&) {
        return protocol::error_code::unexpected;
    }
    virtual bool on_lane_room(std::uint16_t) { return false; }
    virtual domain::connection_tuner::view look() const { return {}; }
    virtual protocol::upload::transfer_id transfer() const { return {}; }
    // The server takes so many connections for the transfer that it opened.
    void allow_lanes(const protocol::upload::opened& answer) { lanes_max_ = answer.lanes_max.value_or(1); }
    // Nothing is read from any of them for now, beside what the half wants.
    void hold_lanes(bool held);

    void finish() { end({.how = ending::kind::finished}); }
    seam::event_loop& loop() { return loop_; }
    // What ends now ends because stop() was called, not because it failed.
    bool stopping() const { return stopping_; }

    // The only request of a connection that is answered by number.
    static constexpr std::uint32_t request_number = 1;

  private:
    void on_frame(const transport::incoming_frame& frame) override;
    bool fill(transport::outbox&) override;
    void on_closed(transport::close_reason reason, std::error_code error) override;

    protocol::error_code dispatch(const transport::incoming_frame& frame);
    void on_failure(protocol::error_code code, std::string_view reason, std::uint32_t retry_after_ms);
    void end(ending how);
    void on_lane_gone(std::uint16_t number);

    seam::event_loop& loop_;
    std::shared_ptr<transport::framed_connection> link_;
    ended_handler ended_;
    seam::duration retry_after_{};
    bool stopping_ = false;
    domain::connection_tuner tuner_{1, 1};
    std::size_t lanes_max_ = 1;
    std::uint16_t last_lane_ = 0;
    std::map<std::uint16_t, std::shared_ptr<lane_link>> lanes_;  // beside link_, which is lane 0
};

}  // namespace uploader_client::session
