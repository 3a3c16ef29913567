// Reads a range of a file as a stream, ahead of its reader, on the blocking pool.
//
//   file_source source(loop, blocking, buffers, file, {.offset_bytes = done, .length_bytes = size - done});
//   auto got = co_await source.read();     // a slice of chunk_bytes; less only at the end of the range
//
// With head_room_bytes each slice has room in front for a frame header, written without copying: its
// extend_front(). At most reads_in_flight chunks are read or wait for the reader. When the buffer budget is
// spent the read-ahead shrinks; only when not even one chunk can be had is that an error. A file shorter than
// an explicit length gives stream_error::truncated, never fewer bytes in silence.
#pragma once

#include "common/seam/disk.hpp"
#include "common/seam/event_loop.hpp"
#include "common/stream/buffer_pool.hpp"
#include "common/stream/limits.hpp"
#include "common/stream/readable.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <system_error>

namespace common::stream {

struct file_source_options {
    std::uint64_t offset_bytes = 0;
    std::optional<std::uint64_t> length_bytes =
        std::nullopt;  // none: up to where the file ends when it is read
    std::size_t chunk_bytes = limits::chunk_bytes;
    std::size_t head_room_bytes = 0;  // at most limits::head_room_bytes_max
    std::size_t reads_in_flight = limits::reads_in_flight;
};

class file_source final : public readable {
  public:
    // Throws std::invalid_argument for options out of their limits. `file` is kept until its last read ends.
    file_source(seam::event_loop& loop, seam::blocking_pool& blocking, buffer_pool& buffers,
                std::shared_ptr<seam::file> file, file_source_options options = {});
    ~file_source() override;

    task<result<slice>> read() override;
    void abort(std::error_code why) override;

  private:
    struct chunk;
    struct shared_state;

    void read_ahead();
    bool start_read();
    result<slice> accept(chunk& arrived);

    seam::event_loop& loop_;
    seam::blocking_pool& blocking_;
    buffer_pool& buffers_;
    const std::shared_ptr<seam::file> file_;
    const file_source_options options_;
    std::uint64_t next_offset_bytes_;
    std::uint64_t end_offset_bytes_;
    // Outlives this object while reads are in flight.
    std::shared_ptr<shared_state> state_;
};

}  // namespace common::stream
