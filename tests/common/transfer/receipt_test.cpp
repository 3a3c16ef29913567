#include "common/transfer/receipt.hpp"

#include "common/trust/ed25519.hpp"
#include "tests/catch.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/memory_disk.hpp"

using namespace common::transfer;

namespace {

digest digest_of_bytes(unsigned char first) {
    digest value{};
    for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<std::byte>(first + i);
    return value;
}

}  // namespace

TEST_CASE("the text of a receipt is the one of the spec") {
    receipt_head head{.server = "SERVER", .client = "CLIENT", .transfer = {}, .time_ms = 1'700'000'000'123};
    for (std::size_t i = 0; i < head.transfer.size(); ++i) head.transfer[i] = static_cast<std::byte>(i);
    const std::vector<receipt_entry> entries{
        {.path = "photos/a b.txt", .bytes = 5, .chunk_bytes = 0, .content = digest_of_bytes(0xa0)},
        {.path = "big", .bytes = 1'000'000, .chunk_bytes = 262'144, .content = digest_of_bytes(0)}};
    CHECK(receipt_text(head, entries) ==
          "sluice receipt 1\n"
          "server SERVER\n"
          "client CLIENT\n"
          "transfer 000102030405060708090a0b0c0d0e0f\n"
          "time 2023-11-14T22:13:20.123Z\n"
          "file 5 xxh3-128 a0a1a2a3a4a5a6a7a8a9aaabacadaeaf photos/a b.txt\n"
          "file 1000000 xxh3-128/262144 000102030405060708090a0b0c0d0e0f big\n");
}

TEST_CASE("a line of a receipt is read back, and nothing else is") {
    const receipt_entry small{
        .path = "photos/a b.txt", .bytes = 5, .chunk_bytes = 0, .content = digest_of_bytes(0xa0)};
    const receipt_entry large{
        .path = "big", .bytes = 1'000'000, .chunk_bytes = 262'144, .content = digest_of_bytes(0)};
    CHECK(parse_receipt_line("file 5 xxh3-128 a0a1a2a3a4a5a6a7a8a9aaabacadaeaf photos/a b.txt") == small);
    CHECK(parse_receipt_line("file 1000000 xxh3-128/262144 000102030405060708090a0b0c0d0e0f big") == large);
    for (const auto* const line : {"", "file", "time 5", "file x xxh3-128 a0a1a2a3a4a5a6a7a8a9aaabacadaeaf a",
                                   "file 5 md5 a0a1a2a3a4a5a6a7a8a9aaabacadaeaf a", "file 5 xxh3-128 a0a1 a",
                                   "file 5 xxh3-128x a0a1a2a3a4a5a6a7a8a9aaabacadaeaf a",
                                   "file 5 xxh3-128/ a0a1a2a3a4a5a6a7a8a9aaabacadaeaf a",
                                   "file 5 xxh3-128 a0a1a2a3a4a5a6a7a8a9aaabacadaeag a",
                                   "file 5 xxh3-128 a0a1a2a3a4a5a6a7a8a9aaabacadaeaf "}) {
        INFO(line);
        CHECK_FALSE(parse_receipt_line(line));
    }
}

TEST_CASE("a file's digest is found again from its entry") {
    tests::support::memory_disk disk;
    const std::string content(600'000, 'x');
    disk.put("small", "hello", 1);
    disk.put("large", content, 1);
    const auto bytes = std::as_bytes(std::span{content});
    file_digest chunks;
    for (std::size_t at = 0; at < bytes.size(); at += 262'144) {
        chunks.add(digest_of(bytes.subspan(at, std::min<std::size_t>(262'144, bytes.size() - at))));
    }
    const auto large = disk.open_read("large");
    CHECK(*digest_in_chunks(**large, content.size(), 262'144) == chunks.value());
    CHECK(digest_in_chunks(**large, content.size() + 1, 262'144).error() == std::errc::io_error);
    CHECK(digest_in_chunks(**large, content.size(), 1U << 30U).error() == std::errc::invalid_argument);
}

TEST_CASE("the signature of the spec's receipt is good") {
    const std::string text =
        "sluice receipt 1\n"
        "server oFCDfYUHBYLM9zlLCYiEfMMSy4glm4lImfbyOc8XkaU\n"
        "client ja_yrZvwpR7eZy9C1qCaPBxVDyU-xb71pMuauFV6g3A\n"
        "transfer 000102030405060708090a0b0c0d0e0f\n"
        "time 2023-11-14T22:13:20.000Z\n"
        "file 5 xxh3-128 a0a1a2a3a4a5a6a7a8a9aaabacadaeaf a/b.txt\n";
    const auto key =
        tests::support::from_hex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");
    const auto mark = tests::support::from_hex(
        "2910cdb0a50321e232cf8d993d7d0d8f1de5cc4219fbb6bd6d821583c7f05570"
        "c21245471ed477a1ee946556d0bd39b308cb495339bcf81065be278e206df201");
    CHECK(common::trust::verify_signature(std::span<const std::byte, 32>{key}, std::as_bytes(std::span{text}),
                                          std::span<const std::byte, 64>{mark}));
}
