// A byte transport whose every step the test decides: what arrives, how much is taken, when it ends.
#pragma once

#include "common/seam/event_loop.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace tests::transport {

namespace seam = common::seam;

class fake_transport final : public seam::byte_transport {
  public:
    // --- the test's side
    // Delivers as a socket would: only while reading is wanted, in spans of what prepare_read() gives, at
    // most `most` bytes at a time. Returns how many were taken.
    std::size_t arrive(seam::const_bytes bytes, std::size_t most = SIZE_MAX) {
        std::size_t done = 0;
        while (done < bytes.size() && events != nullptr && !paused) {
            const auto room = events->prepare_read();
            if (events == nullptr) break;
            const std::size_t count = std::min({room.size(), bytes.size() - done, most});
            largest_room = std::max(largest_room, room.size());
            std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(done), count, room.begin());
            done += count;
            events->on_bytes(count);
        }
        return done;
    }
    void become_writable() {
        if (events != nullptr && std::exchange(writable_wanted, false)) events->on_writable();
    }
    void end(std::error_code why = {}) {
        if (auto* told = std::exchange(events, nullptr)) told->on_closed(why);
    }

    std::size_t takes = SIZE_MAX;  // bytes until the socket is full
    std::vector<std::byte> written;
    std::size_t writes = 0;
    std::size_t expected = 0;
    std::size_t largest_room = 0;
    bool paused = false;
    bool writable_wanted = false;
    std::optional<close_mode> closed;
    seam::transport_events* events = nullptr;

    // --- the connection's side
    void start(seam::transport_events& owner) override { events = &owner; }
    std::size_t try_write(std::span<const seam::const_bytes> pieces) override {
        ++writes;
        std::size_t taken = 0;
        for (const auto& piece : pieces) {
            const auto part = piece.first(std::min(piece.size(), takes));
            written.insert(written.end(), part.begin(), part.end());
            takes -= part.size();
            taken += part.size();
            if (part.size() < piece.size()) break;
        }
        return taken;
    }
    void want_writable() override { writable_wanted = true; }
    void pause_reading() override { paused = true; }
    void resume_reading() override { paused = false; }
    void expect_bytes(std::size_t count) override { expected = count; }
    void close(close_mode mode) override {
        if (!closed) closed = mode;
        events = nullptr;
    }
    std::string peer() const override { return "192.0.2.1:1"; }
};

}  // namespace tests::transport
