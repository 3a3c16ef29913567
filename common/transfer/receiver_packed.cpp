// Frames that come packed to a receiver.
#include "common/transfer/packing.hpp"
#include "common/transfer/receiver.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/wire/codec.hpp"

namespace common::transfer {

namespace upload = protocol::upload;
using protocol::error_code;

error_code receiver::on_packed(const incoming_frame& frame) {
    upload::packed message;
    if (const auto error = protocol::wire::decode(protocol::wire::bytes_view{frame.payload}, message);
        error != error_code::none) {
        return error;
    }
    if (const auto error = unpack(message, unpacked_); error != error_code::none) return error;
    protocol::frame::decoder decoder{limits::data_payload_bytes_max};
    for (std::size_t at = 0; at < unpacked_.size() && !stopped();) {
        const auto step = decoder.next(seam::const_bytes{unpacked_}.subspan(at));
        if (step.state != protocol::frame::decoder::state::ready) return error_code::malformed;
        const auto type = step.frame.header.type;
        if (type != upload::offer::type && type != upload::chunk::type) return error_code::malformed;
        // What is kept of it outlives the room.
        const stream::slice payload = stream::slice::copy_of(step.frame.payload);
        const auto error = take_frame({step.frame.header, payload.bytes(), &payload});
        if (error != error_code::none) return error;
        at += step.frame_bytes;
    }
    return error_code::none;
}

}  // namespace common::transfer
