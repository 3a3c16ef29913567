// How far a transfer is, as numbers and as lines that fit the terminal. Pure: the clock is an argument.
//
//   progress_meter meter;
//   meter.update(counts, loop.mono_now());          whenever the counts change, and now and then
//   render_transfer(meter.view(), files, columns)
//
//     holiday.mov                    [############............]   52%  921 MiB of 1.7 GiB
//      45%  [##########............]  112 MiB/s  0:09 left  12/300 files
//     sent 1.0 GiB  received 921 MiB  on disk 900 MiB of 2.0 GiB  limit 120 MiB/s
//
//   sent ≥ received ≥ durable: put on the wire, there on the other side, on its disk for good.
#pragma once

#include "common/seam/clock.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace common::app {

struct progress_counts {
    std::uint64_t bytes = 0;  // of the whole transfer; 0: not known yet
    std::uint64_t sent = 0;   // each includes what earlier runs left behind
    std::uint64_t received = 0;
    std::uint64_t durable = 0;
    std::uint64_t files = 0;
    std::uint64_t files_done = 0;
};

struct progress_view {
    progress_counts counts;
    std::uint64_t rate = 0;             // bytes per second received, averaged over limits::rate_window
    std::optional<seam::duration> eta;  // until everything is durable; nothing: no telling
    std::uint64_t limit = 0;            // bytes per second that were asked for at most; 0: none
};

// A file that is under way.
struct file_progress {
    std::string path{};       // as it may be shown
    std::uint64_t bytes = 0;  // 0: not known
    std::uint64_t received = 0;
};

class progress_meter {
  public:
    void update(const progress_counts& counts, seam::mono_time now);
    progress_view view() const;

  private:
    progress_counts counts_;
    bool started_ = false;
    seam::mono_time measured_at_{};
    std::uint64_t measured_ = 0;   // received at that time
    double rate_ = 0;              // bytes per second
    double observed_seconds_ = 0;  // since the first update, to correct the average while it is young
};

// Each at most `columns` wide, without end of line; what matters least goes first when it does not fit. Fewer
// than limits::progress_columns_min columns are taken as that many.
std::string render_progress(const progress_view& view, std::size_t columns);  // the line of the whole
std::string render_file(const file_progress& file, std::size_t columns);

// The files, the whole, and what became of the bytes.
std::vector<std::string> render_transfer(const progress_view& view, std::span<const file_progress> files,
                                         std::size_t columns);

}  // namespace common::app
