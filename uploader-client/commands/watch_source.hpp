// The files of `put --watch`: first all there are, then, for ever, what appears or changes once it is
// quiet.
//
//   auto files = std::make_shared<watch_source>(choice);   throws app::failure: no folder, no watch left
//   files->next(512)                          on the blocking pool; waits until there is something
//   files->interrupt();                       from any thread: next() gives none, that was all
//
//   inotify ─▶ quiet_paths ─▶ tree_scan of each path ─▶ items
//      └─ overflow, or too many at once: everything is looked at again; what did not change is not sent
#pragma once

#include "common/app/system_clock.hpp"
#include "common/runtime/unique_fd.hpp"
#include "uploader-client/commands/sources.hpp"
#include "uploader-client/domain/quiet_paths.hpp"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

namespace uploader_client::commands {

class watch_source final : public common::transfer::outgoing_source {
  public:
    // Blocks while the folders are gone through.
    explicit watch_source(put_choice choice);

    common::seam::result<std::vector<common::transfer::outgoing>> next(std::size_t count_max) override;
    void interrupt();
    std::vector<std::string> remarks() const { return files_->remarks(); }

  private:
    using time_point = domain::quiet_paths::time_point;

    void watch_everything();
    // This folder and those below it that are not left out.
    std::error_code watch_below(const std::string& folder);
    bool is_left_out(const std::string& path, bool is_folder) const;
    void forget_below(const std::string& folder);
    // Sleeps until something happens; false when interrupted.
    bool wait();
    void read_events();
    void take_event(int watch, std::uint32_t mask, std::string_view name);
    void look_again();

    const put_choice choice_;
    std::shared_ptr<sources> files_;  // everything, or one path after the other
    common::runtime::unique_fd events_;
    common::runtime::unique_fd interrupted_;
    std::unordered_map<int, std::string> folders_;  // by watch: absolute
    std::map<std::string, int> watches_;            // the other way round
    const common::app::system_clock clock_;
    domain::quiet_paths changed_;
    std::deque<std::string> ready_;
    bool overflowed_ = false;
    time_point overflowed_at_{};
};

}  // namespace uploader_client::commands
