// Reads small files into ready-made frames: many offers with their content in one buffer, one write.
//
//   offer_batch batch;  batch.add(number, item) while batch.has_room_for(item);
//   batch.build(clock);                             // on the blocking pool: reads, digests, encodes
//   channel.send_bulk(batch.frames());
//
// Blocking part: build() only.
#pragma once

#include "common/stream/buffer_pool.hpp"
#include "common/stream/slice.hpp"
#include "common/transfer/outgoing.hpp"
#include "common/transfer/packing.hpp"
#include "common/transfer/waits.hpp"

#include <vector>

namespace common::transfer {

class offer_batch {
  public:
    explicit offer_batch(stream::buffer_pool& buffers) : buffers_(buffers) {}

    // A file small enough for its content to travel in its offer, or a folder.
    static bool suits(const outgoing& item);
    bool has_room_for(const outgoing& item) const;
    void add(std::uint32_t file_no, std::shared_ptr<const outgoing> item);
    bool empty() const { return files_.empty(); }

    void build(const seam::clock& time, bool packs);
    const job_times& times() const { return times_; }

    struct failure {
        std::uint32_t file_no = 0;
        std::error_code error;
    };
    const std::vector<failure>& failures() const { return failures_; }
    struct file_content {
        std::uint32_t file_no = 0;
        protocol::upload::digest digest{};
    };
    // Of the files that were encoded, in their order.
    const std::vector<file_content>& contents() const { return contents_; }
    std::uint32_t offers() const { return offers_; }  // encoded
    std::uint64_t content_bytes() const { return content_bytes_; }
    const packing_trial& packing() const { return packing_; }
    // As they travel: of the content, or of what it was packed to.
    std::uint64_t wire_bytes() const { return wire_bytes_; }
    std::uint32_t frame_count() const { return packing_.shorter ? 1 : offers_; }
    stream::slice take_frames() { return std::move(frames_); }

  private:
    struct small {
        std::uint32_t file_no = 0;
        std::shared_ptr<const outgoing> item;
    };
    static std::size_t frame_bytes_max(const outgoing& item);
    // Encodes one offer to the front of `room`; returns the bytes used.
    seam::result<std::size_t> encode(const small& from, seam::mutable_bytes room, const seam::clock& time);

    stream::buffer_pool& buffers_;
    std::vector<small> files_;
    std::size_t bytes_ = 0;
    stream::slice frames_;
    std::vector<failure> failures_;
    std::vector<file_content> contents_;
    std::uint32_t offers_ = 0;
    std::uint64_t content_bytes_ = 0;
    void pack_frames(const seam::clock& time);

    std::uint64_t wire_bytes_ = 0;
    packing_trial packing_;
    job_times times_;
};

}  // namespace common::transfer
