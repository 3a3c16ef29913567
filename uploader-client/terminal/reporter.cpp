#include "uploader-client/terminal/reporter.hpp"

#include "common/app/limits.hpp"
#include "common/app/output.hpp"
#include "common/app/sizes.hpp"
#include "common/app/terminal_text.hpp"
#include "protocol/wire/error_code.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>
#include <unistd.h>
#include <utility>

namespace uploader_client::terminal {

namespace upload = protocol::upload;

namespace {

double seconds_of(seam::duration value) {
    return std::chrono::duration<double>(value).count();
}

std::string_view name_of(upload::status status) {
    switch (status) {
        case upload::status::stored:
            return "stored";
        case upload::status::skipped:
            return "skipped";
        case upload::status::resumed:
            return "resumed";
        case upload::status::failed:
            break;
    }
    return "failed";
}

std::optional<std::string> text_of(const upload::digest& digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    if (digest == upload::digest{}) return std::nullopt;
    std::string text;
    for (const auto byte : digest) {
        const auto value = std::to_integer<unsigned>(std::byte{byte});
        text += digits[value >> 4U];
        text += digits[value & 15U];
    }
    return text;
}

// Stable names for scripts: the protocol's own, or that of the system's errors in general.
std::string_view code_of(std::error_code error) {
    if (error.category() != protocol::error_category()) return "local_file";
    return name_of(static_cast<protocol::error_code>(error.value()));
}

std::string count_of_files(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " file" : " files");
}

}  // namespace

std::string summary_line(const reporter_settings& words, const domain::tally& result,
                         std::uint64_t moved_bytes, seam::duration elapsed) {
    char time[32];
    std::snprintf(time, sizeof time, elapsed < std::chrono::seconds{10} ? "%.1f s" : "%.0f s",
                  seconds_of(elapsed));
    std::string line = words.past;
    line += " " + count_of_files(result.files()) + ", " + app::format_size(result.bytes()) + " in " + time +
            " (" + words.moved + " " + app::format_size(moved_bytes) + ")";
    if (result.skipped() > 0) line += "; " + std::to_string(result.skipped()) + " of them were there already";
    if (result.failed() > 0) line += "; " + std::to_string(result.failed()) + " failed";
    return line;
}

std::string why_line(const domain::wait_shares& shares) {
    std::vector<std::pair<double, const char*>> parts{
        {shares.network, "network"},         {shares.limit, "limit"},
        {shares.source_disk, "source disk"}, {shares.source_cpu, "source CPU"},
        {shares.target_disk, "target disk"}, {shares.target_cpu, "target CPU"}};
    std::ranges::stable_sort(parts, [](const auto& one, const auto& two) { return one.first > two.first; });
    std::string line;
    for (const auto& [share, name] : parts) {
        const auto percent = static_cast<int>(share * 100 + 0.5);
        if (percent < 1) continue;
        line += line.empty() ? "waiting for: " : ", ";
        line += name + (" " + std::to_string(percent)) + " %";
    }
    return line.empty() ? "waiting for nothing in particular" : line;
}

reporter::reporter(reporter_settings settings, const app::environment& env, const seam::clock& clock)
    : settings_(std::move(settings)),
      clock_(clock),
      events_(STDOUT_FILENO, clock),
      printer_(STDERR_FILENO, env, !settings_.quiet && !settings_.json) {}

void reporter::on_file(const domain::file_report& what) {
    tally_.add(what);
    const bool failed = what.status == upload::status::failed;
    if (failed) tell_failure(what.path, what.error);
    if (!settings_.json || (what.is_folder && !failed)) return;
    auto event = events_.event("file");
    event.field("path", what.path).field("bytes", what.bytes).field("digest", text_of(what.digest));
    event.field("status", name_of(what.status));
    if (failed) event.field("code", code_of(what.error)).field("message", what.error.message());
    write(event);
}

void reporter::on_counts(const domain::transfer_counts& now) {
    counts_ = now;
    if (now.complete && !planned_) tell_plan();
    const auto time = clock_.mono_now();
    moving_ = true;
    waited_why_.clear();
    update_meter(time);
    draw(time);
    if (!settings_.json || time < next_progress_) return;
    next_progress_ = time + app::limits::progress_interval;
    tell_progress();
}

void reporter::update_meter(seam::mono_time now) {
    meter_.update({.bytes = counts_.bytes,
                   .sent = counts_.sent + counts_.resumed,
                   .received = counts_.received,
                   .durable = counts_.durable,
                   .files = counts_.files,
                   .files_done = counts_.files_done},
                  now);
}

void reporter::draw(seam::mono_time now) {
    if (!printer_.due(now)) return;
    app::progress_view view = meter_.view();
    view.limit = limit_;
    std::vector<app::file_progress> files;
    if (current_files) {
        for (domain::file_state& each : current_files(app::limits::progress_files_max)) {
            files.push_back({.path = app::sanitize(each.path, app::text_kind::line),
                             .bytes = each.bytes,
                             .received = each.received});
        }
    }
    printer_.draw(app::render_transfer(view, files, printer_.columns()), now);
}

