// What every fuzz target shares: the entry point, an assertion that is always on, input taken in pieces.
//
//   FUZZ_TARGET(input) { … must(decoded == again, "a message changes when it is encoded again"); }
//
// With clang the fuzzer drives it; otherwise replay.cpp runs it over the committed corpus.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

namespace tests::fuzz {

using input_bytes = std::span<const std::byte>;

inline void must(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

// Consumes the input from the front; after its end everything is zero.
class cursor {
  public:
    explicit cursor(input_bytes input) : rest_(input) {}

    bool empty() const { return rest_.empty(); }
    input_bytes rest() const { return rest_; }
    std::uint8_t u8() {
        const auto one = take(1);
        return one.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(one[0]);
    }
    std::uint16_t u16() {
        const unsigned low = u8();
        return static_cast<std::uint16_t>(low | unsigned{u8()} << 8);
    }
    input_bytes take(std::size_t count) {
        const auto taken = rest_.first(std::min(count, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }

  private:
    input_bytes rest_;
};

inline std::string_view as_text(input_bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace tests::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

#define FUZZ_TARGET(input)                                                              \
    static void fuzz_one(tests::fuzz::input_bytes input);                               \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
        fuzz_one(std::as_bytes(std::span{data, size}));                                 \
        return 0;                                                                       \
    }                                                                                   \
    static void fuzz_one(tests::fuzz::input_bytes input)
