// What a person, or with --json a program, sees of a transfer: progress, a line for each failed file, the
// summary.
//
//   reporter told(settings, clock);        an observer of put or get
//   … on_file(), on_counts() come from the transfer
//   told.notice("connection lost: …");     one line on stderr, unless quiet
//   told.conclude(seconds);                the last line on stdout: "stored 3 files, 12 MiB in 0.2 s (…)"
//
// Writes wait for whoever reads them. When stdout is gone it says so through `on_broken_output`, once.
#pragma once

#include "common/app/json_events.hpp"
#include "common/app/progress.hpp"
#include "common/app/progress_printer.hpp"
#include "uploader-client/domain/tally.hpp"

#include <functional>
#include <string>

namespace uploader_client::terminal {

namespace app = common::app;
namespace seam = common::seam;

struct reporter_settings {
    std::string program{};  // begins the lines on stderr
    std::string verb{};     // what is done with a file: "store"
    std::string past{};     // what was done: "stored"
    std::string moved{};    // what happened to the bytes: "sent"
    bool json = false;
    bool quiet = false;
};

class reporter final : public domain::transfer_observer {
  public:
    reporter(reporter_settings settings, const app::environment& env, const seam::clock& clock);

    void on_file(const domain::file_report& what) override;
    void on_counts(const domain::transfer_counts& now) override;
    void on_list_error(std::error_code why) override;
    void on_source_kept(std::string_view path, std::error_code why) override;

    void notice(std::string_view text);
    // There is no connection; the next attempt follows in `left`. `begins`: this pause has just begun.
    void waiting(std::string_view why, seam::duration left, bool begins);
    // One line that says what held the transfer up so far.
    void tell_why();
    // Bytes per second, 0: none. Shown from now on.
    void set_limit(std::uint64_t bytes_per_second);
    // Now and then, so that a standstill shows as one.
    void tick();
    std::uint64_t rate() const { return meter_.view().rate; }
    void conclude(seam::duration elapsed);
    // Removes the progress line, so that something else may be written.
    void clear();

    // What is under way, for the lines of single files; may be empty.
    std::function<std::vector<domain::file_state>(std::size_t count_max)> current_files;
    // What it waits for, for tell_why() and the events; may be empty.
    std::function<domain::wait_shares()> current_shares;
    // Called from inside the calls above.
    std::function<void(std::error_code)> on_broken_output;

    // Where the server's signatures are kept; empty: there are none.
    std::string receipt;

    const domain::tally& result() const { return tally_; }
    const domain::transfer_counts& counts() const { return counts_; }

  private:
    void update_meter(seam::mono_time now);
    void draw(seam::mono_time now);
    void tell_plan();
    void tell_progress();
    void tell_failure(std::string_view what, std::error_code why);
    app::json_event& with_shares(app::json_event& event) const;
    void write(const app::json_event& event);
    void print_line(int fd, const std::string& line);

    const reporter_settings settings_;
    const seam::clock& clock_;
    app::json_writer events_;
    app::progress_printer printer_;
    app::progress_meter meter_;
    domain::tally tally_;
    domain::transfer_counts counts_;
    std::uint64_t limit_ = 0;
    bool moving_ = false;  // bytes flow: there is progress to show
    std::string waited_why_;
    bool planned_ = false;
    bool broken_ = false;
    seam::mono_time next_progress_{};
};

// "waiting for: network 61 %, source disk 12 %", the longest first. Pure.
std::string why_line(const domain::wait_shares& shares);

// "stored 10000 files, 39.1 MiB in 0.2 s (sent 39.1 MiB)", and what is worth saying besides. Pure.
std::string summary_line(const reporter_settings& words, const domain::tally& result,
                         std::uint64_t moved_bytes, seam::duration elapsed);

}  // namespace uploader_client::terminal
