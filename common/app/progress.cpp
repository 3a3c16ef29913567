#include "common/app/progress.hpp"

#include "common/app/limits.hpp"
#include "common/app/sizes.hpp"
#include "common/app/terminal_text.hpp"

#include <algorithm>
#include <cmath>

namespace common::app {
namespace {

constexpr double eta_seconds_max = 100.0 * 86'400;  // beyond that a number says nothing

double seconds(seam::duration value) {
    return std::chrono::duration<double>(value).count();
}

std::string percent(const progress_counts& counts) {
    if (counts.bytes == 0) return counts.files > 0 && counts.files_done == counts.files ? "100%" : "  –%";
    const auto part = std::min(counts.durable, counts.bytes);
    // 100% only when it is all there.
    const auto whole =
        static_cast<unsigned>(static_cast<double>(part) * 100 / static_cast<double>(counts.bytes));
    const std::string digits = std::to_string(part == counts.bytes ? 100U : std::min(whole, 99U));
    return std::string(3 - digits.size(), ' ') + digits + "%";
}

std::string amount(const progress_counts& counts) {
    if (counts.bytes == 0) return format_size(counts.received);
    return format_size(counts.received) + " of " + format_size(counts.bytes);
}

}  // namespace

void progress_meter::update(const progress_counts& counts, seam::mono_time now) {
    counts_ = counts;
    if (!started_) {
        started_ = true;
        measured_at_ = now;
        measured_ = counts.received;
        return;
    }
    // Two updates at one instant make no rate: the second one is measured with the next.
    if (now <= measured_at_) return;
    const double elapsed = seconds(now - measured_at_);
    const double gained = counts.received > measured_ ? static_cast<double>(counts.received - measured_) : 0;
    const double keep = std::exp(-elapsed / seconds(limits::rate_window));
    rate_ = rate_ * keep + gained / elapsed * (1 - keep);
    observed_seconds_ += elapsed;
    measured_at_ = now;
    measured_ = counts.received;
}

progress_view progress_meter::view() const {
    progress_view view{.counts = counts_, .rate = 0, .eta = std::nullopt};
    if (observed_seconds_ <= 0) return view;
    // The average starts at zero: divide by the weight that real observations have in it so far.
    const double weight = 1 - std::exp(-observed_seconds_ / seconds(limits::rate_window));
    const double rate = rate_ / weight;
    view.rate = static_cast<std::uint64_t>(rate);
    if (rate < 1 || counts_.bytes == 0) return view;
    const auto left = counts_.bytes - std::min(counts_.durable, counts_.bytes);
    const double eta = static_cast<double>(left) / rate;
    if (eta < eta_seconds_max) view.eta = seam::duration{static_cast<std::int64_t>(eta * 1e9)};
    return view;
}

std::string render_progress(const progress_view& view, std::size_t columns) {
    const progress_counts& counts = view.counts;
    columns = std::max(columns, limits::progress_columns_min);
    std::string line = percent(counts);
    const auto add = [&](const std::string& part) {
        if (display_width(line) + 2 + display_width(part) <= columns) line += "  " + part;
    };
    add(format_rate(view.rate));
    if (view.eta) add(format_duration(*view.eta) + (columns < 40 ? "" : " left"));
    add(amount(counts));
    if (counts.files > 1)
        add(std::to_string(counts.files_done) + "/" + std::to_string(counts.files) + " files");
    if (counts.durable < counts.received) add(format_size(counts.durable) + " on disk");
    if (counts.sent > counts.received) add(format_size(counts.sent - counts.received) + " on the way");
    return truncate_to_width(line, columns);
}

}  // namespace common::app
