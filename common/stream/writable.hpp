// A sink for bytes: awaited to take each slice, then awaited once to finish.
//
//   const auto wrote = co_await sink.write(std::move(bytes));   // returns when the sink is ready for more
//   if (wrote) co_return wrote;                                 // sticky: the sink takes nothing more
//   ...
//   co_return co_await sink.finish();                           // no error: everything arrived
//
// A write may return before its bytes have arrived; what went wrong then is the answer to a later write or to
// finish(). Until finish() has returned without an error nothing is known to have arrived.
#pragma once

#include "common/stream/slice.hpp"
#include "common/stream/task.hpp"

#include <system_error>

namespace common::stream {

class writable {
  public:
    virtual ~writable() = default;

    // Takes the bytes, all of them; an empty slice is taken and means nothing. One write or finish at a time.
    virtual task<std::error_code> write(slice bytes) = 0;

    // The orderly end: waits until all that was written has arrived. Nothing may be written after it.
    virtual task<std::error_code> finish() = 0;

    // The other end: drops what has not arrived, wakes a write or finish in progress with `why` (an error).
    // Idempotent, and without effect after finish() has succeeded.
    virtual void abort(std::error_code why) = 0;
};

}  // namespace common::stream
