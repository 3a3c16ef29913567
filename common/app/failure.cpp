#include "common/app/failure.hpp"

#include "common/app/json_events.hpp"
#include "common/app/output.hpp"
#include "common/app/secrets.hpp"
#include "common/app/terminal_text.hpp"

#include <unistd.h>

namespace common::app {
namespace {

std::string join(std::string_view what_failed, std::string_view why, std::string_view what_to_do) {
    std::string line{what_failed};
    if (!why.empty()) line.append(": ").append(why);
    if (!what_to_do.empty()) line.append("; ").append(what_to_do);
    return line;
}

std::string presentable(const failure& what) {
    return sanitize(hide_tokens(what.what()), text_kind::line);
}

}  // namespace

failure::failure(exit_code exit, std::string code, std::string_view what_failed, std::string_view why,
                 std::string_view what_to_do)
    : std::runtime_error(join(what_failed, why, what_to_do)), exit_(exit), code_(std::move(code)) {}

failure usage_error(std::string_view what_failed, std::string_view why, std::string_view what_to_do) {
    return {exit_code::usage, "usage", what_failed, why, what_to_do};
}

std::string describe(std::string_view program, const failure& what) {
    return std::string{program} + ": " + presentable(what);
}

void report(std::string_view program, const failure& what, json_writer* events) noexcept {
    try {
        write_all(STDERR_FILENO, describe(program, what) + "\n");
        if (events == nullptr) return;
        auto event = events->event("error");
        event.field("code", what.code()).field("message", presentable(what));
        event.field("exit", to_status(what.exit()));
        events->try_write(event);
    } catch (...) {
        // Out of memory while reporting: the exit code still tells.
    }
}

}  // namespace common::app
