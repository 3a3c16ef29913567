// A step between a source and a sink that changes, watches or delays the bytes that pass.
//
//        push(slice) ──▶ [ transform ] ──▶ out.write(slice) …      none, one or several for each push
//        finish()    ──▶ [ transform ] ──▶ out.write(slice) …      what was held back, such as a last chunk
//
// A transform is told where to write: it awaits `out` and so passes the pressure of what is behind it on.
// It holds back a bounded number of bytes, which its own header names, and never finishes `out` itself.
// Given to a pipe, it is run between both ends (pipe.hpp); with transformed.hpp it becomes part of a source
// or of a sink.
#pragma once

#include "common/stream/slice.hpp"
#include "common/stream/task.hpp"
#include "common/stream/writable.hpp"

#include <system_error>

namespace common::stream {

class transform {
  public:
    virtual ~transform() = default;

    // Takes the bytes and writes what comes of them. An error ends the whole stream.
    virtual task<std::error_code> push(slice bytes, writable& out) = 0;
    // The end of the bytes: writes what is left. Nothing is pushed after it.
    virtual task<std::error_code> finish(writable& out) = 0;
    // The stream ended with `why`: lets go of what is held and wakes a push in progress. Idempotent.
    virtual void abort(std::error_code why) = 0;
};

}  // namespace common::stream
