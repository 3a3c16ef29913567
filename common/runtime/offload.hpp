// Goes to a pool for work that may block and comes back, in a coroutine running on `home`.
//
//   const auto hash = [&file] { return digest(file); };
//   const digest_t value = co_await offload(pool, home, hash);
//
// Works with seam::blocking_pool and seam::serial_executor. An exception thrown by the work is rethrown here.
#pragma once

#include "common/seam/event_loop.hpp"

#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace common::runtime {

template <class Pool, class Work>
asio::awaitable<std::invoke_result_t<Work&>> offload(Pool& pool, seam::event_loop& home, Work work) {
    using value = std::invoke_result_t<Work&>;
    static_assert(!std::is_void_v<value>, "return at least an error code");
    struct outcome {
        std::optional<value> returned;
        std::exception_ptr thrown;
    };
    const auto kept = std::make_shared<outcome>();
    auto initiate = [&pool, &home, kept, &work](auto handler) {
        // std::function wants copies; the handler is move-only.
        const auto resume = std::make_shared<decltype(handler)>(std::move(handler));
        auto job = [kept, &work] {
            try {
                kept->returned.emplace(work());
            } catch (...) {
                kept->thrown = std::current_exception();
            }
        };
        pool.run(home, std::move(job), [resume] { std::move (*resume)(); });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, asio::use_awaitable);
    if (kept->thrown) std::rethrow_exception(kept->thrown);
    co_return *std::move(kept->returned);
}

}  // namespace common::runtime
