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
#include "uploader-client/domain/preserve_words.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace uploader_client::commands {

class stdin_file;

struct put_choice {
    std::vector<std::string> paths;
    std::string stdin_name;  // of what comes from "-"
    domain::filter filter;
    domain::preserved preserve{.mode = true, .mtime = true};
    std::shared_ptr<const common::transfer::sealing> keys{};  // null: sent as they are
};

class sources final : public common::transfer::outgoing_source {
  public:
    // Blocks. Throws app::failure.
    explicit sources(put_choice choice);

    common::seam::result<std::vector<common::transfer::outgoing>> next(std::size_t count_max) override;

    // What is worth saying when the list has ended: what was left out, and what is there under several names.
    std::vector<std::string> remarks() const;
    // The PATH arguments.
    const std::vector<domain::source_place>& places() const { return places_; }
    // Where an absolute path lies below one of them; nothing when it does not.
    std::optional<domain::source_place> place_of(const std::string& absolute) const;
    // Lists this path as well, after what is still to be listed; only between calls of next().
    void look_at(const std::string& absolute);
    // Ends a read of standard input that waits; from any thread.
    void interrupt();

  private:
    std::error_code begin_next();
    const std::string& name_of_place() const;
    common::transfer::tree_scan::options::choice judge(std::string_view path, bool is_folder) const;
    void take(std::vector<common::transfer::outgoing>& found,
              std::vector<common::transfer::outgoing>& into) const;

    const put_choice choice_;
    std::vector<domain::source_place> places_;
    std::deque<domain::source_place> waiting_;
    std::shared_ptr<stdin_file> stdin_;
    bool stdin_waits_ = false;
    domain::source_place at_;
    std::unique_ptr<common::transfer::tree_scan> scan_;
    void note_left_out(const std::string& path, common::seam::file_kind kind);

    mutable std::mutex mutex_;  // remarks() is asked from the loop
    std::vector<std::string> left_out_names_;
    std::uint64_t left_out_ = 0;
    std::uint64_t hard_links_ = 0;
};

}  // namespace uploader_client::commands
