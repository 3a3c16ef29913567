// The frame decoder gives the same frames however the stream is cut, and each is what was in the stream.
//
// Input: one byte for the limit, one for the way to cut, then the stream.
#include "protocol/frame/decoder.hpp"
#include "tests/fuzz/target.hpp"

#include <vector>

using protocol::frame::decoder;
using tests::fuzz::must;

namespace {

struct outcome {
    std::vector<protocol::frame::header> frames;
    protocol::error_code error = protocol::error_code::none;
    std::size_t consumed = 0;

    friend bool operator==(const outcome&, const outcome&) = default;
};

// Whether a ready frame is the bytes it claims to be.
void check_frame(const decoder::step& step, tests::fuzz::input_bytes unread) {
    const auto& header = step.frame.header;
    must(step.frame_bytes == protocol::limits::frame_header_bytes + header.payload_bytes, "a frame's size");
    must(step.frame.payload.size() == header.payload_bytes, "a payload's size");
    must(step.frame.payload.data() == unread.data() + protocol::limits::frame_header_bytes,
         "a payload's place");
    std::vector<std::byte> again(protocol::limits::frame_header_bytes);
    protocol::frame::encode_header(std::span{again}.first<protocol::limits::frame_header_bytes>(), header);
    must(std::ranges::equal(again, unread.first(again.size())), "a header changes when it is encoded again");
}

// Receives `stream` in pieces of `piece` bytes (0: all at once), as a connection would.
outcome receive(tests::fuzz::input_bytes stream, std::size_t limit, std::size_t piece) {
    decoder frames{limit};
    outcome seen;
    std::size_t received = piece == 0 ? stream.size() : 0;
    for (;;) {
        const auto unread = stream.subspan(seen.consumed, received - seen.consumed);
        const auto step = frames.next(unread);
        if (step.state == decoder::state::failed) {
            seen.error = step.error;
            must(step.error != protocol::error_code::none, "a failure without a reason");
            must(frames.next(unread).error == step.error, "a failed decoder goes on");
            return seen;
        }
        if (step.state == decoder::state::more) {
            must(step.frame_bytes > unread.size(), "more bytes are asked for than are missing");
            if (received == stream.size()) return seen;
            received = std::min(stream.size(), received + piece);
            continue;
        }
        check_frame(step, unread);
        seen.frames.push_back(step.frame.header);
        seen.consumed += step.frame_bytes;
    }
}

}  // namespace

FUZZ_TARGET(input) {
    tests::fuzz::cursor from{input};
    const std::size_t limit = std::size_t{1} << (from.u8() % 21);
    const std::size_t piece = std::size_t{1} + from.u8();
    const auto stream = from.rest();
    const outcome whole = receive(stream, limit, 0);
    must(whole == receive(stream, limit, piece), "the frames depend on how the stream was cut");
    must(whole == receive(stream, limit, 1), "the frames depend on how the stream was cut");
}
