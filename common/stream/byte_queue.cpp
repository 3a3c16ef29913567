#include "common/stream/byte_queue.hpp"

#include <cassert>
#include <utility>

namespace common::stream {

byte_queue::byte_queue(std::size_t high_water_bytes, std::size_t low_water_bytes)
    : level_(high_water_bytes, low_water_bytes) {
    level_.on_resume([this] {
        room_.notify();
        if (on_resume_) on_resume_();
    });
}

task<std::error_code> byte_queue::wait_room() {
    while (level_.above_high()) {
        const auto error = co_await room_.wait();
        if (error) co_return error;
    }
    co_return failure();
}

task<std::error_code> byte_queue::push(slice bytes) {
    const auto error = co_await wait_room();
    if (error) co_return error;
    append(std::move(bytes));
    co_return std::error_code{};
}

bool byte_queue::try_push(slice& bytes) {
    if (!has_room() || finished_ || failure()) return false;
    append(std::exchange(bytes, slice{}));
    return true;
}

void byte_queue::append(slice bytes) {
    assert(!finished_ && "nothing is pushed after finish");
    if (bytes.empty()) return;
    const auto size = bytes.size();
    waiting_.push_back(std::move(bytes));
    level_.add(size);
    ready_.notify();
}

task<result<slice>> byte_queue::pop() {
    release_popped();
    while (waiting_.empty() && !finished_) {
        const auto error = co_await ready_.wait();
        if (error) co_return error;
    }
    if (failure()) co_return failure();
    slice oldest;
    if (!waiting_.empty()) {
        oldest = std::move(waiting_.front());
        waiting_.pop_front();
    }
    popped_bytes_ = oldest.size();
    co_return std::move(oldest);
}

void byte_queue::release_popped() {
    if (popped_bytes_ != 0) level_.remove(std::exchange(popped_bytes_, 0));
}

void byte_queue::finish() {
    finished_ = true;
    ready_.notify();
}

void byte_queue::fail(std::error_code why) {
    if (failure()) return;
    room_.close(why);
    ready_.close(why);
    for (const auto& dropped : std::exchange(waiting_, {})) popped_bytes_ += dropped.size();
    release_popped();
}

}  // namespace common::stream
