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
#include "uploader-client/domain/report.hpp"

#include <functional>
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

    seam::event_loop& loop_;
    std::shared_ptr<transport::framed_connection> link_;
    ended_handler ended_;
    seam::duration retry_after_{};
    bool stopping_ = false;
};

}  // namespace uploader_client::session
