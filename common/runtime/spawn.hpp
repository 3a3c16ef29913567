// Starts a coroutine so that its end cannot be lost: it is counted, and an error that leaves it is logged.
//
//   spawn_logged(worker.io().get_executor(), tasks, "resolve", [state]() -> asio::awaitable<void> { … });
//
// Pass the lambda itself, not the awaitable it returns: it is kept alive for as long as the coroutine runs.
#pragma once

#include "common/runtime/task_counter.hpp"

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>

#include <exception>
#include <string>
#include <utility>

namespace common::runtime {

// One log line for an error that ended a coroutine; a cancelled operation is an expected end.
void log_end(const std::string& name, const std::exception_ptr& error) noexcept;

template <class Executor, class Coroutine>
void spawn_logged(const Executor& executor, task_counter& tasks, std::string name, Coroutine coroutine) {
    auto finished = [name = std::move(name), ticket = tasks.enter()](const std::exception_ptr& error) {
        log_end(name, error);
    };
    asio::co_spawn(executor, std::move(coroutine), std::move(finished));
}

}  // namespace common::runtime