void reporter::tick() {
    if (!moving_) return;
    const auto time = clock_.mono_now();
    update_meter(time);
    draw(time);
}

void reporter::set_limit(std::uint64_t bytes_per_second) {
    limit_ = bytes_per_second;
    if (!moving_) return;
    if (settings_.json) tell_progress();
    draw(clock_.mono_now());
}

void reporter::waiting(std::string_view why, seam::duration left, bool begins) {
    moving_ = false;
    const auto whole = std::chrono::ceil<std::chrono::seconds>(left);
    if (begins && settings_.json) {
        write(events_.event("status")
                  .field("state", "waiting")
                  .field("message", why)
                  .field("seconds", seconds_of(left)));
    }
    // The reason once, not once for each attempt.
    if (begins && waited_why_ != why) notice(std::string{why} + " (trying again)");
    waited_why_ = why;
    if (printer_.enabled()) {
        printer_.draw({app::truncate_to_width("no connection; trying again in " + app::format_duration(whole),
                                              printer_.columns())},
                      clock_.mono_now());
    }
}

void reporter::on_list_error(std::error_code why) {
    tally_.add_failure(why);
    tell_failure("the list of files", why);
}

void reporter::on_source_kept(std::string_view path, std::error_code why) {
    tally_.add_failure(why);
    print_line(STDERR_FILENO, settings_.program + ": cannot delete " +
                                  app::sanitize(path, app::text_kind::line) +
                                  " here, it is stored: " + why.message());
}

void reporter::tell_plan() {
    planned_ = true;
    if (settings_.json) {
        write(events_.event("plan").field("files", counts_.files).field("bytes", counts_.bytes));
    }
}

void reporter::tell_progress() {
    const app::progress_view view = meter_.view();
    std::optional<double> eta;
    if (view.eta) eta = seconds_of(*view.eta);
    auto event = events_.event("progress");
    write(with_shares(event.field("sent", counts_.sent)
                          .field("received", counts_.received)
                          .field("durable", counts_.durable)
                          .field("bytes", counts_.bytes)
                          .field("files_done", counts_.files_done)
                          .field("rate", view.rate)
                          .field("eta", eta)
                          .field("limit", limit_ == 0 ? std::optional<std::uint64_t>{} : limit_)));
}

void reporter::tell_why() {
    if (current_shares) print_line(STDERR_FILENO, why_line(current_shares()));
}

app::json_event& reporter::with_shares(app::json_event& event) const {
    if (!current_shares) return event;
    const domain::wait_shares shares = current_shares();
    const auto rounded = [](double share) { return std::round(share * 1000) / 1000; };
    return event.field("wait_source_disk", rounded(shares.source_disk))
        .field("wait_source_cpu", rounded(shares.source_cpu))
        .field("wait_network", rounded(shares.network))
        .field("wait_target_cpu", rounded(shares.target_cpu))
        .field("wait_target_disk", rounded(shares.target_disk))
        .field("wait_limit", rounded(shares.limit));
}

void reporter::tell_failure(std::string_view what, std::error_code why) {
    print_line(STDERR_FILENO, settings_.program + ": cannot " + settings_.verb + " " +
                                  app::sanitize(what, app::text_kind::line) + ": " + why.message());
}

void reporter::notice(std::string_view text) {
    if (settings_.quiet) return;
    print_line(STDERR_FILENO, settings_.program + ": " + app::sanitize(text, app::text_kind::line));
}

void reporter::conclude(seam::duration elapsed) {
    clear();
    if (settings_.json) {
        if (!planned_) tell_plan();
        const auto kept = receipt.empty() ? std::nullopt : std::optional{receipt};
        auto event = events_.event("done");
        write(with_shares(event.field("files", tally_.files())
                              .field("bytes", tally_.bytes())
                              .field("sent", counts_.sent)
                              .field("resumed", counts_.resumed)
                              .field("seconds", seconds_of(elapsed))
                              .field("digest", text_of(tally_.digest()))
                              .field("receipt", kept)));
    } else if (!settings_.quiet && (tally_.files() > 0 || tally_.failed() == 0)) {
        print_line(STDOUT_FILENO, summary_line(settings_, tally_, counts_.sent, elapsed));
    }
}

void reporter::clear() {
    printer_.clear();
}

void reporter::write(const app::json_event& event) {
    if (broken_) return;
    const auto error = events_.try_write(event);
    if (!error) return;
    broken_ = true;
    if (on_broken_output) on_broken_output(error);
}

void reporter::print_line(int fd, const std::string& line) {
    printer_.clear();
    const auto error = app::write_all(fd, line + "\n");
    if (!error || fd != STDOUT_FILENO || std::exchange(broken_, true)) return;
    if (on_broken_output) on_broken_output(error);
}

}  // namespace uploader_client::terminal
