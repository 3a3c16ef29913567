#include "protocol/wire/reader.hpp"

#include "protocol/wire/utf8.hpp"

namespace protocol::wire {

void reader::fail(error_code why) {
    if (ok()) error_ = why;
    rest_ = {};
}

bool reader::boolean() {
    const std::uint8_t value = u8();
    if (value > 1) fail(error_code::malformed);
    return value == 1;
}

bytes_view reader::raw(std::size_t count) {
    if (count > rest_.size()) {
        fail(error_code::malformed);
        return {};
    }
    const bytes_view taken{rest_.first(count)};
    rest_ = bytes_view{rest_.subspan(count)};
    return taken;
}

bytes_view reader::bytes(std::size_t count_max) {
    const std::uint32_t count = u32();
    if (count > count_max) {
        fail(error_code::malformed);
        return {};
    }
    return raw(count);
}

std::string_view reader::text(std::size_t bytes_max) {
    const std::string_view text = as_text(bytes(bytes_max));
    if (is_valid_utf8(text)) return text;
    fail(error_code::malformed);
    return {};
}

std::size_t reader::count(std::size_t count_max, std::size_t element_bytes_min) {
    const std::size_t count = u32();
    if (count <= count_max && count * element_bytes_min <= rest_.size()) return count;
    fail(error_code::malformed);
    return 0;
}

}  // namespace protocol::wire
