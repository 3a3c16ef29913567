#include "common/stream/file_sink.hpp"

#include "common/stream/event.hpp"
#include "common/stream/watermark.hpp"

#include <cassert>
#include <deque>
#include <utility>
#include <vector>

namespace common::stream {

class file_sink::shared_state : public std::enable_shared_from_this<shared_state> {
  public:
    shared_state(seam::event_loop& loop, seam::blocking_pool& blocking, std::shared_ptr<seam::file> file,
                 file_sink_options options)
        : loop_(loop),
          blocking_(blocking),
          file_(std::move(file)),
          level_(options.high_water_bytes, options.low_water_bytes),
          next_offset_bytes_(options.offset_bytes),
          sync_(options.sync) {}

    void take(slice bytes) {
        assert(!finished_ && "nothing is written after finish");
        if (bytes.empty() || failure()) return;
        level_.add(bytes.size());
        waiting_.push_back(std::move(bytes));
        start_batches();
    }
    bool above_high() const { return level_.above_high(); }
    bool idle() const { return waiting_.empty() && jobs_running_ == 0; }
    std::error_code failure() const { return changed_.why_closed(); }
    task<std::error_code> wait() { return changed_.wait(); }

    void start_sync() {
        if (sync_ == sync_on_finish::nothing) return;
        const bool data_only = sync_ == sync_on_finish::data;
        run([data_only](seam::file& file) { return data_only ? file.sync_data() : file.sync_all(); }, 0);
    }
    void mark_finished() { finished_ = true; }

    void fail(std::error_code why) {
        if (finished_) return;
        changed_.close(why);
        for (const auto& dropped : std::exchange(waiting_, {})) level_.remove(dropped.size());
    }

    std::size_t waiting_bytes() const { return level_.bytes(); }
    std::uint64_t written_bytes() const { return written_bytes_; }

  private:
    void start_batches() {
        while (!waiting_.empty() && jobs_running_ < limits::batches_in_flight) start_batch();
    }

    void start_batch() {
        // Shared, because a handler must be copyable; from here on only the pool's thread touches it.
        const auto batch = std::make_shared<std::vector<slice>>();
        std::size_t bytes = 0;
        while (!waiting_.empty() &&
               (bytes == 0 || bytes + waiting_.front().size() <= limits::batch_bytes_max)) {
            bytes += waiting_.front().size();
            batch->push_back(std::move(waiting_.front()));
            waiting_.pop_front();
        }
        const auto offset_bytes = std::exchange(next_offset_bytes_, next_offset_bytes_ + bytes);
        auto write_batch = [batch, offset_bytes](seam::file& file) {
            auto at = offset_bytes;
            for (auto& piece : *batch) {
                const auto error = file.write_at(piece.bytes(), at);
                if (error) return error;
                at += std::exchange(piece, slice{}).size();
            }
            return std::error_code{};
        };
        run(std::move(write_batch), bytes);
    }

    template <class Work>
    void run(Work work, std::size_t bytes) {
        ++jobs_running_;
        const auto outcome = std::make_shared<std::error_code>();
        auto on_pool = [file = file_, outcome, work = std::move(work)] { *outcome = work(*file); };
        auto on_loop = [self = shared_from_this(), outcome, bytes] { self->job_ended(*outcome, bytes); };
        blocking_.run(loop_, std::move(on_pool), std::move(on_loop));
    }

    void job_ended(std::error_code error, std::size_t bytes) {
        --jobs_running_;
        level_.remove(bytes);
        if (error) return fail(error);
        written_bytes_ += bytes;
        start_batches();
        changed_.notify();
    }

    seam::event_loop& loop_;
    seam::blocking_pool& blocking_;
    const std::shared_ptr<seam::file> file_;
    watermark level_;
    std::deque<slice> waiting_;
    std::uint64_t next_offset_bytes_;
    const sync_on_finish sync_;
    std::size_t jobs_running_ = 0;
    std::uint64_t written_bytes_ = 0;
    bool finished_ = false;
    event changed_;
};

file_sink::file_sink(seam::event_loop& loop, seam::blocking_pool& blocking, std::shared_ptr<seam::file> file,
                     file_sink_options options)
    : state_(std::make_shared<shared_state>(loop, blocking, std::move(file), options)) {}

file_sink::~file_sink() {
    // What was not finished is given up; a batch in flight ends by itself.
    state_->fail(make_error_code(std::errc::operation_canceled));
}

task<std::error_code> file_sink::write(slice bytes) {
    state_->take(std::move(bytes));
    while (state_->above_high() && !state_->failure()) {
        const auto error = co_await state_->wait();
        if (error) co_return error;
    }
    co_return state_->failure();
}

task<std::error_code> file_sink::finish() {
    for (const bool syncing : {false, true}) {
        if (syncing && !state_->failure()) state_->start_sync();
        while (!state_->idle() && !state_->failure()) {
            const auto error = co_await state_->wait();
            if (error) co_return error;
        }
    }
    if (!state_->failure()) state_->mark_finished();
    co_return state_->failure();
}

void file_sink::abort(std::error_code why) {
    state_->fail(why);
}

std::size_t file_sink::waiting_bytes() const {
    return state_->waiting_bytes();
}
std::uint64_t file_sink::written_bytes() const {
    return state_->written_bytes();
}

}  // namespace common::stream
