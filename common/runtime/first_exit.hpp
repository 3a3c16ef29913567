// Runs two coroutines side by side until the first one ends, then cancels and joins the other.
//
//   co_await run_until_first_exit(reader, writer);   // both are functions returning asio::awaitable<void>
//
// The error of the one that ended first is thrown; what the cancelled one says afterwards is not interesting.
// Unlike `a() || b()` this does not wait for a success. Do not use it to select between two sources of data:
// what the cancelled one had already received would be lost.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/experimental/deferred.hpp>
#include <asio/experimental/parallel_group.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace common::runtime {

template <class First, class Second>
asio::awaitable<void> run_until_first_exit(First first, Second second) {
    namespace group = asio::experimental;
    const auto executor = co_await asio::this_coro::executor;
    auto both = group::make_parallel_group(asio::co_spawn(executor, std::move(first), group::deferred),
                                           asio::co_spawn(executor, std::move(second), group::deferred));
    const auto [order, first_error, second_error] =
        co_await both.async_wait(group::wait_for_one(), asio::use_awaitable);
    const std::exception_ptr error = order[0] == 0 ? first_error : second_error;
    if (error) std::rethrow_exception(error);
}

}  // namespace common::runtime
