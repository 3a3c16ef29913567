// Streams for tests: a source and a sink that are as slow, or fail, just where the test says.
#pragma once

#include "common/seam/event_loop.hpp"
#include "common/stream/event.hpp"
#include "common/stream/readable.hpp"
#include "common/stream/transform.hpp"
#include "common/stream/writable.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <utility>

namespace stream_tests {

using common::stream::event;
using common::stream::result;
using common::stream::slice;
using common::stream::task;

inline constexpr std::uint64_t never = ~std::uint64_t{0};

// Counts the steps of a whole stream, and makes one of them fail.
class fault {
  public:
    explicit fault(std::uint64_t failing_step = never) : failing_step_(failing_step) {}
    std::error_code step() {
        return steps_++ == failing_step_ ? make_error_code(std::errc::io_error) : std::error_code{};
    }
    std::uint64_t steps() const { return steps_; }

  private:
    std::uint64_t failing_step_;
    std::uint64_t steps_ = 0;
};

// Waits in virtual time, until aborted.
class pause {
  public:
    explicit pause(common::seam::event_loop& loop) : timer_(loop) {}
    task<std::error_code> wait(common::seam::duration delay) {
        if (delay == common::seam::duration::zero()) co_return over_.why_closed();
        timer_.start(delay, [this] { over_.notify(); });
        co_return co_await over_.wait();
    }
    void abort(std::error_code why) {
        timer_.stop();
        over_.close(why);
    }

  private:
    common::seam::timer timer_;
    event over_;
};

inline std::string random_text(std::uint64_t seed, std::size_t size) {
    std::mt19937_64 random(seed);
    std::string text(size, '\0');
    for (auto& letter : text) letter = static_cast<char>(random());
    return text;
}

// Gives `text` in slices of 1 to `slice_bytes_max` bytes.
class text_source final : public common::stream::readable {
  public:
    text_source(common::seam::event_loop& loop, fault& faults, std::string text, std::size_t slice_bytes_max,
                common::seam::duration delay = {}, std::uint64_t seed = 1)
        : faults_(faults),
          pause_(loop),
          text_(std::move(text)),
          sizes_(1, slice_bytes_max),
          delay_(delay),
          random_(seed) {}

    task<result<slice>> read() override {
        const auto aborted = co_await pause_.wait(delay_);
        if (aborted) co_return aborted;
        const auto error = faults_.step();
        if (error) co_return error;
        const auto rest = std::string_view{text_}.substr(given_);
        const auto piece = slice::copy_of(rest.substr(0, sizes_(random_)));
        given_ += piece.size();
        co_return piece;
    }
    void abort(std::error_code why) override {
        if (!aborted_) aborted_ = why;
        pause_.abort(why);
    }

    std::size_t given() const { return given_; }
    std::error_code aborted() const { return aborted_; }

  private:
    fault& faults_;
    pause pause_;
    std::string text_;
    std::uniform_int_distribution<std::size_t> sizes_;
    common::seam::duration delay_;
    std::mt19937_64 random_;
    std::size_t given_ = 0;
    std::error_code aborted_;
};

class text_sink final : public common::stream::writable {
  public:
    text_sink(common::seam::event_loop& loop, fault& faults, common::seam::duration delay = {})
        : faults_(faults), pause_(loop), delay_(delay) {}

    task<std::error_code> write(slice bytes) override {
        const auto aborted = co_await pause_.wait(delay_);
        if (aborted) co_return aborted;
        const auto error = faults_.step();
        if (!error) text_ += bytes.text();
        co_return error;
    }
    task<std::error_code> finish() override {
        const auto aborted = co_await pause_.wait(delay_);
        if (aborted) co_return aborted;
        const auto error = faults_.step();
        finished_ = !error;
        co_return error;
    }
    void abort(std::error_code why) override {
        if (!aborted_) aborted_ = why;
        pause_.abort(why);
    }

    const std::string& text() const { return text_; }
    bool finished() const { return finished_; }
    std::error_code aborted() const { return aborted_; }

  private:
    fault& faults_;
    pause pause_;
    common::seam::duration delay_;
    std::string text_;
    bool finished_ = false;
    std::error_code aborted_;
};

// Passes everything on, and a last word at the end.
class faulty_transform final : public common::stream::transform {
  public:
    faulty_transform(fault& faults, std::string last_word)
        : faults_(faults), last_word_(std::move(last_word)) {}

    task<std::error_code> push(slice bytes, common::stream::writable& out) override {
        const auto error = faults_.step();
        if (error) co_return error;
        co_return co_await out.write(std::move(bytes));
    }
    task<std::error_code> finish(common::stream::writable& out) override {
        const auto error = faults_.step();
        if (error) co_return error;
        auto last = slice::copy_of(std::string_view{last_word_});
        co_return co_await out.write(std::move(last));
    }
    void abort(std::error_code why) override {
        if (!aborted_) aborted_ = why;
    }
    std::error_code aborted() const { return aborted_; }

  private:
    fault& faults_;
    std::string last_word_;
    std::error_code aborted_;
};

// Everything a source has, as text; the error when it fails.
inline task<result<std::string>> read_all(common::stream::readable& source) {
    std::string text;
    for (;;) {
        const auto got = co_await source.read();
        if (!got) co_return got.error();
        if (got->empty()) co_return text;
        text += got->text();
    }
}

}  // namespace stream_tests
