#include "uploader-client/terminal/plan.hpp"

#include "common/app/output.hpp"
#include "common/app/sizes.hpp"
#include "common/app/terminal_text.hpp"

#include <unistd.h>
#include <utility>

namespace uploader_client::terminal {

namespace upload = protocol::upload;
using upload::verdict;

namespace {

std::string_view name_of(const domain::file_report& what) {
    if (what.status == upload::status::failed) {
        return what.verdict == verdict::conflict ? "conflict" : "failed";
    }
    switch (what.verdict.value_or(verdict::send)) {
        case verdict::replace:
            return "replace";
        case verdict::rename:
            return "rename";
        case verdict::same:
        case verdict::passed:
            return "skip";
        default:
            return "send";
    }
}

}  // namespace

plan::plan(reporter_settings settings, const seam::clock& clock)
    : settings_(std::move(settings)), events_(STDOUT_FILENO, clock) {}

void plan::on_file(const domain::file_report& what) {
    tally_.add(what);
    const bool failed = what.status == upload::status::failed;
    const bool skipped = what.status == upload::status::skipped;
    if (what.is_folder && !failed) return;
    if (skipped) {
        ++skipped_;
    } else if (!failed) {
        ++files_;
        bytes_ += what.bytes;
        if (what.verdict == verdict::replace) ++replaced_;
    }
    const std::string_view action = name_of(what);
    if (settings_.json) {
        auto event = events_.event("file");
        event.field("path", what.path).field("bytes", what.bytes).field("status", "planned");
        event.field("action", action);
        if (failed) event.field("message", what.error.message());
        events_.write(event);
        return;
    }
    if (settings_.quiet || skipped) return;
    std::string line{action};
    line.resize(10, ' ');
    line += app::sanitize(what.path, app::text_kind::line);
    if (failed) line += ": " + what.error.message();
    print(line);
}

void plan::on_list_error(std::error_code why) {
    tally_.add_failure(why);
    notice("cannot read the list of files: " + why.message());
}

void plan::notice(std::string_view text) {
    app::write_all(STDERR_FILENO,
                   settings_.program + ": " + app::sanitize(text, app::text_kind::line) + "\n");
}

void plan::conclude() {
    if (settings_.json) {
        events_.write(events_.event("plan")
                          .field("files", files_)
                          .field("bytes", bytes_)
                          .field("replaced", replaced_)
                          .field("skipped", skipped_)
                          .field("failed", tally_.failed()));
        return;
    }
    std::string line = "would " + settings_.verb + " " + std::to_string(files_) +
                       (files_ == 1 ? " file, " : " files, ") + app::format_size(bytes_);
    if (replaced_ > 0) line += "; " + std::to_string(replaced_) + " of them replace another";
    if (skipped_ > 0) line += "; " + std::to_string(skipped_) + " need not be touched";
    if (tally_.failed() > 0) line += "; " + std::to_string(tally_.failed()) + " would fail";
    print(line);
}

void plan::print(const std::string& line) const {
    app::print(line + "\n");
}

}  // namespace uploader_client::terminal
