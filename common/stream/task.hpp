// task<T>: what every stream operation returns, to be awaited at once by its caller.
//
//   const auto wrote = co_await sink.write(std::move(piece));
//   if (wrote) co_return wrote;
//
// A task runs on the executor of whoever awaits it; one stream belongs to one loop and is never shared by
// threads. Operations report expected failures as values; what they throw is a defect or a lack of memory.
#pragma once

#include "common/seam/result.hpp"

#include <asio/awaitable.hpp>

namespace common::stream {

template <class T>
using task = asio::awaitable<T>;

using common::seam::result;

}  // namespace common::stream
