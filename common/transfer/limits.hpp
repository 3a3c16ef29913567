// Every bound of the two halves of a transfer, with its unit and its reason. What the peer may do is in
// protocol/upload/limits.hpp.
#pragma once

#include "common/stream/limits.hpp"
#include "protocol/upload/limits.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace common::transfer::limits {

using namespace protocol::upload::limits;

// Each half tells the other what it waits for at most so often.
inline constexpr std::chrono::milliseconds waits_period{500};

// --- several connections
// Frames that are kept until the other half has taken them in, in case their connection goes.
inline constexpr std::size_t held_bytes_max = 32 * mebibyte;
// The other half is told what was taken in after so many bytes or frames of one connection.
inline constexpr std::size_t taken_bytes = 512 * kibibyte;
inline constexpr std::uint64_t taken_frames = 64;
// Frames of one connection that wait for the loop of the transfer, when that is another one.
inline constexpr std::size_t relayed_high_bytes = 4 * mebibyte;
inline constexpr std::size_t relayed_low_bytes = 2 * mebibyte;

// --- packing
// The link's rate is measured over this time, again and again.
inline constexpr std::chrono::milliseconds packing_window{100};
// Packing begins when the link is waited for so much of the time, and ends when it hardly is.
inline constexpr double packing_share_to_begin = 0.5;
inline constexpr double packing_share_to_go_on = 0.1;
// … and while it is slower than this part of what one thread packs: the rest is for reading and hashing.
inline constexpr double packing_rate_part = 0.5;
// What did not get shorter is tried again after 2, 4, 8 … chunks, up to 2 to this power.
inline constexpr std::uint32_t packing_useless_max = 6;

// --- receiver
// Bytes that arrived and are not yet handed to the file system: beyond, the connection is not read.
inline constexpr std::size_t inbound_high_bytes = 8 * mebibyte;
inline constexpr std::size_t inbound_low_bytes = 4 * mebibyte;
// Chunks that one job writes: enough to make the hop to the pool cheap.
inline constexpr std::size_t write_job_bytes_max = 4 * mebibyte;
// A file's written chunks become durable together, when there are so many bytes of them or after this time.
inline constexpr std::uint64_t unsynced_bytes_max = 64 * mebibyte;
inline constexpr std::chrono::milliseconds unsynced_time_max{1000};
// Small files that are stored by one job and share its syncs.
inline constexpr std::size_t batch_files_max = 1024;
inline constexpr std::size_t batch_bytes_max = 8 * mebibyte;
// So few files or folders are synced one by one; for more, one sync of the file system is faster.
inline constexpr std::size_t single_syncs_max = 8;
// Space is claimed ahead of the writes, first so much and then twice as much each time, so that a file lies
// in few pieces and a full disk is noticed early, without waiting for all of it before the first byte.
inline constexpr std::uint64_t preallocate_bytes = 64 * mebibyte;
// "name (1)" … "name (999)" are tried when a name is taken and on_conflict says rename.
inline constexpr unsigned rename_attempts_max = 999;

// --- copies of what is here already
inline constexpr std::size_t sample_bytes = 64 * kibibyte;  // of a file's beginning: compared first
// A file is copied in parts, each made durable before the next one.
inline constexpr std::uint64_t copy_part_bytes = 64 * mebibyte;
inline constexpr std::size_t index_entries_max = 8192;  // of an owner; the oldest go
inline constexpr std::size_t index_owners_max = 8;      // in memory at once
inline constexpr std::size_t index_file_bytes_max = 4 * mebibyte;
inline constexpr std::size_t index_tries_max = 8;  // files of the same size and beginning

// --- journal
inline constexpr std::size_t journal_record_bytes_max = 256 * kibibyte;
inline constexpr std::size_t journal_run_chunks_max = 8192;  // digests in one record
inline constexpr std::uint64_t journal_bytes_max = 256 * mebibyte;

// --- hashing what is on disk
inline constexpr std::size_t hash_read_bytes = 256 * kibibyte;
inline constexpr std::uint64_t hash_job_bytes_max = 64 * mebibyte;  // then others have their turn

// --- tree scan
inline constexpr std::size_t folder_entries_at_once = 4096;  // read and sorted together
// Folders on the way down that are kept open; those above are read to their end.
inline constexpr std::size_t open_folders_max = 32;
// Files with several names that are told apart, to count their further names.
inline constexpr std::size_t shared_inodes_max = 64 * 1024;

// --- sender
inline constexpr std::size_t scan_items_max = 512;         // taken from the source at once
inline constexpr std::size_t offer_batch_files_max = 256;  // small files read by one job
inline constexpr std::size_t offer_batch_bytes_max = 256 * kibibyte;
inline constexpr std::size_t offer_jobs_max = 2;
// What is asked about in one frame, beside the limit on the entries.
inline constexpr std::size_t ask_frame_bytes_max = 64 * kibibyte;
inline constexpr std::size_t read_job_bytes_max = mebibyte;  // chunks read by one job
inline constexpr std::size_t read_jobs_max = 2;
// Of a sparse file: ranges that are kept apart (beyond, holes are read), and holes passed in one go.
inline constexpr std::size_t data_ranges_max = 64 * 1024;
inline constexpr std::size_t holes_at_once = 16 * 1024;
// Frames that are read and wait for the connection; with the jobs in flight the most a sender holds.
inline constexpr std::size_t outbound_ready_bytes_max = 2 * mebibyte;

static_assert(held_bytes_max >= 2 * lanes_max * (taken_bytes + chunk_bytes_max),
              "there is always something to take");
static_assert(relayed_low_bytes < relayed_high_bytes);
static_assert(relayed_high_bytes > data_payload_bytes_max);
static_assert(inbound_low_bytes < inbound_high_bytes);
static_assert(inbound_high_bytes >= 2 * write_job_bytes_max, "the next job can fill while one runs");
static_assert(write_job_bytes_max >= chunk_bytes_max);
static_assert(batch_bytes_max >= inline_bytes_max);
static_assert(unsynced_bytes_max >= 2 * inbound_high_bytes);
static_assert(journal_run_chunks_max * digest_bytes + kibibyte <= journal_record_bytes_max);
static_assert(journal_bytes_max >= 4 * std::uint64_t{chunks_max} * digest_bytes);
static_assert(offer_batch_bytes_max >= inline_bytes_max + path_bytes_max + kibibyte);
static_assert(ask_frame_bytes_max + path_bytes_max + kibibyte <= data_payload_bytes_max);
static_assert(offer_batch_bytes_max <= stream::limits::chunk_bytes, "a batch is one slab");
static_assert(read_job_bytes_max >= chunk_bytes_max);

}  // namespace common::transfer::limits
