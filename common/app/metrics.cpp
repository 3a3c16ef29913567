#include "common/app/metrics.hpp"

#include "common/app/limits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace common::app {
namespace {

constexpr std::array<const char*, 3> type_names{"counter", "gauge", "histogram"};

bool is_name(std::string_view name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
    if (name.empty() || !letter(name.front())) return false;
    return std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

[[noreturn]] void defect(std::string_view name, const char* what) {
    throw std::logic_error("metric " + std::string{name} + ": " + what);
}

// Label values and help texts: backslash, quote and line feed have a meaning in the format.
std::string escape(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
        } else {
            if (c == '\\' || c == '"') out += '\\';
            out += c;
        }
    }
    return out;
}

std::string render_labels(std::string_view name, const metric_labels& labels) {
    std::string out;
    for (const auto& [key, value] : labels) {
        if (!is_name(key)) defect(name, "bad label name");
        if (!out.empty()) out += ',';
        out += key + "=\"" + escape(value) + '"';
    }
    return out;
}

std::string number(double value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return {digits.data(), end};
}

void append_line(std::string& out, const std::string& name, const std::string& labels,
                 const std::string& value) {
    out += name;
    if (!labels.empty()) out += '{' + labels + '}';
    out += ' ' + value + '\n';
}

void append_value(std::string& out, const std::string& name, const std::string& labels, const counter& what) {
    append_line(out, name, labels, std::to_string(what.value()));
}

void append_value(std::string& out, const std::string& name, const std::string& labels, const gauge& what) {
    append_line(out, name, labels, std::to_string(what.value()));
}

void append_value(std::string& out, const std::string& name, const std::string& labels,
                  const histogram& what) {
    const auto now = what.read();
    const std::string prefix = labels.empty() ? "le=\"" : labels + ",le=\"";
    for (std::size_t i = 0; i < now.cumulative.size(); ++i) {
        const std::string bound = i < what.bounds().size() ? number(what.bounds()[i]) : "+Inf";
        append_line(out, name + "_bucket", prefix + bound + '"', std::to_string(now.cumulative[i]));
    }
    append_line(out, name + "_sum", labels, number(now.sum));
    append_line(out, name + "_count", labels, std::to_string(now.cumulative.back()));
}

}  // namespace

histogram::histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), buckets_(new std::atomic<std::uint64_t>[bounds_.size() + 1]()) {}

void histogram::observe(double value) {
    const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
    buckets_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

histogram::snapshot histogram::read() const {
    snapshot now;
    std::uint64_t total = 0;
    for (std::size_t i = 0; i <= bounds_.size(); ++i) {
        total += buckets_[i].load(std::memory_order_relaxed);
        now.cumulative.push_back(total);
    }
    now.sum = sum_.load(std::memory_order_relaxed);
    return now;
}

template <class metric, class... arguments>
metric& metrics_registry::add(std::string_view name, std::string_view help, const metric_labels& labels,
                              arguments... given) {
    if (!is_name(name)) defect(name, "bad name");
    const std::string rendered = render_labels(name, labels);
    value made = std::make_unique<metric>(std::move(given)...);
    metric& result = *std::get<std::unique_ptr<metric>>(made);

    const std::lock_guard lock{mutex_};
    if (series_ >= limits::metrics_series_max) defect(name, "too many series");
    family& home = families_.try_emplace(std::string{name}, family{escape(help), {}}).first->second;
    for (const series& each : home.all) {
        if (each.held.index() != made.index()) defect(name, "known with another type");
        if (each.labels == rendered) defect(name, "registered twice");
    }
    home.all.push_back({rendered, std::move(made)});
    ++series_;
    return result;
}

counter& metrics_registry::add_counter(std::string_view name, std::string_view help, metric_labels labels) {
    return add<counter>(name, help, labels);
}

gauge& metrics_registry::add_gauge(std::string_view name, std::string_view help, metric_labels labels) {
    return add<gauge>(name, help, labels);
}

histogram& metrics_registry::add_histogram(std::string_view name, std::string_view help,
                                           std::vector<double> bounds, metric_labels labels) {
    const bool ascending =
        std::adjacent_find(bounds.begin(), bounds.end(), std::greater_equal<>{}) == bounds.end();
    if (!ascending) defect(name, "bounds must ascend");
    return add<histogram>(name, help, labels, std::move(bounds));
}

std::string render_prometheus(const metrics_registry& registry) {
    const std::lock_guard lock{registry.mutex_};
    std::string out;
    for (const auto& [name, family] : registry.families_) {
        if (family.all.empty()) continue;
        out += "# HELP " + name + ' ' + family.help + '\n';
        out += "# TYPE " + name + ' ' + type_names[family.all.front().held.index()] + '\n';
        for (const auto& series : family.all) {
            std::visit([&](const auto& held) { append_value(out, name, series.labels, *held); }, series.held);
        }
    }
    return out;
}

}  // namespace common::app
