// What --dry-run shows: one line for each file that would be sent or is in the way, and the sums.
//
//   plan shown(settings, env, clock);      an observer of put or get
//   … on_file() comes from the transfer
//   shown.conclude();                      "would send 3 files, 12 MiB; 7 are there already"
//
//   send      photos/a.jpg          replace   photos/b.jpg          conflict  photos/c.jpg: …
#pragma once

#include "common/app/json_events.hpp"
#include "uploader-client/domain/tally.hpp"
#include "uploader-client/terminal/reporter.hpp"

#include <string>

namespace uploader_client::terminal {

class plan final : public domain::transfer_observer {
  public:
    plan(reporter_settings settings, const seam::clock& clock);

    void on_file(const domain::file_report& what) override;
    void on_counts(const domain::transfer_counts&) override {}
    void on_list_error(std::error_code why) override;
    void notice(std::string_view text);
    void conclude();

    const domain::tally& result() const { return tally_; }

  private:
    void print(const std::string& line) const;

    const reporter_settings settings_;
    app::json_writer events_;
    domain::tally tally_;
    std::uint64_t files_ = 0;  // that would travel
    std::uint64_t bytes_ = 0;  // in those
    std::uint64_t replaced_ = 0;
    std::uint64_t skipped_ = 0;
};

}  // namespace uploader_client::terminal
