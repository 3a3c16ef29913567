#include "common/runtime/spawn.hpp"

#include <asio/error.hpp>
#include <spdlog/spdlog.h>

#include <system_error>

namespace common::runtime {

void log_end(const std::string& name, const std::exception_ptr& error) noexcept {
    if (!error) return;
    try {
        std::rethrow_exception(error);
    } catch (const std::system_error& thrown) {
        if (thrown.code() == asio::error::operation_aborted) return;
        spdlog::error("{}: {}", name, thrown.what());
    } catch (const std::exception& thrown) {
        spdlog::error("{}: {}", name, thrown.what());
    } catch (...) {
        spdlog::error("{}: unknown exception", name);
    }
}

}  // namespace common::runtime
