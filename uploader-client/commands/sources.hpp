// The files that `put` sends: all its PATH arguments, one after the other, through --include and --exclude.
//
//   auto files = find_sources(arguments, chosen);     throws app::failure for a PATH that is not there
//   files->next(512)                                  on the blocking pool; see transfer::outgoing_source
//
// Nothing is listed before it is asked for: a tree of a million files takes no more memory than its folders.
#pragma once

#include "common/transfer/sealed_disk.hpp"
#include "common/transfer/tree_scan.hpp"
#include "uploader-client/domain/filter.hpp"
#include "uploader-client/domain/places.hpp"

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace uploader_client::commands {

class stdin_file;

struct put_choice {
    std::vector<std::string> paths;
    std::string stdin_name;  // of what comes from "-"
    domain::filter filter;
    bool keep_mode = true;
    bool keep_mtime = true;
    std::shared_ptr<const common::transfer::sealing> keys;  // null: sent as they are
};

class sources final : public common::transfer::outgoing_source {
  public:
    // Blocks. Throws app::failure.
    explicit sources(put_choice choice);

    common::seam::result<std::vector<common::transfer::outgoing>> next(std::size_t count_max) override;

    // Links and special files that were passed over, so far; from any thread.
    std::uint64_t left_out() const { return left_out_; }
    // Ends a read of standard input that waits; from any thread.
    void interrupt();

  private:
    std::error_code begin_next();
    const std::string& name_of_place() const;
    void take(std::vector<common::transfer::outgoing>& found,
              std::vector<common::transfer::outgoing>& into) const;

    const put_choice choice_;
    std::deque<domain::source_place> waiting_;
    std::shared_ptr<stdin_file> stdin_;
    bool stdin_waits_ = false;
    domain::source_place at_;
    std::unique_ptr<common::transfer::tree_scan> scan_;
    std::uint64_t left_out_before_ = 0;  // by the scans that ended
    std::atomic<std::uint64_t> left_out_{0};
};

}  // namespace uploader_client::commands
