#include "common/stream/slice.hpp"

#include "common/stream/buffer_pool.hpp"
#include "tests/catch.hpp"

#include <cstring>

using common::stream::buffer_pool;
using common::stream::contents;
using common::stream::slice;

TEST_CASE("slice cuts views of the same bytes without copying") {
    const auto whole = slice::copy_of(std::string_view{"header|payload"});
    struct row {
        slice cut;
        std::string_view text;
    };
    const row rows[] = {
        {whole.first(6), "header"},
        {whole.last(7), "payload"},
        {whole.part(6, 1), "|"},
        {whole.first(0), ""},
        {whole.part(14, 0), ""},
        {whole.part(0, 14), "header|payload"},
        {whole.last(7).part(3, 4), "load"},
    };
    for (const auto& [cut, text] : rows) {
        REQUIRE(cut.text() == text);
        REQUIRE(cut.data() >= whole.data());
        REQUIRE(cut.data() + cut.size() <= whole.data() + whole.size());
    }
}

TEST_CASE("slice moves its ends inward by dropping") {
    auto bytes = slice::copy_of(std::string_view{"abcdef"});
    REQUIRE(bytes.take_front(2).text() == "ab");
    REQUIRE(bytes.text() == "cdef");
    bytes.drop_back(1);
    bytes.drop_front(1);
    REQUIRE(bytes.text() == "de");
}

TEST_CASE("slice is unique until it is copied and again when the copies are gone") {
    auto bytes = slice::copy_of(std::string_view{"abc"});
    REQUIRE(bytes.unique());
    {
        const slice copy = bytes;
        REQUIRE_FALSE(bytes.unique());
        REQUIRE_FALSE(copy.unique());
    }
    REQUIRE(bytes.unique());
    bytes.mutable_bytes()[0] = std::byte{'X'};
    REQUIRE(bytes.text() == "Xbc");
    const slice moved = std::move(bytes);
    REQUIRE(moved.unique());
}

TEST_CASE("slice takes a header into its head room without moving the payload") {
    buffer_pool pool;
    auto frame = pool.allocate(8 + 7, contents::unspecified);
    frame.drop_front(8);
    std::memcpy(frame.mutable_bytes().data(), "payload", 7);
    const auto* const payload = frame.data();
    REQUIRE(frame.head_room() == 8);

    std::memcpy(frame.extend_front(8).data(), "[header]", 8);
    REQUIRE(frame.text() == "[header]payload");
    REQUIRE(frame.data() + 8 == payload);
    REQUIRE(frame.head_room() == 0);
    REQUIRE(frame.tail_room() == 512 - 15);

    std::memcpy(frame.extend_back(3).data(), "end", 3);
    REQUIRE(frame.text() == "[header]payloadend");
}

TEST_CASE("slice without bytes is empty in every respect") {
    slice nothing;
    REQUIRE(nothing.empty());
    REQUIRE(nothing.text().empty());
    REQUIRE(nothing.mutable_bytes().empty());
    REQUIRE_FALSE(nothing.unique());
    REQUIRE(nothing.head_room() == 0);
    REQUIRE(nothing.tail_room() == 0);
    REQUIRE(slice::copy_of(std::string_view{}).empty());
}
