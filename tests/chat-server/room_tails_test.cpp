#include "chat-server/domain/room_tails.hpp"

#include "chat-server/domain/limits.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <string>

using chat_server::domain::block_builder;
using chat_server::domain::block_ptr;
using chat_server::domain::room_tails;
namespace limits = chat_server::domain::limits;

namespace {

block_ptr block_of(std::uint32_t room, std::uint64_t seq, std::size_t count, std::size_t text_bytes) {
    block_builder blocks{room};
    const std::string text(text_bytes, 'x');
    for (std::size_t i = 0; i < count; ++i) {
        blocks.add({.room = room, .seq = seq + i, .n = seq + i, .nick = "ada", .text = text});
    }
    return blocks.take().front();
}

std::vector<std::byte> copy_of(protocol::wire::bytes_view bytes) {
    return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("room_tails gives the records of many small blocks in one piece, as the same bytes") {
    room_tails tails{limits::tails_bytes_default};
    std::vector<std::byte> all;
    for (std::uint64_t seq = 1; seq <= 40; seq += 2) {
        const auto added = block_of(7, seq, 2, 10);
        all.insert(all.end(), added->bytes.begin(), added->bytes.end());
        tails.append(added);
    }
    const block_ptr first = *tails.find(7, 1);
    REQUIRE(first->first_seq == 1);
    REQUIRE(first->last_seq() == 40);
    REQUIRE(first->last_n == 40);
    REQUIRE(copy_of(first->from(1)) == all);
    REQUIRE(*tails.find(7, 33) == first);
    const auto at = static_cast<std::ptrdiff_t>(first->begin_of(33));
    REQUIRE(copy_of(first->from(33)) == std::vector<std::byte>(all.begin() + at, all.end()));
    REQUIRE(tails.find(7, 41) == nullptr);
    REQUIRE(tails.find(8, 1) == nullptr);
}

TEST_CASE("room_tails leaves what it has lent where it is while the room goes on") {
    room_tails tails{limits::tails_bytes_default};
    tails.append(block_of(7, 1, 1, 100));
    std::vector<std::pair<block_ptr, protocol::wire::bytes_view>> lent;
    std::vector<std::vector<std::byte>> before;
    for (std::uint64_t seq = 2; seq <= 2'000; ++seq) {
        tails.append(block_of(7, seq, 1, 100));
        const block_ptr block = *tails.find(7, seq);
        lent.emplace_back(block, block->from(seq));
        before.push_back(copy_of(block->from(seq)));
    }
    for (std::size_t i = 0; i < lent.size(); ++i) REQUIRE(copy_of(lent[i].second) == before[i]);
}

TEST_CASE("room_tails does not change a block that others share") {
    room_tails tails{limits::tails_bytes_default};
    const auto shared = block_of(7, 1, 3, 20);
    const auto before = shared->bytes;
    tails.append(shared);
    tails.append(block_of(7, 4, 1, 20));
    REQUIRE(shared->count() == 3);
    REQUIRE(shared->bytes == before);
}

TEST_CASE("room_tails keeps its bound and drops the oldest of all rooms first") {
    constexpr std::size_t bytes_max = 300'000;
    room_tails tails{bytes_max};
    std::uint64_t seq = 1;
    tails.append(block_of(9, 1, 1, 1000));
    for (; seq < 1'000; ++seq) {
        tails.append(block_of(7, seq, 1, 1000));
        REQUIRE(tails.bytes() <= bytes_max);
    }
    REQUIRE(tails.find(9, 1) == nullptr);
    REQUIRE(tails.find(7, 1) == nullptr);
    REQUIRE(tails.find(7, seq - 1) != nullptr);
    REQUIRE((*tails.find(7, seq - 1))->bytes.capacity() <= limits::joined_bytes_max);
}
