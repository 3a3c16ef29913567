#include "common/stream/queue_streams.hpp"

namespace common::stream {

task<std::error_code> queue_sink::finish() {
    const auto error = queue_.failure();
    if (!error) queue_.finish();
    co_return error;
}

}  // namespace common::stream
