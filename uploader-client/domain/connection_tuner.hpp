// How many connections a transfer should have: as many as were asked for, or as many as make it faster. Pure.
//
//   connection_tuner tuner(asked, max);          asked 0: by measurement
//   if (tuner.look({.now = …, …})) connect();    now and then; true: one more, please
//   tuner.on_failed(now);                        it could not be made: not again for a while
//
// By measurement: begin with one. When the network is what the transfer waits for and there is enough to do,
// add one and compare; as long as each makes it clearly faster, add another. The first that does not ends it.
#pragma once

#include "common/seam/clock.hpp"

#include <cstddef>
#include <cstdint>

namespace uploader_client::domain {

namespace seam = common::seam;

class connection_tuner {
  public:
    struct view {
        seam::mono_time now{};
        std::size_t connections = 1;
        std::uint64_t received = 0;  // bytes, growing
        std::uint64_t left = 0;      // bytes still to go
        double network_share = 0;    // of the time, waited for the network
        bool limited = false;        // --limit is in force
    };

    connection_tuner(std::size_t asked, std::size_t max) : asked_(asked), max_(max) {}

    bool look(const view& now);
    void on_failed(seam::mono_time now);

  private:
    bool look_at_rate(const view& now);
    void measure_anew(const view& now);

    std::size_t asked_;
    std::size_t max_;
    std::size_t wanted_ = 1;
    bool settled_ = false;
    seam::mono_time not_before_{};
    // What is measured now.
    bool measuring_ = false;
    std::size_t measured_connections_ = 0;
    seam::mono_time begun_{};
    std::uint64_t received_at_begin_ = 0;
    double best_rate_ = 0;  // bytes per second, with one connection less
};

}  // namespace uploader_client::domain
