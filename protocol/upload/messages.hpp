// The messages of a transfer. One side sends files, the other receives them; put and get differ only in who
// is who.
//
//   client                       server
//     Open {put, folder}   ──▶                     Open {get, path} ──▶
//                          ◀──  Opened                              ◀── Opened
//
//   sender                       receiver
//     Offer with content   ──▶                     a small file: nothing else is needed
//     Offer                ──▶                     a large one:
//                          ◀──  Wanted             what is there already
//     Chunk … Chunk        ──▶
//                          ◀──  Progress …         received, and on disk
//     Finish               ──▶
//                          ◀──  Stored             one outcome for each offer, many in a frame
//     End                  ──▶
//                          ◀──  Done               after the last outcome: now it is finished
//
// Offers, chunks and outcomes of different files interleave freely. After Done the client may open again.
// List is answered by Listing frames, outside of transfers too.
#pragma once

#include "protocol/upload/lane_messages.hpp"
#include "protocol/upload/limits.hpp"
#include "protocol/wire/bytes.hpp"
#include "protocol/wire/error_code.hpp"
#include "protocol/wire/member.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace protocol::upload {

using wire::byte_array;
using wire::bytes_view;
using wire::extension;
using wire::member;
using wire::operator==;

using digest = byte_array<limits::digest_bytes>;  // XXH3-128, most significant byte first

enum class direction : std::uint8_t { put = 1, get = 2 };
constexpr bool is_known(direction d) {
    return d == direction::put || d == direction::get;
}

// What happens when the final name is taken by something else. A file of the same size and modification time
// is the same file: it is skipped under every policy.
enum class conflict_policy : std::uint8_t {
    server_default = 0,
    fail = 1,
    rename = 2,
    overwrite = 3,
    skip = 4,   // leave what is there
    newer = 5,  // overwrite an older file, leave any other
};
constexpr bool is_known(conflict_policy p) {
    return p <= conflict_policy::newer;
}

enum class entry_kind : std::uint8_t {
    file = 1,
    folder = 2,
    link = 3,  // symbolic: its target is the content
    other = 4,
    folder_end = 5,  // a folder again, after everything in it: now its mode and time may be set
};
constexpr bool is_known(entry_kind k) {
    return k >= entry_kind::file && k <= entry_kind::folder_end;
}
constexpr bool is_folder(entry_kind k) {
    return k == entry_kind::folder || k == entry_kind::folder_end;
}

enum class status : std::uint8_t { stored = 1, skipped = 2, resumed = 3, failed = 4 };
constexpr bool is_known(status s) {
    return s >= status::stored && s <= status::failed;
}

inline constexpr std::uint64_t size_unknown = ~std::uint64_t{0};  // a stream: Finish tells

// Client → server: begin a transfer.
struct open {
    static constexpr std::uint16_t type = 0x0200;
    static constexpr bool critical = true;
    transfer_id id{};
    upload::direction direction = direction::put;
    conflict_policy on_conflict = conflict_policy::server_default;  // put only
    std::string_view path{};         // put: the folder to put into; get: what to get; empty: the root
    std::optional<bool> fresh{};     // get: there is nothing to compare with, so the server need not ask
    std::optional<bool> dry_run{};   // only questions are asked, and nothing is changed
    std::optional<bool> checksum{};  // contents decide what is the same file, not size and time
    std::optional<bool> unpacks{};   // get: Packed may come
    std::optional<bool> links{};     // get: send symbolic links too

    static constexpr auto members() {
        return std::tuple{member("id", &open::id),
                          member("direction", &open::direction),
                          member("on_conflict", &open::on_conflict),
                          member("path", &open::path, limits::path_bytes_max),
                          extension(1, "unpacks", &open::unpacks),
                          extension(10, "fresh", &open::fresh),
                          extension(11, "dry_run", &open::dry_run),
                          extension(12, "checksum", &open::checksum),
                          extension(13, "links", &open::links)};
    }
};

// Server → client: go on. Its header repeats the request number of Open; so does that of a session.failure.
struct opened {
    static constexpr std::uint16_t type = 0x0201;
    static constexpr bool critical = true;
    bool fresh = false;  // the folder to put into is new: nothing in it needs to be compared
    std::uint64_t file_bytes_max = limits::file_bytes_max;  // larger files will be refused
    std::optional<std::uint16_t> lanes_max{};               // connections that the transfer may have
    std::optional<bool> unpacks{};                          // put: Packed may come

