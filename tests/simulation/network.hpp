// The network between simulated machines: byte streams that arrive late, in pieces, or not at all.
//
//   network net{sim};
//   net.attach(server_node); net.attach(client_node);         // so that their deaths cut their streams
//   net.listen(server.current(), "chat", [](auto stream) { … });
//   net.connect(client.current(), "chat", [](auto outcome) { … });
//
//                try_write            bounded             prepare_read / on_bytes
//   writer ───────────────▶ ░░░░░░░ flow ░░░░░░░ ──────────────────▶ reader      one for each direction
//               short at random    held while blocked     pieces of random size, at random moments
//
// A killed process ends its streams as a kernel would (orderly or with a reset); a machine without power says
// nothing, and its peers learn of it only by writing after it is back, or by their own deadlines.
#pragma once

#include "common/seam/byte_transport.hpp"
#include "common/seam/result.hpp"
#include "tests/simulation/node.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tests::simulation {

class stream_link;

class network {
  public:
    explicit network(world& sim) : sim_(sim) {}

    using stream_ptr = std::unique_ptr<common::seam::byte_transport>;
    using accept_function = std::function<void(stream_ptr)>;
    using connected_function = std::function<void(common::seam::result<stream_ptr>)>;

    void attach(node& machine);
    // Until the process dies.
    void listen(process& who, const std::string& address, accept_function accept);
    // `done` gets a stream, connection_refused or timed_out.
    void connect(process& who, const std::string& address, connected_function done);

    // Holds everything that goes from one machine to the other; what is written meanwhile waits.
    void block(const node& from, const node& to);
    void unblock(const node& from, const node& to);
    void unblock_all();
    // Breaks one stream, chosen at random; false when there is none.
    bool reset_one();
    std::size_t open_streams() const;

    // How long a piece may travel, and how much a flow holds; drawn anew for every connection.
    void set_latency_max(duration at_most) { latency_max_ = at_most; }
    void set_capacity_max(std::size_t bytes) { capacity_max_ = bytes; }

  private:
    friend class stream_link;
    struct listener {
        life whose;
        process* owner;
        accept_function accept;
    };

    bool blocked(const node& from, const node& to) const;
    void establish(process& who, const std::string& address, const connected_function& done);
    void on_death(node& machine, bool power);
    std::vector<std::shared_ptr<stream_link>> live_links() const;

    world& sim_;
    duration latency_max_ = std::chrono::milliseconds{20};
    std::size_t capacity_max_ = std::size_t{256} * 1024;
    std::map<std::string, listener> listeners_;
    std::set<std::pair<std::string, std::string>> blocked_;
    std::vector<std::weak_ptr<stream_link>> links_;
};

}  // namespace tests::simulation
