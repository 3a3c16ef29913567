// A sender and a receiver joined by two queues in memory, on one loop: the whole transfer without a network.
//
//   loopback net;                              // loop, pool, disks `from` and `to`
//   net.put();                                 // one run from everything in `from`; returns when it rests
//   net.cut_after(n);                          // the n-th frame of the sender and all after it never arrive
#pragma once

#include "common/stream/buffer_pool.hpp"
#include "common/transfer/content_index.hpp"
#include "common/transfer/receiver.hpp"
#include "common/transfer/sender.hpp"
#include "common/transfer/tree_scan.hpp"
#include "protocol/frame/decoder.hpp"
#include "tests/support/manual_loop.hpp"
#include "tests/support/memory_disk.hpp"

#include <map>
#include <optional>
#include <random>

namespace tests::transfer {

inline constexpr std::size_t chunk = protocol::upload::limits::chunk_bytes_default;

inline std::string random_text(std::uint64_t seed, std::size_t size) {
    std::mt19937_64 engine{seed};
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>(engine());
    return text;
}

using common::transfer::allowance;
using common::transfer::channel;
using common::transfer::claims;
using common::transfer::digest_of;
using common::transfer::durability;
using common::transfer::outgoing;
using common::transfer::outgoing_source;
using common::transfer::prepare_staging;
using common::transfer::receiver;
using common::transfer::receiver_counts;
using common::transfer::receiver_events;
using common::transfer::receiver_outcome;
using common::transfer::receiver_settings;
using common::transfer::sender;
using common::transfer::sender_counts;
using common::transfer::sender_events;
using common::transfer::sender_outcome;
using common::transfer::tree_scan;
using common::transfer::unlimited;
namespace stream = common::stream;
namespace transport = common::transport;
using protocol::error_code;
using protocol::upload::status;

class seeded_random final : public common::seam::random {
  public:
    explicit seeded_random(std::uint64_t seed) : engine_(seed) {}
    void fill(std::span<std::byte> out) override {
        for (std::byte& byte : out) byte = static_cast<std::byte>(engine_() & 0xff);
    }
    std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }

  private:
    std::mt19937_64 engine_;
};

// One direction: what `send` is given arrives, frame by frame, at `deliver`.
class queue_channel final : public channel {
  public:
    std::function<void(const transport::incoming_frame&)> deliver;
    std::function<bool()> fill;

    void answer(common::seam::const_bytes frame) override {
        frames_.push_back(stream::slice::copy_of(frame));
    }
    void send_bulk(stream::slice frames) override { frames_.push_back(std::move(frames)); }
    void want_room() override { wanted_ = true; }
    void pause_reading() override { paused = true; }
    void resume_reading() override { paused = false; }

    // Moves what waits to the other side; false when nothing moved.
    bool move(bool receiver_paused, std::uint64_t& frames_left) {
        bool moved = false;
        if (wanted_ && fill) {
            wanted_ = fill();
            moved = true;
        }
        while (!frames_.empty() && !receiver_paused) {
            moved = true;
            stream::slice bytes = std::move(frames_.front());
            frames_.pop_front();
            protocol::frame::decoder decoder{protocol::limits::data_payload_bytes_max};
            for (std::size_t at = 0; at < bytes.size();) {
                const auto step = decoder.next(bytes.bytes().subspan(at));
                if (step.state != protocol::frame::decoder::state::ready)
                    throw std::logic_error{"not a frame"};
                at += step.frame_bytes;
                if (frames_left == 0) continue;
                --frames_left;
                types[step.frame.header.type] += 1;
                if (deliver) deliver({step.frame.header, step.frame.payload, &bytes});
            }
        }
        return moved;
    }

    bool paused = false;
    std::map<std::uint16_t, std::uint64_t> types;  // frames that arrived, by type

  private:
    std::deque<stream::slice> frames_;
    bool wanted_ = false;
};

struct silent_events final : receiver_events {
    void on_offer(protocol::upload::entry_kind, std::uint64_t) override {}
    void on_outcome(const receiver_outcome&) override {}
    void on_counts(const receiver_counts&) override {}
    void on_done(const protocol::upload::done&) override {}
};

