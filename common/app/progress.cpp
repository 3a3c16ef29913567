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

std::string percent_text(std::uint64_t done, std::uint64_t all) {
    // 100% only when it is all there.
    const auto part = std::min(done, all);
    const auto whole = static_cast<unsigned>(static_cast<double>(part) * 100 / static_cast<double>(all));
    const std::string digits = std::to_string(part == all ? 100U : std::min(whole, 99U));
    return std::string(3 - digits.size(), ' ') + digits + "%";
}

std::string percent(const progress_counts& counts) {
    if (counts.bytes == 0) return counts.files > 0 && counts.files_done == counts.files ? "100%" : "  –%";
    return percent_text(counts.durable, counts.bytes);
}

std::string bar(std::uint64_t done, std::uint64_t all, std::size_t columns) {
    const std::size_t inside = columns - 2;
    const double part = all == 0 ? 0 : static_cast<double>(std::min(done, all)) / static_cast<double>(all);
    const auto full = static_cast<std::size_t>(part * static_cast<double>(inside));
    return "[" + std::string(full, '#') + std::string(inside - full, '.') + "]";
}

std::size_t bar_columns(std::size_t columns) {
    return std::clamp(columns / 4, std::size_t{10}, std::size_t{40});
}

std::string amount(std::uint64_t done, std::uint64_t all) {
    return all == 0 ? format_size(done) : format_size(done) + " of " + format_size(all);
}

// Adds the parts that fit, in their order.
class line_of_parts {
  public:
    line_of_parts(std::string begin, std::size_t columns) : text_(std::move(begin)), columns_(columns) {}
    void add(const std::string& part) {
        const std::string_view gap = text_.empty() ? "" : "  ";
        if (display_width(text_) + gap.size() + display_width(part) > columns_) return;
        text_ += gap;
        text_ += part;
    }
    std::string take() { return truncate_to_width(text_, columns_); }

  private:
    std::string text_;
    std::size_t columns_;
};

std::string render_amounts(const progress_view& view, std::size_t columns) {
    const progress_counts& counts = view.counts;
    line_of_parts line("", columns);
    line.add("on disk " + amount(counts.durable, counts.bytes));
    line.add("received " + format_size(counts.received));
    line.add("sent " + format_size(counts.sent));
    if (view.limit != 0) line.add("limit " + format_rate(view.limit));
    return line.take();
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
    line_of_parts line(percent(counts), columns);
    if (columns >= limits::progress_bar_columns_min) {
        line.add(bar(counts.durable, counts.bytes, bar_columns(columns)));
    }
    line.add(format_rate(view.rate));
    if (view.eta) line.add(format_duration(*view.eta) + " left");
    if (counts.files > 1)
        line.add(std::to_string(counts.files_done) + "/" + std::to_string(counts.files) + " files");
    return line.take();
}

std::string render_file(const file_progress& file, std::size_t columns) {
    columns = std::max(columns, limits::progress_columns_min);
    const bool wide = columns >= limits::progress_bar_columns_min;
    std::string right = file.bytes == 0 ? "    " : percent_text(file.received, file.bytes);
    if (wide) {
        right = bar(file.received, file.bytes, bar_columns(columns)) + "  " + right;
        const std::string size = amount(file.received, file.bytes);
        if (columns >= 2 * limits::progress_bar_columns_min) {
            right += "  " + size + std::string(size.size() < 20 ? 20 - size.size() : 0, ' ');
        }
    }
    const std::size_t room = columns - right.size() - 2;
    std::string name = file.path;
    if (display_width(name) > room) {
        // The end of a path says more than its beginning.
        const auto slash = name.rfind('/');
        if (slash != std::string::npos) name.erase(0, slash + 1);
        name = truncate_to_width(name, room);
    }
    return name + std::string(room - display_width(name), ' ') + "  " + right;
}

std::vector<std::string> render_transfer(const progress_view& view, std::span<const file_progress> files,
                                         std::size_t columns) {
    columns = std::max(columns, limits::progress_columns_min);
    std::vector<std::string> lines;
    for (const file_progress& each : files) lines.push_back(render_file(each, columns));
    lines.push_back(render_progress(view, columns));
    lines.push_back(render_amounts(view, columns));
    return lines;
}

}  // namespace common::app
