// Adds up what became of the files of a run, and what that means for the exit code. Pure.
#pragma once

#include "uploader-client/domain/report.hpp"

namespace uploader_client::domain {

enum class verdict { done, partly, failed, verification_failed, not_permitted };

class tally {
  public:
    void add(const file_report& file);
    // Something that is no file failed, such as a folder that cannot be listed.
    void add_failure(std::error_code why);

    std::uint64_t stored() const { return stored_; }  // resumed ones included
    std::uint64_t skipped() const { return skipped_; }
    std::uint64_t failed() const { return failed_; }
    std::uint64_t files() const { return stored_ + skipped_; }  // that are there now
    std::uint64_t bytes() const { return bytes_; }              // in those
    // Of the only file; zero when there are more, or none.
    protocol::upload::digest digest() const;

    verdict judge() const;

  private:
    std::uint64_t stored_ = 0;
    std::uint64_t skipped_ = 0;
    std::uint64_t failed_ = 0;
    std::uint64_t not_verified_ = 0;
    std::uint64_t not_permitted_ = 0;
    std::uint64_t bytes_ = 0;
    protocol::upload::digest first_digest_{};
};

}  // namespace uploader_client::domain
