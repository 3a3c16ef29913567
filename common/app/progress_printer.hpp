// Redraws a few lines of progress at the bottom of the terminal; does nothing where nobody would see them
// move.
//
//   progress_printer printer(STDERR_FILENO, env, !options.quiet && !options.json);
//   if (printer.due(now)) printer.draw(render_transfer(view, files, printer.columns()), now);
//   printer.clear();                       before any other line is written to the terminal, and at the end
//
// A terminal that became narrower has wrapped what was drawn: the rows it takes now are counted, so that the
// next drawing covers all of it. A terminal with fewer rows gets the last lines. In the background, where the
// lines would mix with those of the shell, nothing is drawn.
#pragma once

#include "common/app/environment.hpp"
#include "common/app/progress.hpp"

#include <string>
#include <vector>

namespace common::app {

class progress_printer {
  public:
    progress_printer(int fd, const environment& env, bool wanted = true);
    ~progress_printer() { clear(); }
    progress_printer(const progress_printer&) = delete;
    progress_printer& operator=(const progress_printer&) = delete;

    bool enabled() const { return enabled_; }
    // At most every limits::progress_interval.
    bool due(seam::mono_time now) const { return enabled_ && (drawn_.empty() || now >= next_); }
    // That a line may take: the terminal's last column stays free, because writing into it makes some
    // terminals wrap.
    std::size_t columns() const;
    void draw(std::vector<std::string> lines, seam::mono_time now);
    void clear();

  private:
    std::string to_begin() const;

    int fd_;
    bool enabled_;
    std::vector<std::string> drawn_;
    seam::mono_time next_{};
};

struct terminal_size {
    std::size_t columns;
    std::size_t rows;
};

// Of the terminal behind `fd`, or limits::progress_columns_default and progress_rows_default.
terminal_size terminal_size_of(int fd);

}  // namespace common::app
