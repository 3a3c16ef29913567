// A transform joined to one end of a stream, giving a stream again.
//
//   transformed_sink hashed_file(hash, file);          // writes go through `hash` into `file`
//   transformed_source opened(upload, open);           // reads come from `upload` through `open`
//
// Ends and errors of the one are ends and errors of the whole. The parts are borrowed and must live longer.
#pragma once

#include "common/stream/readable.hpp"
#include "common/stream/transform.hpp"
#include "common/stream/writable.hpp"

#include <deque>

namespace common::stream {

class transformed_sink final : public writable {
  public:
    transformed_sink(transform& step, writable& next) : step_(step), next_(next) {}

    task<std::error_code> write(slice bytes) override;
    task<std::error_code> finish() override;
    void abort(std::error_code why) override;

  private:
    transform& step_;
    writable& next_;
};

// Holds at most what the transform makes of one slice.
class transformed_source final : public readable {
  public:
    transformed_source(readable& origin, transform& step) : origin_(origin), step_(step) {}

    task<result<slice>> read() override;
    void abort(std::error_code why) override;

  private:
    // Takes what the transform writes.
    class shelf final : public writable {
      public:
        task<std::error_code> write(slice bytes) override;
        task<std::error_code> finish() override;
        void abort(std::error_code) override { pieces.clear(); }

        std::deque<slice> pieces;
    };

    task<std::error_code> advance();

    readable& origin_;
    transform& step_;
    shelf ready_;
    std::error_code failure_;
    bool ended_ = false;
};

}  // namespace common::stream
