#include "common/app/environment.hpp"

#include <cstdlib>
#include <unistd.h>

namespace common::app {

environment process_environment() {
    return [](std::string_view name) -> std::optional<std::string> {
        const char* value = std::getenv(std::string{name}.c_str());
        if (value == nullptr || *value == '\0') return std::nullopt;
        return value;
    };
}

bool is_decorated(int fd, const environment& env) {
    return ::isatty(fd) == 1 && !env("NO_COLOR") && env("TERM").value_or("dumb") != "dumb";
}

}  // namespace common::app
