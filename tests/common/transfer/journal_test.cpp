#include "common/transfer/journal.hpp"

#include "common/transfer/staging.hpp"
#include "tests/catch.hpp"
#include "tests/support/memory_disk.hpp"

#include <array>

using namespace common::transfer;
using tests::support::memory_disk;
namespace seam = common::seam;

namespace {

digest digest_number(std::uint32_t number) {
    digest value{};
    for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<std::byte>(number + i);
    return value;
}

journal::identity some_identity(std::uint64_t size) {
    return {.generation = 42,
            .size = size,
            .mtime_ns = 5,
            .source = 6,
            .chunk_bytes = limits::chunk_bytes_default,
            .owner = "owner",
            .path = "a/b"};
}

// identity; chunks 0, 1; chunk 3; forget 1
std::vector<std::uint64_t> write_sample(seam::file& to) {
    std::vector<std::uint64_t> ends;
    journal::writer out;
    const auto flush = [&] {
        REQUIRE_FALSE(out.flush(to));
        ends.push_back(out.bytes());
    };
    out.identity(some_identity(std::uint64_t{10} * limits::chunk_bytes_default));
    flush();
    const std::array two{digest_number(0), digest_number(1)};
    out.chunks(0, std::as_bytes(std::span{two}));
    flush();
    const std::array one{digest_number(3)};
    out.chunks(3, std::as_bytes(std::span{one}));
    flush();
    out.forget(1, 1);
    flush();
    return ends;
}

std::vector<std::uint32_t> indices_of(const chunk_map& chunks) {
    std::vector<std::uint32_t> indices;
    for (std::uint32_t i = 0; i < 16; ++i) {
        if (chunks.has(i)) indices.push_back(i);
    }
    return indices;
}

// What is known after the first `records` records.
std::vector<std::uint32_t> expected_after(std::size_t records) {
    switch (records) {
        case 0:
        case 1:
            return {};
        case 2:
            return {0, 1};
        case 3:
            return {0, 1, 3};
        default:
            return {0, 3};
    }
}

using indices = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("a journal gives back what was written to it") {
    memory_disk disk;
    auto file = disk.create("j", 0600);
    REQUIRE(file);
    const auto ends = write_sample(**file);
    const auto found = journal::replay(**file);
    REQUIRE(found);
    CHECK(found->valid);
    CHECK(found->identity.generation == 42);
    CHECK(found->identity.chunk_bytes == limits::chunk_bytes_default);
    CHECK(found->owner == "owner");
    CHECK(found->path == "a/b");
    CHECK(found->good_bytes == ends.back());
    CHECK(indices_of(found->chunks) == indices{0, 3});
    CHECK(found->chunks.at(3) == digest_number(3));
    CHECK(found->chunks.durable(3));
}

TEST_CASE("a journal torn at any byte is believed up to its last whole record") {
    memory_disk whole;
    auto file = whole.create("j", 0600);
    REQUIRE(file);
    const auto ends = write_sample(**file);
    const auto content = whole.find("j")->content;
    for (std::size_t size = 0; size <= content.size(); ++size) {
        INFO("torn at " << size);
        memory_disk disk;
        disk.put("j", {reinterpret_cast<const char*>(content.data()), size}, 1);
        auto torn = disk.open_write("j");
        REQUIRE(torn);
        const auto found = journal::replay(**torn);
        REQUIRE(found);
        std::size_t records = 0;
        while (records < ends.size() && ends[records] <= size) ++records;
        CHECK(found->valid == (records > 0));
        CHECK(indices_of(found->chunks) == expected_after(records));
        CHECK(found->good_bytes == (records == 0 ? 0 : ends[records - 1]));

        // And goes on from there, over whatever was left behind.
        if (records == 0) continue;
        journal::writer out{found->good_bytes, found->chain};
        const std::array one{digest_number(7)};
        out.chunks(7, std::as_bytes(std::span{one}));
        REQUIRE_FALSE(out.flush(**torn));
        const auto again = journal::replay(**torn);
        REQUIRE(again);
        auto expected = expected_after(records);
        expected.push_back(7);
        CHECK(indices_of(again->chunks) == expected);
        CHECK(again->good_bytes == out.bytes());
    }
}

TEST_CASE("a journal with any bit flipped is believed up to the record before") {
    memory_disk disk;
    auto file = disk.create("j", 0600);
    REQUIRE(file);
    const auto ends = write_sample(**file);
    const auto content = disk.find("j")->content;
    for (std::size_t bit = 0; bit < content.size() * 8; ++bit) {
        auto damaged = content;
        damaged[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        REQUIRE_FALSE((*file)->write_at(damaged, 0));
        const auto found = journal::replay(**file);
        REQUIRE(found);
        std::size_t records = 0;
        while (ends[records] <= bit / 8) ++records;
        INFO("bit " << bit);
        CHECK(indices_of(found->chunks) == expected_after(records));
    }
}

TEST_CASE("what an older run left behind a rewritten record is not believed") {
    memory_disk disk;
    auto file = disk.create("j", 0600);
    REQUIRE(file);
    const auto ends = write_sample(**file);
    // The second record is replaced by one of the same length; the third still stands behind it.
    const auto first = [&] {
        memory_disk other;
        other.put("j", disk.text("j").substr(0, static_cast<std::size_t>(ends[0])), 1);
        auto opened = other.open_write("j");
        REQUIRE(opened);
        auto found = journal::replay(**opened);
        REQUIRE(found);
        return std::pair{found->good_bytes, found->chain};
    }();
    journal::writer out{first.first, first.second};
    const std::array two{digest_number(8), digest_number(9)};
    out.chunks(8, std::as_bytes(std::span{two}));
    REQUIRE_FALSE(out.flush(**file));
    REQUIRE(out.bytes() == ends[1]);
    const auto found = journal::replay(**file);
    REQUIRE(found);
    CHECK(indices_of(found->chunks) == indices{8, 9});
}

TEST_CASE("a change of size keeps the chunks that lie inside both sizes") {
    memory_disk disk;
    auto file = disk.create("j", 0600);
    REQUIRE(file);
    const auto ends = write_sample(**file);
    const auto found = journal::replay(**file);
    REQUIRE(found);
    journal::writer out{found->good_bytes, found->chain};
    out.identity(some_identity(std::uint64_t{3} * limits::chunk_bytes_default + 5));
    REQUIRE_FALSE(out.flush(**file));
    const auto shrunk = journal::replay(**file);
    REQUIRE(shrunk);
    CHECK(indices_of(shrunk->chunks) == indices{0});
}

TEST_CASE("staged data is found again by its owner only, and expires as a whole") {
    memory_disk disk;
    REQUIRE_FALSE(prepare_staging(disk, durability::full));
    const staging_request request{.owner = "ada",
                                  .path = "big",
                                  .size = 1 << 20,
                                  .mtime_ns = 5,
                                  .source = 6,
                                  .chunk_bytes = limits::chunk_bytes_default,
                                  .generation = 77};
    {
        auto staged = open_staged(disk, request);
        REQUIRE(staged);
        CHECK(staged->chunks.count() == 0);
        const std::vector<std::byte> data(limits::chunk_bytes_default);
        REQUIRE_FALSE(staged->file.data->write_at(data, 0));
        const std::array written{received_chunk{.index = 0, .of = digest_of(data)}};
        REQUIRE_FALSE(staged->file.mark(written));
    }
    auto other = request;
    other.owner = "bob";
    auto stranger = open_staged(disk, other);
    REQUIRE(stranger);
    CHECK(stranger->chunks.count() == 0);

    auto again = open_staged(disk, request);
    REQUIRE(again);
    CHECK(again->chunks.durable_count() == 1);
    CHECK(again->file.same_source);
    auto changed = request;
    changed.mtime_ns = 6;
    again = open_staged(disk, changed);
    REQUIRE(again);
    CHECK_FALSE(again->file.same_source);
    CHECK(again->chunks.durable_count() == 1);

    CHECK(disk.paths().size() == 5);
    auto removed = expire_staged(disk, {.partial_before_ns = 1, .small_before_ns = 1});
    REQUIRE(removed);
    CHECK(*removed == 4);
    CHECK(disk.paths() == std::vector<std::string>{".sluice"});
}

TEST_CASE("a data file that is gone takes its journal with it") {
    memory_disk disk;
    REQUIRE_FALSE(prepare_staging(disk, durability::full));
    staging_request request{.owner = "ada",
                            .path = "big",
                            .size = 1 << 20,
                            .chunk_bytes = limits::chunk_bytes_default,
                            .generation = 77};
    std::string data_path;
    {
        auto staged = open_staged(disk, request);
        REQUIRE(staged);
        data_path = staged->file.data_path;
        const std::array written{received_chunk{}};
        REQUIRE_FALSE(staged->file.mark(written));
    }
    REQUIRE_FALSE(disk.remove(data_path));
    request.generation = 78;
    auto again = open_staged(disk, request);
    REQUIRE(again);
    CHECK(again->chunks.count() == 0);
    CHECK(again->file.data_path != data_path);
}
