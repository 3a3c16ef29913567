#include "common/app/utf8.hpp"

#include <utf8proc.h>

namespace common::app {

code_point read_code_point(std::string_view text, std::size_t at) {
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at;
    utf8proc_int32_t value = 0;
    const auto length = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size() - at), &value);
    if (length <= 0 || value < 0) return {.value = *bytes, .bytes = 1, .valid = false};
    return {.value = value, .bytes = static_cast<std::size_t>(length), .valid = true};
}

}  // namespace common::app
