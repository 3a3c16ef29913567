#include "protocol/frame/decoder.hpp"

namespace protocol::frame {

decoder::step decoder::fail(error_code why) {
    failed_ = why;
    return {.state = state::failed, .frame_bytes = 0, .frame = {}, .error = why};
}

decoder::step decoder::next(wire::bytes_view unread) {
    if (failed_ != error_code::none) return fail(failed_);

    step result;
    if (unread.size() < limits::frame_header_bytes) {
        result.state = state::more;
        result.frame_bytes = limits::frame_header_bytes;
        return result;
    }
    header& head = result.frame.header;
    if (!decode_header(unread.first<limits::frame_header_bytes>(), head)) return fail(error_code::malformed);
    if (head.payload_bytes > payload_bytes_max_) return fail(error_code::too_large);

    result.frame_bytes = limits::frame_header_bytes + head.payload_bytes;
    result.state = unread.size() < result.frame_bytes ? state::more : state::ready;
    if (result.state == state::ready) {
        result.frame.payload = unread.subspan(limits::frame_header_bytes, head.payload_bytes);
    }
    return result;
}

}  // namespace protocol::frame
