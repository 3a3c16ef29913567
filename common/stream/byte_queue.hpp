// A first-in-first-out queue of slices between a producer and a consumer, bounded in bytes.
//
//   producer                                          consumer
//     error = co_await queue.push(bytes);  ──▶ ▒▒▒▒ ──▶  got = co_await queue.pop();
//     queue.finish();                                    an empty slice: finished
//
//   without awaiting:  if (!queue.try_push(bytes)) pause();   and on_resume() says when to go on
//
// A push is refused or waits from the moment the queue holds high_water_bytes until it has fallen to
// low_water_bytes, so the queue never holds more than high_water_bytes - 1 and one slice. A popped slice
// counts until the next pop(): the bound includes what the consumer is working on. One producer, one
// consumer, one loop.
#pragma once

#include "common/stream/event.hpp"
#include "common/stream/limits.hpp"
#include "common/stream/slice.hpp"
#include "common/stream/task.hpp"
#include "common/stream/watermark.hpp"

#include <cstddef>
#include <deque>
#include <system_error>

namespace common::stream {

class byte_queue {
  public:
    explicit byte_queue(std::size_t high_water_bytes = limits::high_water_bytes,
                        std::size_t low_water_bytes = limits::low_water_bytes);

    // Waits for room, then appends. The error is that of fail(). Empty slices are ignored.
    task<std::error_code> push(slice bytes);
    // Appends unless the queue is above its high-water mark, finished or failed; false leaves `bytes` alone.
    bool try_push(slice& bytes);
    // Waits until a push would not wait: ask before fetching the bytes.
    task<std::error_code> wait_room();

    // The oldest slice; an empty one after finish() when all were popped; the error of fail().
    task<result<slice>> pop();

    // The producer's orderly end. Pushing after it is a defect and aborts.
    void finish();
    // The end for both sides, at once: drops what waits, wakes both with `why` (an error). The
    // first end counts.
    void fail(std::error_code why);

    // For producers that do not await: runs when the queue has fallen to its low-water mark.
    void on_resume(watermark::callback run) { on_resume_ = std::move(run); }

    // What fail() was given; none while the queue works.
    std::error_code failure() const { return room_.why_closed(); }
    bool has_room() const { return !level_.above_high(); }
    std::size_t bytes() const { return level_.bytes(); }
    std::size_t bytes_peak() const { return level_.bytes_peak(); }

  private:
    void append(slice bytes);
    void release_popped();

    watermark level_;
    std::deque<slice> waiting_;
    std::size_t popped_bytes_ = 0;
    bool finished_ = false;
    event room_;   // the producer waits
    event ready_;  // the consumer waits
    watermark::callback on_resume_;
};

}  // namespace common::stream
