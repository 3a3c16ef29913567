// Puts described messages into frames.
//
//   frame::append(buffer, post{…}, request);                  // header and payload at the end of a vector
//   std::vector<std::byte> bytes = frame::encode(post{…});
//
// A bulk payload can be kept where it is: encode_prefix() makes the header and the message's own members,
// with the length of `bulk_bytes` more that the caller sends right behind it (the message's last member is a
// bytes_view).
#pragma once

#include "protocol/frame/header.hpp"
#include "protocol/wire/codec.hpp"

#include <cassert>
#include <cstdint>
#include <vector>

namespace protocol::frame {

// Messages that a peer of an older version must not skip say so: `static constexpr bool critical = true`.
template <wire::message M>
constexpr std::uint8_t flags_of() {
    if constexpr (requires { M::critical; }) {
        return M::critical ? flag_critical : 0;
    } else {
        return 0;
    }
}

template <wire::message M>
std::size_t frame_bytes(const M& message) {
    return limits::frame_header_bytes + wire::encoded_bytes(message);
}

// Writes the frame to the front of `to`, which has at least frame_bytes(message); returns its size.
template <wire::message M>
std::size_t encode_to(std::span<std::byte> to, const M& message, std::uint32_t request = 0) {
    const std::size_t payload_bytes = wire::encoded_bytes(message);
    assert(payload_bytes <= limits::data_payload_bytes_max);
    assert(to.size() >= limits::frame_header_bytes + payload_bytes);
    encode_header(to.first<limits::frame_header_bytes>(),
                  {.payload_bytes = static_cast<std::uint32_t>(payload_bytes),
                   .type = M::type,
                   .flags = flags_of<M>(),
                   .request = request});
    wire::writer out{to.subspan(limits::frame_header_bytes, payload_bytes)};
    wire::encode(out, message);
    assert(out.ok() && out.remaining() == 0);
    return limits::frame_header_bytes + payload_bytes;
}

template <wire::message M>
void append(std::vector<std::byte>& to, const M& message, std::uint32_t request = 0) {
    const std::size_t begin = to.size();
    to.resize(begin + frame_bytes(message));
    encode_to(std::span{to}.subspan(begin), message, request);
}

template <wire::message M>
std::vector<std::byte> encode(const M& message, std::uint32_t request = 0) {
    std::vector<std::byte> bytes;
    append(bytes, message, request);
    return bytes;
}

// The beginning of a frame whose last member is a bytes_view of `bulk_bytes` bytes: header, members and that
// member's length. The caller sends the bytes right behind it, from the buffer they were read into. In
// `message` that member is empty and no extension is set. Returns the size of what was written.
template <wire::message M>
std::size_t encode_prefix_to(std::span<std::byte> to, const M& message, std::size_t bulk_bytes,
                             std::uint32_t request = 0) {
    const std::size_t prefix_bytes = encode_to(to, message, request);
    wire::writer{to.first(sizeof(std::uint32_t))}.u32(
        static_cast<std::uint32_t>(prefix_bytes - limits::frame_header_bytes + bulk_bytes));
    wire::writer{to.subspan(prefix_bytes - wire::length_bytes, wire::length_bytes)}.u32(
        static_cast<std::uint32_t>(bulk_bytes));
    return prefix_bytes;
}

}  // namespace protocol::frame
