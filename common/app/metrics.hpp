// Counters, gauges and histograms that any thread may change without waiting, and their Prometheus text.
//
//   metrics_registry metrics;
//   counter& posts = metrics.add_counter("sluice_posts_total", "Messages posted", {{"room_kind", "public"}});
//   posts.add();                                      relaxed atomics: free to use on hot paths
//   render_prometheus(metrics)                        what GET /metrics answers
//
// Register while setting up, keep the reference: it stays valid as long as the registry. Names and label
// names follow [a-z_][a-z0-9_]*; the same name with other labels is another series of the same family. Labels
// are fixed when registering, because a label that a peer can choose would be memory that a peer can take.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace common::app {

class counter {
  public:
    void add(std::uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

class gauge {
  public:
    void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
    void add(std::int64_t amount) { value_.fetch_add(amount, std::memory_order_relaxed); }
    std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::int64_t> value_{0};
};

class histogram {
  public:
    // Upper bounds in ascending order; what is above the last one counts for +Inf.
    explicit histogram(std::vector<double> bounds);

    void observe(double value);

    struct snapshot {
        std::vector<std::uint64_t> cumulative;  // one for each bound, then +Inf
        double sum = 0;
    };
    snapshot read() const;
    const std::vector<double>& bounds() const { return bounds_; }

  private:
    std::vector<double> bounds_;
    std::unique_ptr<std::atomic<std::uint64_t>[]> buckets_;  // bounds_.size() + 1
    std::atomic<double> sum_{0};
};

using metric_labels = std::vector<std::pair<std::string, std::string>>;

class metrics_registry {
  public:
    // Registering the same name and labels again, a bad name, another type under a known name, or more than
    // limits::metrics_series_max series is a defect of the program: throws std::logic_error.
    counter& add_counter(std::string_view name, std::string_view help, metric_labels labels = {});
    gauge& add_gauge(std::string_view name, std::string_view help, metric_labels labels = {});
    histogram& add_histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                             metric_labels labels = {});

  private:
    friend std::string render_prometheus(const metrics_registry& registry);

    using value = std::variant<std::unique_ptr<counter>, std::unique_ptr<gauge>, std::unique_ptr<histogram>>;
    struct series {
        std::string labels;  // rendered: room_kind="public"
        value held;
    };
    struct family {
        std::string help;
        std::vector<series> all;
    };
    template <class metric, class... arguments>
    metric& add(std::string_view name, std::string_view help, const metric_labels& labels,
                arguments... given);

    mutable std::mutex mutex_;  // of the map; the values are atomic
    std::map<std::string, family, std::less<>> families_;
    std::size_t series_ = 0;
};

// Text exposition format 0.0.4, families in order of their names.
std::string render_prometheus(const metrics_registry& registry);

}  // namespace common::app
