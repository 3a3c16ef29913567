#include "common/transport/connection_gate.hpp"

#include <algorithm>
#include <utility>

namespace common::transport {

namespace {

constexpr auto good_name_time = std::chrono::hours(24);
constexpr std::size_t good_names_max = 65'536;

}  // namespace

struct connection_gate::shared {
    shared(const gate_limits& given, seam::random& source)
        : bounds(given), random(source), box({.connections_per_source = given.connections_per_source}) {}

    bool drop_early() {
        if (stats.strangers < bounds.strangers_free) return false;
        if (stats.strangers >= bounds.strangers_max) return true;
        const auto over = stats.strangers - bounds.strangers_free;
        const auto range = bounds.strangers_max - bounds.strangers_free;
        const auto percent =
            bounds.strangers_drop_percent + (100 - bounds.strangers_drop_percent) * over / range;
        return random.next_u64() % 100 < percent;
    }

    bool known(const trust::source& from, seam::mono_time now) const {
        const auto found = good_names.find(from);
        return found != good_names.end() && now - found->second < good_name_time;
    }

    std::mutex mutex;
    gate_limits bounds;
    seam::random& random;
    trust::penalty_box box;
    std::map<trust::source, seam::mono_time> good_names;  // when a source was let in last
    gate_stats stats;
};

struct connection_gate::ticket::place {
    std::shared_ptr<shared> gate;
    trust::source from;
    bool stranger = true;
};

connection_gate::connection_gate(const gate_limits& bounds, seam::random& random)
    : shared_(std::make_shared<shared>(bounds, random)) {}

std::optional<connection_gate::ticket> connection_gate::admit(const std::string& peer, seam::mono_time now) {
    const auto from = trust::source_of_peer(peer);
    const std::lock_guard lock(shared_->mutex);
    auto& stats = shared_->stats;
    if (!from) {
        ++stats.refused_source;
        return std::nullopt;
    }
    if (stats.connections >= shared_->bounds.connections_max) {
        ++stats.refused_full;
        return std::nullopt;
    }
    if (!shared_->known(*from, now) && shared_->drop_early()) {
        ++stats.refused_busy;
        return std::nullopt;
    }
    if (!shared_->box.admit(*from, now)) {
        ++stats.refused_source;
        return std::nullopt;
    }
    ++stats.connections;
    ++stats.strangers;
    ++stats.admitted;
    return ticket(std::make_unique<ticket::place>(ticket::place{shared_, *from, true}));
}

gate_stats connection_gate::stats() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->stats;
}

void connection_gate::set_limits(const gate_limits& bounds) {
    const std::lock_guard lock(shared_->mutex);
    shared_->bounds = bounds;
}

connection_gate::ticket::ticket(std::unique_ptr<place> held) : place_(std::move(held)) {}

connection_gate::ticket::ticket(ticket&& other) noexcept = default;

connection_gate::ticket& connection_gate::ticket::operator=(ticket&& other) noexcept {
    std::swap(place_, other.place_);
    return *this;
}

connection_gate::ticket::~ticket() {
    if (!place_) return;
    const std::lock_guard lock(place_->gate->mutex);
    --place_->gate->stats.connections;
    if (!place_->stranger) return;
    --place_->gate->stats.strangers;
    place_->gate->box.release(place_->from);
}

void connection_gate::ticket::authenticated(seam::mono_time now) {
    auto& gate = *place_->gate;
    const std::lock_guard lock(gate.mutex);
    if (!std::exchange(place_->stranger, false)) return;
    --gate.stats.strangers;
    // Only strangers are counted by source: many who are known may share an address.
    gate.box.release(place_->from);
    if (gate.good_names.size() >= good_names_max) gate.good_names.clear();
    gate.good_names.insert_or_assign(place_->from, now);
}

void connection_gate::ticket::punish(seam::mono_time now) {
    const std::lock_guard lock(place_->gate->mutex);
    place_->gate->box.punish(place_->from, now);
}

}  // namespace common::transport
