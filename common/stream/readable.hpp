// A source of bytes: awaited for the next slice, which is as big as the source finds handy.
//
//   for (;;) {
//       auto got = co_await source.read();
//       if (!got) co_return got.error();      // sticky: every later read gives the same error
//       if (got->empty()) break;              // the end, for ever
//       use(std::move(*got));
//   }
//
// A source is not asked again before it has answered: that is the whole of backpressure on this side.
#pragma once

#include "common/stream/slice.hpp"
#include "common/stream/task.hpp"

#include <system_error>

namespace common::stream {

class readable {
  public:
    virtual ~readable() = default;

    // The next bytes; an empty slice is the end. One read at a time.
    virtual task<result<slice>> read() = 0;

    // Ends the stream with `why` (an error), gives up what was read ahead and wakes a read in progress with
    // it. Idempotent; an ended stream stays ended.
    virtual void abort(std::error_code why) = 0;
};

}  // namespace common::stream