struct told {
    protocol::upload::status status;
    std::error_code error;
    std::string path;
    std::optional<protocol::upload::verdict> verdict{};
};

class loopback : private sender_events {
  public:
    explicit loopback(std::uint64_t seed = 1) : random(seed) {
        if (const auto error = prepare_staging(*to, durability::full)) throw std::system_error{error};
    }

    receiver_settings settings{.owner = "owner"};
    protocol::upload::opened opened{.fresh = true};  // what the sender is told
    common::transfer::sender_settings sending{};
    std::uint64_t frames_to_receiver = unlimited_frames;
    std::uint64_t frames_to_sender = unlimited_frames;
    std::shared_ptr<outgoing_source> source;             // instead of everything in `from`
    std::shared_ptr<common::seam::disk> receiving_disk;  // instead of `to`

    // One connection. Returns true when the transfer came to Done.
    bool put() {
        done.reset();
        breach = error_code::none;
        if (!sender_) {
            if (!source) source = std::make_shared<tree_scan>(from, "", "");
            sender_ = sender::create({loop, pool, buffers}, std::exchange(source, nullptr), *this, sending);
        }
        queue_channel to_receiver;
        queue_channel to_sender;
        receiver_ = receiver::create(
            {loop, pool, receiving_disk ? *receiving_disk : *to, random, *claimed, space, index.get()},
            settings, to_sender, silent_);
        to_receiver.deliver = [&](const auto& frame) { note(receiver_->on_frame(frame)); };
        to_sender.deliver = [&](const auto& frame) { note(sender_->on_frame(frame)); };
        to_receiver.fill = [&] { return sender_->on_room(); };
        to_sender.fill = [&] { return receiver_->on_room(); };
        sender_->attach(to_receiver, opened);
        std::uint64_t left_to_receiver = frames_to_receiver;
        std::uint64_t left_to_sender = frames_to_sender;
        for (bool moving = true; moving && breach == error_code::none;) {
            moving = loop.run_ready() > 0;
            waiting_peak = std::max(waiting_peak, receiver_->waiting_bytes());
            moving |= to_receiver.move(to_sender.paused, left_to_receiver);
            moving |= to_sender.move(false, left_to_sender);
        }
        frames_sent = to_receiver.types;
        frames_answered = to_sender.types;
        sender_->detach();
        bool stopped = false;
        receiver_->stop([&] { stopped = true; });
        loop.run_ready();
        if (!stopped) throw std::logic_error{"the receiver does not stop"};
        counts = sender_->counts();
        receiver_counted = receiver_->counts();
        if (done) sender_.reset();
        receiver_.reset();
        return done.has_value();
    }
    // The client died: nothing of it is left.
    void forget_sender() { sender_.reset(); }

    static constexpr std::uint64_t unlimited_frames = std::numeric_limits<std::uint64_t>::max();
    support::manual_loop loop;
    support::manual_pool pool;
    stream::buffer_pool buffers;
    std::shared_ptr<support::memory_disk> from = std::make_shared<support::memory_disk>();
    std::shared_ptr<support::memory_disk> to = std::make_shared<support::memory_disk>();
    seeded_random random;
    std::shared_ptr<claims> claimed = claims::create();
    unlimited space;
    std::shared_ptr<common::transfer::content_index> index;

    std::map<std::string, told> outcomes;
    std::optional<protocol::upload::done> done;
    error_code breach = error_code::none;
    sender_counts counts;
    receiver_counts receiver_counted;
    std::size_t waiting_peak = 0;
    std::map<std::uint16_t, std::uint64_t> frames_sent;
    std::map<std::uint16_t, std::uint64_t> frames_answered;

  private:
    void note(error_code error) {
        if (breach == error_code::none) breach = error;
    }
    void on_outcome(const sender_outcome& what) override {
        outcomes[what.item.path] = {what.status, what.error, std::string{what.path}, what.verdict};
    }
    void on_counts(const sender_counts&) override {}
    void on_source_error(std::error_code why) override { source_error = why; }
    void on_done(const protocol::upload::done& totals) override { done = totals; }

  public:
    std::error_code source_error;

  private:
    silent_events silent_;
    std::shared_ptr<sender> sender_;
    std::shared_ptr<receiver> receiver_;
};

}  // namespace tests::transfer
