#include "common/stream/transformed.hpp"

#include <utility>

namespace common::stream {

task<std::error_code> transformed_sink::write(slice bytes) {
    return step_.push(std::move(bytes), next_);
}

task<std::error_code> transformed_sink::finish() {
    const auto error = co_await step_.finish(next_);
    if (error) co_return error;
    co_return co_await next_.finish();
}

void transformed_sink::abort(std::error_code why) {
    step_.abort(why);
    next_.abort(why);
}

task<std::error_code> transformed_source::shelf::write(slice bytes) {
    if (!bytes.empty()) pieces.push_back(std::move(bytes));
    co_return std::error_code{};
}

task<std::error_code> transformed_source::shelf::finish() {
    co_return std::error_code{};
}

task<result<slice>> transformed_source::read() {
    while (ready_.pieces.empty() && !ended_ && !failure_) {
        const auto error = co_await advance();
        if (error) abort(error);
    }
    if (failure_) co_return failure_;
    slice next;
    if (!ready_.pieces.empty()) {
        next = std::move(ready_.pieces.front());
        ready_.pieces.pop_front();
    }
    co_return std::move(next);
}

task<std::error_code> transformed_source::advance() {
    auto got = co_await origin_.read();
    if (!got) co_return got.error();
    if (got->empty()) {
        ended_ = true;
        co_return co_await step_.finish(ready_);
    }
    co_return co_await step_.push(std::move(*got), ready_);
}

void transformed_source::abort(std::error_code why) {
    if (failure_) return;
    failure_ = why;
    ready_.abort(why);
    step_.abort(why);
    origin_.abort(why);
}

}  // namespace common::stream
