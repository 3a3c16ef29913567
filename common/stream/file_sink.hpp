// Writes a stream into a file, behind its writer, on the blocking pool.
//
//   file_sink sink(loop, blocking, file, {.offset_bytes = done, .sync = sync_on_finish::data});
//   error = co_await sink.write(std::move(bytes));   // taken; written later, in batches
//   error = co_await sink.finish();                  // everything is written and, if asked for, synced
//
// A write waits while high_water_bytes or more are taken but not written, so memory stays below
// high_water_bytes and one slice. The first failure is the answer to every later write and to finish();
// after it the file's content in the written range is unknown, and after a failed sync it must be taken as
// lost. Only batches_in_flight batches are in the pool at a time, each of many slices: small writes cost
// no hop each.
#pragma once

#include "common/seam/disk.hpp"
#include "common/seam/event_loop.hpp"
#include "common/stream/limits.hpp"
#include "common/stream/writable.hpp"

#include <cstdint>
#include <memory>
#include <system_error>

namespace common::stream {

// What finish() makes durable: nothing, the data (fdatasync), or the data and all attributes (fsync).
enum class sync_on_finish : std::uint8_t { nothing, data, all };

struct file_sink_options {
    std::uint64_t offset_bytes = 0;
    std::size_t high_water_bytes = limits::high_water_bytes;
    std::size_t low_water_bytes = limits::low_water_bytes;
    sync_on_finish sync = sync_on_finish::nothing;
};

class file_sink final : public writable {
  public:
    // `file` is kept until its last write is back, even after this object is gone.
    file_sink(seam::event_loop& loop, seam::blocking_pool& blocking, std::shared_ptr<seam::file> file,
              file_sink_options options = {});
    ~file_sink() override;

    task<std::error_code> write(slice bytes) override;
    task<std::error_code> finish() override;
    void abort(std::error_code why) override;

    // Taken, but not yet in the file.
    std::size_t waiting_bytes() const;
    // In the file (not on disk before finish() with a sync).
    std::uint64_t written_bytes() const;

  private:
    class shared_state;
    // Outlives this object while batches are in flight.
    std::shared_ptr<shared_state> state_;
};

}  // namespace common::stream
