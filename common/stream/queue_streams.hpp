// The two ends of a byte_queue as streams, and a pair of duplex streams in memory made of two queues.
//
//   byte_queue between;
//   queue_sink in(between);        // what is written here ...
//   queue_source out(between);     // ... is read there, with the queue's bound in between
//
//   memory_duplex_pair ends;       // ends.left() and ends.right() talk to each other
#pragma once

#include "common/stream/byte_queue.hpp"
#include "common/stream/duplex.hpp"

#include <utility>

namespace common::stream {

class queue_sink final : public writable {
  public:
    explicit queue_sink(byte_queue& queue) : queue_(queue) {}

    task<std::error_code> write(slice bytes) override { return queue_.push(std::move(bytes)); }
    // Arrived means that the reader will get it: this does not wait for the reader.
    task<std::error_code> finish() override;
    void abort(std::error_code why) override { queue_.fail(why); }

  private:
    byte_queue& queue_;
};

class queue_source final : public readable {
  public:
    explicit queue_source(byte_queue& queue) : queue_(queue) {}

    task<result<slice>> read() override { return queue_.pop(); }
    void abort(std::error_code why) override { queue_.fail(why); }

  private:
    byte_queue& queue_;
};

class memory_duplex_pair {
  public:
    explicit memory_duplex_pair(std::size_t high_water_bytes = limits::high_water_bytes,
                                std::size_t low_water_bytes = limits::low_water_bytes)
        : to_right_(high_water_bytes, low_water_bytes), to_left_(high_water_bytes, low_water_bytes) {}

    duplex& left() { return left_; }
    duplex& right() { return right_; }

  private:
    class end final : public duplex {
      public:
        end(byte_queue& in, byte_queue& out) : in_(in), out_(out) {}

        task<result<slice>> read() override { return in_.read(); }
        task<std::error_code> write(slice bytes) override { return out_.write(std::move(bytes)); }
        task<std::error_code> finish() override { return out_.finish(); }
        void abort(std::error_code why) override {
            in_.abort(why);
            out_.abort(why);
        }

      private:
        queue_source in_;
        queue_sink out_;
    };

    byte_queue to_right_;
    byte_queue to_left_;
    end left_{to_left_, to_right_};
    end right_{to_right_, to_left_};
};

}  // namespace common::stream
