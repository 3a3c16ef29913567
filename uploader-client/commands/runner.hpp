// Runs one conversation with one server to its end, over as many connections as it takes.
//
//   runner with(options, address);                  throws app::failure: damaged files, a changed key
//   auto what = session::put_conversation::create({with.home(), with.pool(), with.buffers()}, …);
//   with.run(what, {.doing = "list photos", …});    throws app::failure: lost for good, refused, interrupted
//
// A lost connection is made again with growing pauses, as often as --retry says; the first one too when
// --retry was given. The first SIGINT or SIGTERM
// ends the conversation cleanly and the run as `interrupted`; a second one ends the process at once.
#pragma once

#include "common/app/client_options.hpp"
#include "common/app/failure.hpp"
#include "common/runtime/system_random.hpp"
#include "common/runtime/task_counter.hpp"
#include "common/runtime/worker.hpp"
#include "common/service/dialer.hpp"
#include "uploader-client/session/conversation.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace uploader_client::commands {

namespace app = common::app;
namespace seam = common::seam;
namespace service = common::service;

class runner {
  public:
    struct story {
        std::string doing{};                // "list photos": what a refusal is about
        std::function<void()> connected{};  // each time; nothing is asked on the terminal from now on
        std::function<void(std::string_view)> notice{};
        // Each second of a pause before the next connection, first with all of it.
        std::function<void(std::string_view why, seam::duration left, bool begins)> waiting{};
    };

    runner(const app::client_options& options, common::trust::server_address address);

    void run(std::shared_ptr<session::conversation> what, story told);

    // Ends the run as if by a signal, but with this failure. Only from the loop.
    void abandon(app::failure why);

    // Called when the run is interrupted, before the conversation ends.
    std::function<void()> on_interrupt;
    // The first interruption only calls on_interrupt, and the conversation comes to its own end.
    bool finish_when_interrupted = false;

    // Of this client's own key, as text.
    std::string client_print() const { return dialer_.identity().full_fingerprint(); }
    // The key that the server has or must have, once it is known.
    std::optional<common::trust::fingerprint> server_print() const { return dialer_.server_print(); }

    common::runtime::worker& home() { return home_; }
    seam::blocking_pool& pool() { return dialer_.pool(); }
    common::stream::buffer_pool& buffers() { return dialer_.buffers(); }
    seam::random& random() { return random_; }

  private:
    asio::awaitable<void> keep_trying();
    asio::awaitable<session::ending> converse(std::shared_ptr<common::transport::framed_connection> link);
    asio::awaitable<void> wait(seam::duration pause);
    asio::awaitable<void> add_connection();
    void look_for_connections();
    asio::awaitable<void> wait_visibly(std::string why, seam::duration pause);
    asio::awaitable<void> wait_closed(std::weak_ptr<common::transport::framed_connection> link);
    void interrupt();
    void count_attempt(const app::failure& last);
    app::failure failure_of(const session::ending& how) const;

    const app::client_options options_;
    common::runtime::system_random random_;
    // The loop outlives everything that runs on it.
    common::runtime::worker home_{"main"};
    common::runtime::task_counter tasks_;
    service::dialer dialer_;
    std::shared_ptr<session::conversation> what_;
    story told_;
    bool talking_ = false;
    bool dialling_ = false;  // one more connection
    seam::timer look_;
    bool interrupted_ = false;
    std::uint32_t attempts_ = 0;  // since the last connection that was up
    std::exception_ptr thrown_;
};

}  // namespace uploader_client::commands
