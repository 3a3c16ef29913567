// A stream that is read and written, such as a connection: two directions that end separately.
//
// finish() ends the direction of the writes; the reads go on until they give the end. abort() ends both.
#pragma once

#include "common/stream/readable.hpp"
#include "common/stream/writable.hpp"

namespace common::stream {

class duplex : public readable, public writable {
  public:
    void abort(std::error_code why) override = 0;
};

}  // namespace common::stream
