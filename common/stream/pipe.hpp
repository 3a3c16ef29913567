// Moves everything from a source through transforms into a sink, with a bounded number of bytes on the way.
//
//   ┌────────┐   ┌────────────┐   ┌────────────┐   ┌──────┐
//   │ source │──▶│ transforms │──▶│ byte_queue │──▶│ sink │
//   └────────┘   └────────────┘   └────────────┘   └──────┘
//      └─ the reading half ─────────────┘└─ the writing half ─┘    two tasks, so that both ends work at once
//
//   pipe upload(source, {&hash, &seal}, sink);
//   const auto error = co_await upload.run();      // none: the sink has finished, everything arrived
//   ... meanwhile, on the same loop:  upload.cancel(error);  upload.statistics();
//
// The source is asked only while fewer than high_water_bytes wait, so at most high_water_bytes - 1 and one
// slice of the source are in flight, besides what the transforms hold back. The first error, wherever it
// comes from, is given to both ends and all transforms as abort(); a pipe never returns before both halves
// have ended. All parts are borrowed: they, and the pipe, must live until run() has returned.
#pragma once

#include "common/seam/clock.hpp"
#include "common/stream/byte_queue.hpp"
#include "common/stream/queue_streams.hpp"
#include "common/stream/readable.hpp"
#include "common/stream/transform.hpp"
#include "common/stream/transformed.hpp"
#include "common/stream/writable.hpp"

#include <cstdint>
#include <exception>
#include <list>
#include <system_error>
#include <vector>

namespace common::stream {

struct pipe_options {
    std::size_t high_water_bytes = limits::high_water_bytes;
    std::size_t low_water_bytes = limits::low_water_bytes;
    const seam::clock* clock = nullptr;  // to measure where the time goes; without it the waits stay zero
};

struct pipe_statistics {
    std::uint64_t bytes_read = 0;     // that the source gave
    std::uint64_t bytes_written = 0;  // that the sink took
    std::size_t bytes_in_flight = 0;
    std::size_t bytes_in_flight_peak = 0;
    seam::duration source_wait{};  // for the source's next slice: high when the source is the bottleneck
    seam::duration sink_wait{};    // for the sink to take one: high when the sink is
};

class pipe {
  public:
    pipe(readable& source, const std::vector<transform*>& transforms, writable& sink,
         pipe_options options = {});
    pipe(const pipe&) = delete;
    pipe& operator=(const pipe&) = delete;

    // Runs to the end, once. Cancelling the awaiting task cancels the pipe. Rethrows what a part has thrown.
    task<std::error_code> run();

    // Ends a running pipe early: run() returns `why` (an error) unless another error or the end came first.
    void cancel(std::error_code why);

    pipe_statistics statistics() const;

  private:
    task<void> read_all();
    task<std::error_code> read_next();
    task<void> write_all();
    task<std::error_code> write_next();
    task<void> take_turns(std::size_t& turn_bytes, std::size_t bytes);
    void half_ended(std::exception_ptr thrown);
    seam::mono_time now() const;

    readable& source_;
    std::vector<transform*> transforms_;
    writable& sink_;
    const seam::clock* clock_;

    byte_queue queue_;
    queue_sink queue_in_{queue_};
    std::list<transformed_sink> steps_;
    writable* entry_ = &queue_in_;

    pipe_statistics statistics_;
    std::size_t pushing_bytes_ = 0;
    std::size_t turn_read_bytes_ = 0;
    std::size_t turn_written_bytes_ = 0;
    bool all_read_ = false;
    bool all_written_ = false;
    std::error_code failure_;
    std::exception_ptr thrown_;
    int halves_running_ = 0;
    event ended_;
};

}  // namespace common::stream