    static constexpr auto members() {
        return std::tuple{member("fresh", &opened::fresh), member("file_bytes_max", &opened::file_bytes_max),
                          extension(1, "lanes_max", &opened::lanes_max),
                          extension(2, "unpacks", &opened::unpacks)};
    }
};

// Sender → receiver: here is a file, or an empty folder.
struct offer {
    static constexpr std::uint16_t type = 0x0202;
    static constexpr bool critical = true;
    std::uint32_t file_no = 0;  // new for each offer of a transfer
    entry_kind kind = entry_kind::file;
    std::uint64_t size = 0;         // bytes, or size_unknown
    std::int64_t mtime_ns = 0;      // since the epoch; 0: not to be preserved
    std::uint32_t mode = 0;         // permission bits; 0: not to be preserved
    std::uint64_t identity = 0;     // tells versions of the source apart, in the sender's own way; 0: unknown
    std::uint32_t chunk_bytes = 0;  // 0: the content is in this frame
    upload::digest digest{};        // of the content in this frame
    std::string_view path{};        // below the folder that was opened
    bytes_view content{};           // all of it, or nothing when chunk_bytes is set
    // Bytes that are more than holes, when the source is sparse; only when chunk_bytes is set.
    std::optional<std::uint64_t> allocated_bytes{};
    // Of the first 64 KiB: finds a copy on the other side; only when chunk_bytes is set.
    std::optional<upload::digest> sample{};

    static constexpr auto members() {
        return std::tuple{member("file_no", &offer::file_no),
                          member("kind", &offer::kind),
                          member("size", &offer::size),
                          member("mtime_ns", &offer::mtime_ns),
                          member("mode", &offer::mode),
                          member("identity", &offer::identity),
                          member("chunk_bytes", &offer::chunk_bytes),
                          member("digest", &offer::digest),
                          member("path", &offer::path, limits::path_bytes_max),
                          member("content", &offer::content, limits::inline_bytes_max),
                          extension(10, "allocated_bytes", &offer::allocated_bytes),
                          extension(11, "sample", &offer::sample)};
    }
};

// Consecutive chunks that the receiver has on disk, with the digest of each.
struct chunk_run {
    std::uint32_t first = 0;
    bytes_view digests{};  // digest_bytes for each chunk

    static constexpr auto members() {
        return std::tuple{
            member("first", &chunk_run::first),
            member("digests", &chunk_run::digests, limits::run_chunks_max * limits::digest_bytes)};
    }
};

// Receiver → sender: send the chunks of this file that are not listed.
struct wanted {
    static constexpr std::uint16_t type = 0x0203;
    static constexpr bool critical = true;
    std::uint32_t file_no = 0;
    std::uint32_t chunk_bytes = 0;  // as the receiver has it: the sender follows
    bool same_source = false;  // what is there came from a source of the same identity: no need to compare
    bool more = false;         // another Wanted frame of this file follows; chunks only after the last
    std::vector<chunk_run> present{};  // ascending

    static constexpr auto members() {
        return std::tuple{member("file_no", &wanted::file_no), member("chunk_bytes", &wanted::chunk_bytes),
                          member("same_source", &wanted::same_source), member("more", &wanted::more),
                          member("present", &wanted::present, limits::runs_max)};
    }
};

struct chunk {
    static constexpr std::uint16_t type = 0x0204;
    static constexpr bool critical = true;
    std::uint32_t file_no = 0;
    std::uint32_t index = 0;  // offset = index * chunk_bytes
    upload::digest digest{};
    bytes_view data{};  // last: sent from the buffer it was read into

    static constexpr auto members() {
        return std::tuple{member("file_no", &chunk::file_no), member("index", &chunk::index),
                          member("digest", &chunk::digest),
                          member("data", &chunk::data, limits::chunk_bytes_max)};
    }
};

// Receiver → sender: how much of a file it has. Only the newest counts.
struct progress {
    static constexpr std::uint16_t type = 0x0205;
    std::uint32_t file_no = 0;
    std::uint64_t received_bytes = 0;  // verified, resumed ones included
    std::uint64_t durable_bytes = 0;   // of those on disk: they will not be sent again

