// A transfer over several connections, its compression, and what its two halves tell each other about time.
//
//   client                       server
//     Attach {id, lane}    ──▶                     on another connection of the same key
//                          ◀──  Attached           from now on this connection is a lane of the transfer
//
//   either half                  the other
//     Taken {frames}       ──▶                     so many counted frames of this lane are taken in
//     Lost {lane}          ──▶                     that lane is gone: what it did not take comes again
//
// The first connection of a transfer is lane 0. Counted are the frames that may not be lost: of a sender
// Offer, Chunk, Packed, Finish, Withdraw and End, of a receiver Wanted, Stored and Done.
#pragma once

#include "protocol/upload/limits.hpp"
#include "protocol/wire/bytes.hpp"
#include "protocol/wire/member.hpp"

#include <cstdint>

namespace protocol::upload {

using wire::byte_array;
using wire::bytes_view;
using wire::member;

using transfer_id = byte_array<16>;  // random, one for each run of a client

// Either half → the other, now and then: what it waited for since it began. Only the newest counts.
struct waits {
    static constexpr std::uint16_t type = 0x0220;
    std::uint64_t elapsed_us = 0;
    std::uint64_t disk_us = 0;
    std::uint64_t cpu_us = 0;  // hashing, packing, encrypting
    std::uint64_t network_us = 0;
    std::uint64_t limit_us = 0;  // it was asked to be slow
    std::uint64_t peer_us = 0;   // nothing to do until the other half answers

    static constexpr auto members() {
        return std::tuple{member("elapsed_us", &waits::elapsed_us), member("disk_us", &waits::disk_us),
                          member("cpu_us", &waits::cpu_us),         member("network_us", &waits::network_us),
                          member("limit_us", &waits::limit_us),     member("peer_us", &waits::peer_us)};
    }
};

// Client → server: this connection is one more lane of that transfer of mine.
struct attach {
    static constexpr std::uint16_t type = 0x0221;
    static constexpr bool critical = true;
    transfer_id id{};
    std::uint16_t lane = 0;  // never used before in this transfer, not 0

    static constexpr auto members() {
        return std::tuple{member("id", &attach::id), member("lane", &attach::lane)};
    }
};

// Server → client: it is. Repeats the request number of Attach; so does a session.failure.
struct attached {
    static constexpr std::uint16_t type = 0x0222;
    static constexpr bool critical = true;
    std::uint16_t lane = 0;

    static constexpr auto members() { return std::tuple{member("lane", &attached::lane)}; }
};

// On each lane: its counted frames that are taken in, since the lane began.
struct taken {
    static constexpr std::uint16_t type = 0x0223;
    static constexpr bool critical = true;
    std::uint64_t frames = 0;

    static constexpr auto members() { return std::tuple{member("frames", &taken::frames)}; }
};

// On any other lane: this one is gone.
struct lost {
    static constexpr std::uint16_t type = 0x0224;
    static constexpr bool critical = true;
    std::uint16_t lane = 0;

    static constexpr auto members() { return std::tuple{member("lane", &lost::lane)}; }
};

// Sender → receiver: whole Offer and Chunk frames, compressed together as one zstd frame.
struct packed {
    static constexpr std::uint16_t type = 0x0225;
    static constexpr bool critical = true;
    std::uint32_t plain_bytes = 0;  // of the frames inside
    bytes_view data{};

    static constexpr auto members() {
        return std::tuple{member("plain_bytes", &packed::plain_bytes),
                          member("data", &packed::data, limits::packed_bytes_max)};
    }
};

}  // namespace protocol::upload
