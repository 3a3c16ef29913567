#include "protocol/frame/header.hpp"

#include "protocol/wire/reader.hpp"
#include "protocol/wire/writer.hpp"

#include <cassert>

namespace protocol::frame {

bool decode_header(std::span<const std::byte, limits::frame_header_bytes> from, header& to) {
    wire::reader in{wire::bytes_view{from}};
    to.payload_bytes = in.u32();
    to.type = in.u16();
    to.flags = in.u8();
    const std::uint8_t marker = in.u8();
    to.request = in.u32();
    return marker == magic && (to.flags & ~flags_known) == 0;
}

void encode_header(std::span<std::byte, limits::frame_header_bytes> to, const header& from) {
    wire::writer out{to};
    out.u32(from.payload_bytes);
    out.u16(from.type);
    out.u8(from.flags);
    out.u8(magic);
    out.u32(from.request);
    assert(out.ok() && out.remaining() == 0);
}

}  // namespace protocol::frame
