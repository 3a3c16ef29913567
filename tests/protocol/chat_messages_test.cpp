#include "protocol/chat/catalogue.hpp"
#include "protocol/chat/transcript.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/frame/encoder.hpp"
#include "protocol/wire/print.hpp"
#include "tests/catch.hpp"
#include "tests/support/hex.hpp"

#include <algorithm>
#include <list>
#include <random>
#include <string>
#include <vector>

using namespace protocol;
using tests::support::from_hex;
using tests::support::to_hex;

namespace {

template <std::size_t Size>
wire::byte_array<Size> counting_from(unsigned first) {
    wire::byte_array<Size> bytes{};
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(first++);
    return bytes;
}

// A value of each type a member may have, drawn from a seeded generator; strings live in `kept`.
class generator {
  public:
    explicit generator(std::uint32_t seed) : random_(seed) {}

    template <class T>
    void fill(T& value, std::size_t max, std::size_t element_max) {
        if constexpr (wire::described<T>) {
            wire::for_each_member<T>([&]<class D>(const D& m) {
                if constexpr (wire::is_extension<D>) {
                    if (random_() % 2 == 0) fill((value.*m.pointer).emplace(), m.max, m.element_max);
                } else {
                    fill(value.*m.pointer, m.max, m.element_max);
                }
            });
        } else if constexpr (std::is_same_v<T, std::string_view>) {
            value = *kept_.insert(kept_.end(),
                                  std::string(random_() % (std::min<std::size_t>(max, 40) + 1), 'x'));
        } else if constexpr (std::is_same_v<T, wire::bytes_view>) {
            value = wire::as_bytes(*kept_.insert(kept_.end(), std::string(random_() % 40, '\xff')));
        } else if constexpr (wire::is_byte_array<T>) {
            for (std::byte& byte : value) byte = static_cast<std::byte>(random_());
        } else if constexpr (wire::is_vector<T>) {
            value.resize(random_() % (std::min<std::size_t>(max, 5) + 1));
            for (auto& element : value) fill(element, element_max, 0);
        } else if constexpr (std::is_same_v<T, bool>) {
            value = random_() % 2 == 0;
        } else if constexpr (std::is_enum_v<T>) {
            value = static_cast<T>(random_() % 5);
        } else {
            value = static_cast<T>((std::uint64_t{random_()} << 32) | random_());
        }
    }

  private:
    std::mt19937 random_;
    std::list<std::string> kept_;
};

}  // namespace

TEST_CASE("a post is these bytes") {
    chat::post post;
    post.room = 7;
    post.id = counting_from<16>(0);
    post.sent_at_ms = 0x0102030405060708;
    post.text = "hi";
    CHECK(to_hex(frame::encode(post, 9)) == to_hex(from_hex("23000000 0201 00 53 09000000"
                                                            "07000000 01"
                                                            "000102030405060708090a0b0c0d0e0f"
                                                            "0807060504030201 02000000 6869")));
    post.target_n = 213;
    CHECK(to_hex(frame::encode(post, 9)) == to_hex(from_hex("31000000 0201 00 53 09000000"
                                                            "07000000 01"
                                                            "000102030405060708090a0b0c0d0e0f"
                                                            "0807060504030201 02000000 6869"
                                                            "0100 08000000 d500000000000000")));
}

TEST_CASE("a record is these bytes, the same for every reader") {
    chat::record record;
    record.room = 7;
    record.seq = 300;
    record.n = 213;
    record.id = counting_from<16>(0);
    record.author = counting_from<16>(0x80);
    record.sent_at_ms = 1000;
    record.stored_at_ms = 1001;
    record.nick = "ada";
    record.text = "hi";
    CHECK(to_hex(frame::encode(record)) == to_hex(from_hex("52000000 4301 00 53 00000000"
                                                           "07000000 2c01000000000000 d500000000000000 01"
                                                           "000102030405060708090a0b0c0d0e0f"
                                                           "808182838485868788898a8b8c8d8e8f"
                                                           "e803000000000000 e903000000000000"
                                                           "03000000 616461 02000000 6869")));
}

