// What a half of a transfer waits for, in time: the answer to "why is it slow?".
//
//              ┌ link   bytes are ready for the connection (sender), or may come (receiver)
//   stage: ────┤ disk   its own jobs: files are read, or written and synced; split by what they measured
//              ├ limit  it was asked to be slow
//              └ peer   nothing to do here until the other side answers
//
//   waits.enter(stage::disk, now);                a change of stage; between two changes time belongs to one
//   waits.add_job({.disk = …, .cpu = …});         what a job measured
//   waits.look(now)                               the sums so far
//
// Cheap: a subtraction for each change of stage. Pure.
#pragma once

#include "common/seam/clock.hpp"
#include "common/transport/link_times.hpp"
#include "protocol/upload/messages.hpp"

#include <array>

namespace common::transfer {

struct job_times {
    seam::duration disk{};
    seam::duration cpu{};
};

// Each a sum since the half began. Together at most `elapsed`.
struct wait_times {
    seam::duration elapsed{};
    seam::duration disk{};
    seam::duration cpu{};
    seam::duration network{};
    seam::duration limit{};
    seam::duration peer{};
};

enum class stage : std::size_t { link, disk, limit, peer };

class wait_account {
  public:
    void enter(stage next, seam::mono_time now);
    void add_job(const job_times& job);
    // The time of stage::link is all in `network`.
    wait_times look(seam::mono_time now) const;
    // What the other half must be told, at most every waits_period.
    bool due(seam::mono_time now);

  private:
    bool begun_ = false;
    seam::mono_time began_{};
    seam::mono_time changed_{};
    seam::mono_time told_{};
    stage now_in_ = stage::peer;
    std::array<seam::duration, 4> sums_{};
    job_times jobs_;
};

// The link's time of a sender: blocked is network, the rest is work. Of a receiver: reading is work.
wait_times sender_waits(wait_times sums, const transport::link_times& link);
wait_times receiver_waits(wait_times sums, const transport::link_times& link);

protocol::upload::waits to_message(const wait_times& times);
wait_times from_message(const protocol::upload::waits& told);

}  // namespace common::transfer
