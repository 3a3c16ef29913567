// The one source of chance in a run: the same seed gives the same numbers on every machine and library.
//
//   prng chance{seed};
//   if (chance.one_in(20)) …
//   auto delay = chance.between(1ms, 50ms);
//   prng mine = chance.fork();     // a stream of its own, for a part whose use should not disturb the others
//
// xoshiro256** seeded by splitmix64 (Blackman and Vigna, public domain); no std distribution is used because
// those differ between libraries.
#pragma once

#include "common/seam/random.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstring>

namespace tests::simulation {

class prng final : public common::seam::random {
  public:
    explicit prng(std::uint64_t seed) {
        for (auto& word : state_) {
            seed += 0x9e3779b97f4a7c15U;
            std::uint64_t mixed = seed;
            mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
            mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
            word = mixed ^ (mixed >> 31);
        }
    }

    std::uint64_t next() {
        const std::uint64_t drawn = std::rotl(state_[1] * 5, 7) * 9;
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = std::rotl(state_[3], 45);
        return drawn;
    }

    // 0 … bound - 1; 0 when the bound is 0. The bias of the remainder does not matter here.
    std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
    // low … high, both included.
    std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + below(high - low + 1); }
    std::chrono::nanoseconds between(std::chrono::nanoseconds low, std::chrono::nanoseconds high) {
        return low + std::chrono::nanoseconds{below(static_cast<std::uint64_t>((high - low).count()) + 1)};
    }
    bool one_in(std::uint64_t times) { return below(times) == 0; }

    // Mostly small, sometimes up to `high`: sizes of pieces and delays look like this in the wild.
    std::uint64_t skewed(std::uint64_t high) { return below(below(high + 1) + 1); }

    prng fork() { return prng{next()}; }

    void fill(std::span<std::byte> out) override {
        while (!out.empty()) {
            const std::uint64_t drawn = next();
            const auto count = std::min(out.size(), sizeof drawn);
            std::memcpy(out.data(), &drawn, count);
            out = out.subspan(count);
        }
    }

  private:
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace tests::simulation
