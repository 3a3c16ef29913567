// One connection between two machines: two ends and a bounded flow in each direction.
//
// Only network.cpp makes these; the ends that programs hold are byte_transports (simulated_stream).
#pragma once

#include "tests/simulation/network.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <system_error>
#include <vector>

namespace tests::simulation {

class stream_link : public std::enable_shared_from_this<stream_link> {
  public:
    using side = std::size_t;  // 0 connected, 1 accepted; flow s goes from side s to the other

    stream_link(network& net, process& connected, process& accepted);

    void start(side me, common::seam::transport_events& events);
    std::size_t write(side me, std::span<const common::seam::const_bytes> pieces);
    void want_writable(side me);
    void set_reading(side me, bool on);
    void close(side me, common::seam::byte_transport::close_mode mode);
    std::string name_of_peer(side me) const;

    // What machines and the network do to it.
    void process_died(const life& whose, bool power);
    void process_buried(const life& whose);
    void break_off();  // a reset, seen by both
    void kick();       // something that held it back may be gone
    bool open() const { return !ends_[0].closed || !ends_[1].closed; }

  private:
    struct end {
        node* machine = nullptr;
        life whose;
        common::seam::transport_events* events = nullptr;
        bool reading = true;
        bool wants_writable = false;
        bool pump_planned = false;      // an event will move bytes to this end
        bool writable_planned = false;  // an event will tell this end to go on writing
        bool probe_planned = false;
        bool closed = false;  // gets no more events
        bool unplugged = false;
        std::optional<std::error_code> ended_early{};  // came before start()
    };
    struct flow {
        std::vector<std::byte> held;
        bool ended = false;  // the writer's orderly end comes behind `held`
    };

    static side other(side me) { return 1 - me; }
    std::size_t room(side me) const { return capacity_ - std::min(capacity_, flows_[me].held.size()); }
    duration delay();
    void plan_pump(side reader);
    void pump(side reader);
    void plan_writable(side writer);
    void plan_closed(side to, std::error_code why);
    void plan_probe(side writer);

    network& net_;
    world& sim_;
    duration latency_max_;
    std::size_t capacity_;
    std::array<end, 2> ends_;
    std::array<flow, 2> flows_;
};

// What a program holds: closing or destroying it closes its side.
class simulated_stream final : public common::seam::byte_transport {
  public:
    simulated_stream(std::shared_ptr<stream_link> link, stream_link::side me)
        : link_(std::move(link)), me_(me) {}
    ~simulated_stream() override { link_->close(me_, close_mode::abort); }

    void start(common::seam::transport_events& events) override { link_->start(me_, events); }
    std::size_t try_write(std::span<const common::seam::const_bytes> pieces) override {
        return link_->write(me_, pieces);
    }
    void want_writable() override { link_->want_writable(me_); }
    void pause_reading() override { link_->set_reading(me_, false); }
    void resume_reading() override { link_->set_reading(me_, true); }
    void expect_bytes(std::size_t) override {}
    void close(close_mode mode) override { link_->close(me_, mode); }
    std::string peer() const override { return link_->name_of_peer(me_); }

  private:
    std::shared_ptr<stream_link> link_;
    stream_link::side me_;
};

}  // namespace tests::simulation
