// Redraws one progress line at the bottom of the terminal; does nothing where nobody would see it move.
//
//   progress_printer printer(STDERR_FILENO, env, !options.quiet && !options.json);
//   printer.show(meter.view(), now);       draws at most every limits::progress_interval
//   printer.clear();                       before any other line is written to the terminal, and at the end
#pragma once

#include "common/app/environment.hpp"
#include "common/app/progress.hpp"

namespace common::app {

class progress_printer {
  public:
    progress_printer(int fd, const environment& env, bool wanted = true);
    ~progress_printer() { clear(); }
    progress_printer(const progress_printer&) = delete;
    progress_printer& operator=(const progress_printer&) = delete;

    void show(const progress_view& view, seam::mono_time now);
    void clear();

  private:
    int fd_;
    bool enabled_;
    bool drawn_ = false;
    seam::mono_time next_{};
};

// Columns of the terminal behind `fd`, or limits::progress_columns_default.
std::size_t terminal_columns(int fd);

}  // namespace common::app
