#include "common/stream/file_source.hpp"

#include "common/stream/event.hpp"
#include "common/stream/stream_error.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <stdexcept>
#include <utility>

namespace common::stream {

// One read in flight or waiting for its reader. The pool's thread has it until `arrived` is set on the loop.
struct file_source::chunk {
    slice buffer;
    std::uint64_t offset_bytes = 0;
    result<std::size_t> count = std::size_t{0};
    bool arrived = false;
};

struct file_source::shared_state {
    std::deque<std::shared_ptr<chunk>> ahead;
    event changed;
};

file_source::file_source(seam::event_loop& loop, seam::blocking_pool& blocking, buffer_pool& buffers,
                         std::shared_ptr<seam::file> file, file_source_options options)
    : loop_(loop),
      blocking_(blocking),
      buffers_(buffers),
      file_(std::move(file)),
      options_(options),
      next_offset_bytes_(options.offset_bytes),
      end_offset_bytes_(std::numeric_limits<std::uint64_t>::max()),
      state_(std::make_shared<shared_state>()) {
    if (options_.chunk_bytes == 0 || options_.head_room_bytes > limits::head_room_bytes_max ||
        options_.reads_in_flight == 0 || options_.reads_in_flight > limits::reads_in_flight_max) {
        throw std::invalid_argument("file_source: options out of their limits");
    }
    if (!options_.length_bytes) return;
    if (*options_.length_bytes > end_offset_bytes_ - options_.offset_bytes) {
        throw std::invalid_argument("file_source: the range does not fit a file");
    }
    end_offset_bytes_ = options_.offset_bytes + *options_.length_bytes;
}

file_source::~file_source() = default;

task<result<slice>> file_source::read() {
    read_ahead();
    if (state_->changed.closed()) co_return state_->changed.why_closed();
    if (state_->ahead.empty()) {
        if (next_offset_bytes_ >= end_offset_bytes_) co_return slice{};
        // Something is left to read, and not one buffer to read it into.
        abort(make_error_code(std::errc::not_enough_memory));
        co_return state_->changed.why_closed();
    }
    const auto oldest = state_->ahead.front();
    while (!oldest->arrived) {
        const auto error = co_await state_->changed.wait();
        if (error) co_return error;
    }
    if (state_->changed.closed()) co_return state_->changed.why_closed();
    state_->ahead.pop_front();
    auto got = accept(*oldest);
    if (!got) abort(got.error());
    if (got) read_ahead();
    co_return std::move(got);
}

void file_source::abort(std::error_code why) {
    state_->changed.close(why);
    state_->ahead.clear();
}

void file_source::read_ahead() {
    while (!state_->changed.closed() && state_->ahead.size() < options_.reads_in_flight &&
           next_offset_bytes_ < end_offset_bytes_) {
        const bool started = start_read();
        if (!started) return;
    }
}

bool file_source::start_read() {
    const auto rest_bytes = end_offset_bytes_ - next_offset_bytes_;
    const auto size_bytes =
        static_cast<std::size_t>(std::min<std::uint64_t>(options_.chunk_bytes, rest_bytes));
    auto buffer = buffers_.try_allocate(options_.head_room_bytes + size_bytes, contents::unspecified);
    if (!buffer) return false;
    buffer->drop_front(options_.head_room_bytes);

    const auto next = std::make_shared<chunk>();
    next->buffer = std::move(*buffer);
    next->offset_bytes = next_offset_bytes_;
    next_offset_bytes_ += size_bytes;
    state_->ahead.push_back(next);
    auto work = [file = file_, next] {
        next->count = file->read_at(next->buffer.mutable_bytes(), next->offset_bytes);
    };
    auto done = [state = state_, next] {
        next->arrived = true;
        state->changed.notify();
    };
    blocking_.run(loop_, std::move(work), std::move(done));
    return true;
}

// The slice that came, cut to what was read. A short one is the end of the file.
result<slice> file_source::accept(chunk& arrived) {
    if (!arrived.count) return arrived.count.error();
    const auto missing_bytes = arrived.buffer.size() - *arrived.count;
    if (missing_bytes != 0) {
        if (options_.length_bytes) return make_error_code(stream_error::truncated);
        end_offset_bytes_ = 0;
        state_->ahead.clear();
    }
    arrived.buffer.drop_back(missing_bytes);
    return std::move(arrived.buffer);
}

}  // namespace common::stream