TEST_CASE("a record's overhead is what the limits say") {
    chat::record record;
    record.target_n = 1;
    record.action = chat::moderation_action::kick;
    record.subject.emplace();
    record.erased_hash.emplace();
    CHECK(frame::frame_bytes(record) <= chat::limits::record_overhead_bytes_max);
    chat::room_entry room;
    CHECK(wire::encoded_bytes(room) <= 64);
    chat::member_entry member;
    CHECK(wire::encoded_bytes(member) <= 64);
}

TEST_CASE("every chat message comes back as it was, and no cut of it is taken for whole") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    generator values{seed};
    wire::for_each_entry(chat::catalogue, [&]<class M>(std::string_view name, M) {
        INFO(name);
        for (int round = 0; round < 50; ++round) {
            M message;
            values.fill(message, 0, 0);
            std::vector<std::byte> payload(wire::encoded_bytes(message));
            wire::writer out{payload};
            wire::encode(out, message);
            M back;
            REQUIRE(wire::decode(payload, back) == error_code::none);
            REQUIRE(back == message);
            for (std::size_t cut = 0; cut < payload.size(); ++cut) {
                M partly;
                const auto error = wire::decode(wire::bytes_view{payload}.first(cut), partly);
                // Where only whole extensions are missing, what is left is a message of its own.
                if (error == error_code::none) REQUIRE(wire::encoded_bytes(partly) == cut);
            }
        }
    });
}

TEST_CASE("an unknown kind of record is decoded, an unknown place to start is malformed") {
    chat::record record;
    record.kind = static_cast<chat::record_kind>(99);
    std::vector<std::byte> payload(wire::encoded_bytes(record));
    wire::writer out{payload};
    wire::encode(out, record);
    chat::record back;
    CHECK(wire::decode(payload, back) == error_code::none);
    CHECK(back.kind == record.kind);

    chat::join_room join;
    CHECK(wire::decode(wire::bytes_view{from_hex("00000000 00000000 04 0000000000000000")}, join) ==
          error_code::none);
    CHECK(wire::decode(wire::bytes_view{from_hex("00000000 00000000 05 0000000000000000")}, join) ==
          error_code::malformed);
}

TEST_CASE("strings and counts beyond their limits are malformed") {
    const std::string long_name(limits::name_bytes_max + 1, 'r');
    chat::join_room join{.room = long_name};
    std::vector<std::byte> payload(wire::encoded_bytes(join));
    wire::writer out{payload};
    wire::encode(out, join);
    CHECK(wire::decode(payload, join) == error_code::malformed);

    chat::room_list rooms;
    CHECK(wire::decode(wire::bytes_view{from_hex("00 ffffffff")}, rooms) == error_code::malformed);
    CHECK(wire::decode(wire::bytes_view{from_hex("00 41000000")}, rooms) == error_code::malformed);
}

TEST_CASE("a post whose text is not UTF-8 is malformed") {
    const auto payload =
        from_hex("07000000 01 000102030405060708090a0b0c0d0e0f 0000000000000000 02000000 c328");
    chat::post post;
    CHECK(wire::decode(wire::bytes_view{payload}, post) == error_code::malformed);
}

TEST_CASE("a link of the transcript is these bytes") {
    chat::record record;
    record.room = 7;
    record.seq = 2;
    record.n = 1;
    record.kind = chat::record_kind::moderation;
    record.id = counting_from<16>(0x10);
    record.author = counting_from<16>(0x80);
    record.sent_at_ms = 2000;
    record.stored_at_ms = 2001;
    record.nick = "ada";
    record.text = "60";
    record.action = chat::moderation_action::mute;
    record.subject = counting_from<16>(0xa0);
    const auto link = chat::link_of(counting_from<32>(0x40), record, counting_from<32>(0xc0));
    CHECK(to_hex(link.view()) ==
          to_hex(from_hex("404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
                          "0200000000000000 0100000000000000 06"
                          "101112131415161718191a1b1c1d1e1f 808182838485868788898a8b8c8d8e8f"
                          "d007000000000000 d107000000000000 03000000 616461"
                          "c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
                          "0000000000000000 04 a0a1a2a3a4a5a6a7a8a9aaabacadaeaf")));
}
