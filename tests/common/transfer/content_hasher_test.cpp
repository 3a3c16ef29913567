#include "common/transfer/content_hasher.hpp"

#include "tests/catch.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/memory_disk.hpp"

using common::transfer::content_hasher;
using common::transfer::digest_kind;
using common::transfer::file_hash;
using tests::support::memory_disk;
using tests::support::to_hex;

namespace {

std::string hash_of(digest_kind kind, std::string_view text, std::size_t piece) {
    content_hasher hash(kind);
    for (std::size_t at = 0; at < text.size(); at += piece) {
        hash.add(std::as_bytes(std::span{text.substr(at, piece)}));
    }
    return to_hex(hash.value());
}

}  // namespace

TEST_CASE("content digests are those of the standards, in any pieces") {
    for (std::size_t piece = 1; piece < 5; ++piece) {
        CHECK(hash_of(digest_kind::sha256, "abc", piece) ==
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        CHECK(hash_of(digest_kind::xxh3_128, "abc", piece) == "06b05ab6733a618578af5f94892f3950");
    }
    CHECK(hash_of(digest_kind::xxh3_128, "", 1) == "99aa06d3014798d86001c324468d497f");
}

TEST_CASE("a file is hashed in steps, whatever their size") {
    memory_disk disk;
    const std::string content(1'000'000, 'x');
    disk.put("a", content, 1);
    for (const std::uint64_t step : {1UL, 300'000UL, 2'000'000UL}) {
        file_hash job(disk, "a", digest_kind::sha256);
        common::seam::result<bool> over = false;
        while (over && !*over) over = job.step(step);
        REQUIRE(over);
        CHECK(job.size() == content.size());
        CHECK(to_hex(job.value()) == hash_of(digest_kind::sha256, content, content.size()));
    }
    CHECK(file_hash(disk, "b", digest_kind::sha256).step(1).error() == std::errc::no_such_file_or_directory);
}