    static constexpr auto members() {
        return std::tuple{member("file_no", &progress::file_no),
                          member("received_bytes", &progress::received_bytes),
                          member("durable_bytes", &progress::durable_bytes)};
    }
};

// Sender → receiver: all chunks are sent.
struct finish {
    static constexpr std::uint16_t type = 0x0206;
    static constexpr bool critical = true;
    std::uint32_t file_no = 0;
    std::uint64_t size = 0;
    upload::digest digest{};                // over the digests of all chunks, in order
    std::optional<std::uint32_t> chunks{};  // that were sent: some may still be on their way, on another lane

    static constexpr auto members() {
        return std::tuple{member("file_no", &finish::file_no), member("size", &finish::size),
                          member("digest", &finish::digest), extension(1, "chunks", &finish::chunks)};
    }
};

// Sender → receiver: this file will not be finished now. What is on disk stays for the next run.
struct withdraw {
    static constexpr std::uint16_t type = 0x0207;
    static constexpr bool critical = true;
    std::uint32_t file_no = 0;
    std::uint16_t code = 0;  // protocol::error_code; comes back in the outcome

    static constexpr auto members() {
        return std::tuple{member("file_no", &withdraw::file_no), member("code", &withdraw::code)};
    }
};

struct outcome {
    std::uint32_t file_no = 0;
    upload::status status = status::failed;
    std::uint16_t code = 0;   // protocol::error_code; none unless failed
    std::string_view path{};  // only when it is not the offered one

    static constexpr auto members() {
        return std::tuple{member("file_no", &outcome::file_no), member("status", &outcome::status),
                          member("code", &outcome::code),
                          member("path", &outcome::path, limits::path_bytes_max)};
    }
};

// Receiver → sender: what became of these offers. Stored means under its final name and durable.
struct stored {
    static constexpr std::uint16_t type = 0x0208;
    static constexpr bool critical = true;
    std::vector<outcome> outcomes{};

    static constexpr auto members() {
        return std::tuple{member("outcomes", &stored::outcomes, limits::outcomes_max)};
    }
};

// Sender → receiver: nothing more will be offered.
struct end {
    static constexpr std::uint16_t type = 0x0209;
    static constexpr bool critical = true;
    std::uint32_t offers = 0;                 // made in this transfer
    std::optional<std::uint64_t> left_out{};  // links and special files that were passed over

    static constexpr auto members() {
        return std::tuple{member("offers", &end::offers), extension(10, "left_out", &end::left_out)};
    }
};

// Receiver → sender: every offer has its outcome.
struct done {
    static constexpr std::uint16_t type = 0x020a;
    static constexpr bool critical = true;
    std::uint32_t stored = 0;  // resumed ones included
    std::uint32_t skipped = 0;
    std::uint32_t failed = 0;
    std::uint64_t bytes = 0;  // in the stored files

    static constexpr auto members() {
        return std::tuple{member("stored", &done::stored), member("skipped", &done::skipped),
                          member("failed", &done::failed), member("bytes", &done::bytes)};
    }
};

// Client → server: what is in this folder? Answered by Listing frames with the same request number.
struct list {
    static constexpr std::uint16_t type = 0x0210;
    static constexpr bool critical = true;
    std::string_view path{};  // a file is answered with itself

    static constexpr auto members() {
        return std::tuple{member("path", &list::path, limits::path_bytes_max)};
    }
};

struct entry {
    std::string_view name{};
    entry_kind kind = entry_kind::other;
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::uint32_t mode = 0;

    static constexpr auto members() {
        return std::tuple{member("name", &entry::name, limits::component_bytes_max),
                          member("kind", &entry::kind), member("size", &entry::size),
                          member("mtime_ns", &entry::mtime_ns), member("mode", &entry::mode)};
    }
};

struct listing {
    static constexpr std::uint16_t type = 0x0211;
    static constexpr bool critical = true;
    bool more = false;
    std::vector<entry> entries{};  // sorted by name, over all frames

    static constexpr auto members() {
        return std::tuple{member("more", &listing::more),
                          member("entries", &listing::entries, limits::entries_max)};
    }
};

}  // namespace protocol::upload
