// Every message: what decodes encodes to the same bytes again, equals itself, and prints as one clean line.
//
// Input: the frame type (little-endian u16), then the payload.
#include "protocol/chat/catalogue.hpp"
#include "protocol/session/catalogue.hpp"
#include "protocol/upload/catalogue.hpp"
#include "protocol/wire/codec.hpp"
#include "protocol/wire/print.hpp"
#include "tests/fuzz/target.hpp"

#include <vector>

namespace wire = protocol::wire;
using tests::fuzz::must;

namespace {

template <wire::message M>
void check(wire::bytes_view payload) {
    M decoded;
    if (wire::decode(payload, decoded) != protocol::error_code::none) return;
    std::vector<std::byte> again(wire::encoded_bytes(decoded));
    // Extensions that this version does not know are skipped, so the encoding may be shorter, never longer.
    must(again.size() <= payload.size(), "a decoded message is larger than its payload");
    wire::writer out{again};
    wire::encode(out, decoded);
    must(out.ok() && out.remaining() == 0, "an encoding does not have its announced size");
    M second;
    must(wire::decode(again, second) == protocol::error_code::none, "an encoding does not decode");
    must(second == decoded, "a message changes when it is encoded again");
    if (again.size() == payload.size())
        must(wire::bytes_view{again} == payload, "a message has two encodings");
    const auto printable = [](char c) { return c >= 0x20 && c < 0x7f; };
    must(std::ranges::all_of(wire::to_string(decoded), printable), "a message prints something that acts");
}

template <class Catalogue>
void check_all(const Catalogue& catalogue, std::uint16_t type, wire::bytes_view payload) {
    wire::for_each_entry(catalogue, [&]<class M>(std::string_view, M) {
        if (M::type == type) check<M>(payload);
    });
}

}  // namespace

FUZZ_TARGET(input) {
    tests::fuzz::cursor from{input};
    const auto type = from.u16();
    const wire::bytes_view payload{from.rest()};
    check_all(protocol::session::catalogue, type, payload);
    check_all(protocol::chat::catalogue, type, payload);
    check_all(protocol::upload::catalogue, type, payload);
}
