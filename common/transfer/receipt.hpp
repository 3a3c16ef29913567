// The text that a server signs when it has stored files: which, and with what content.
//
//   std::string text = receipt_text(head, entries);       the same at both ends, each from what it knows
//
//   sluice receipt 1
//   server FINGERPRINT
//   client FINGERPRINT
//   transfer 000102030405060708090a0b0c0d0e0f
//   time 2026-11-26T06:20:01.123Z
//   file 5 xxh3-128 DIGEST photos/a.txt
//   file 1000000 xxh3-128/262144 DIGEST photos/b.bin
//
// One line for each file; a path goes to the end of its line. xxh3-128/N: of the digests of its chunks of N
// bytes.
#pragma once

#include "common/seam/disk.hpp"
#include "common/transfer/digest.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace common::transfer {

struct receipt_entry {
    std::string path;  // as the client names it on the server
    std::uint64_t bytes = 0;
    std::uint32_t chunk_bytes = 0;  // 0: the digest is of the content itself
    digest content{};
    friend bool operator==(const receipt_entry&, const receipt_entry&) = default;
};

struct receipt_head {
    std::string server;  // fingerprints, as text
    std::string client;
    protocol::upload::transfer_id transfer{};
    std::int64_t time_ms = 0;  // of the server's clock, since the epoch
};

std::string receipt_text(const receipt_head& head, std::span<const receipt_entry> entries);

// The digest of a file's content as an entry has it. errc::io_error when it is shorter than `size`. Blocking.
seam::result<digest> digest_in_chunks(seam::file& of, std::uint64_t size, std::uint32_t chunk_bytes);

// A "file …" line, without its end.
std::optional<receipt_entry> parse_receipt_line(std::string_view line);

}  // namespace common::transfer
