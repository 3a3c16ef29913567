#include "tests/simulation/stream_link.hpp"

#include <algorithm>

namespace tests::simulation {

using namespace std::chrono_literals;
using common::seam::byte_transport;

namespace {

// How often a sender whose peer lost power retransmits, until the machine is back and answers with a reset.
constexpr duration retransmit_interval = 400ms;

std::error_code connection_reset() {
    return std::make_error_code(std::errc::connection_reset);
}

}  // namespace

stream_link::stream_link(network& net, process& connected, process& accepted)
    : net_(net),
      sim_(net.sim_),
      latency_max_(sim_.chance().between(0ns, net.latency_max_)),
      capacity_(sim_.chance().one_in(4) ? sim_.chance().between(1, 4096)
                                        : sim_.chance().between(4096, net.capacity_max_)) {
    ends_[0] = {.machine = &connected.machine(), .whose = connected.alive()};
    ends_[1] = {.machine = &accepted.machine(), .whose = accepted.alive()};
}

duration stream_link::delay() {
    auto& chance = sim_.chance();
    if (!chance.one_in(4)) return chance.between(0ns, 100us);
    return duration{
        static_cast<duration::rep>(chance.skewed(static_cast<std::uint64_t>(latency_max_.count())))};
}

void stream_link::start(side me, common::seam::transport_events& events) {
    ends_[me].events = &events;
    if (ends_[me].ended_early) return plan_closed(me, *ends_[me].ended_early);
    plan_pump(me);
}

std::size_t stream_link::write(side me, std::span<const common::seam::const_bytes> pieces) {
    auto& mine = ends_[me];
    if (mine.closed || !mine.whose->alive) return 0;
    std::size_t take = room(me);
    if (take > 1 && sim_.chance().one_in(4)) take = sim_.chance().between(1, take);
    auto& held = flows_[me].held;
    const std::size_t before = held.size();
    for (const auto& piece : pieces) {
        const auto part = piece.first(std::min(take, piece.size()));
        held.insert(held.end(), part.begin(), part.end());
        take -= part.size();
    }
    plan_pump(other(me));
    if (ends_[other(me)].unplugged) plan_probe(me);
    // A closed reader drops what still comes: it said its end, and drains.
    const std::size_t written = held.size() - before;
    if (ends_[other(me)].closed && !ends_[other(me)].unplugged) held.clear();
    return written;
}

void stream_link::want_writable(side me) {
    ends_[me].wants_writable = true;
    plan_writable(me);
}

void stream_link::set_reading(side me, bool on) {
    ends_[me].reading = on;
    if (on) plan_pump(me);
}

void stream_link::close(side me, byte_transport::close_mode mode) {
    auto& mine = ends_[me];
    if (mine.closed || !mine.whose->alive) return;
    mine.closed = true;
    mine.events = nullptr;
    if (mode == byte_transport::close_mode::flush) {
        flows_[me].ended = true;
        plan_pump(other(me));
    } else {
        flows_[me].held.clear();
        plan_closed(other(me), connection_reset());
    }
    flows_[other(me)].held.clear();
    plan_writable(other(me));
}

std::string stream_link::name_of_peer(side me) const {
    return ends_[other(me)].machine->name() + ":" + std::to_string(49152 + me);
}

void stream_link::process_died(const life& whose, bool power) {
    for (side me = 0; me < 2; ++me) {
        auto& mine = ends_[me];
        if (mine.whose != whose || mine.closed) continue;
        mine.closed = true;
        auto& out = flows_[me].held;
        if (power) {
            mine.unplugged = true;
            out.resize(sim_.chance().below(out.size() + 1));
            if (!flows_[other(me)].held.empty()) plan_probe(other(me));
        } else if (sim_.chance().one_in(2)) {
            flows_[me].ended = true;  // what was written before still arrives
            plan_pump(other(me));
        } else {
            out.clear();
            plan_closed(other(me), connection_reset());
        }
        flows_[other(me)].held.clear();
    }
}

// The program's own objects learn that the stream has ended, so that they let go of each other.
void stream_link::process_buried(const life& whose) {
    for (auto& mine : ends_) {
        if (mine.whose != whose) continue;
        mine.closed = true;
        if (auto* events = std::exchange(mine.events, nullptr)) events->on_closed(connection_reset());
    }
}

void stream_link::break_off() {
    for (side me = 0; me < 2; ++me) {
        flows_[me].held.clear();
        plan_closed(me, connection_reset());
    }
}

void stream_link::kick() {
    for (side me = 0; me < 2; ++me) plan_pump(me);
}

void stream_link::plan_pump(side reader) {
    auto& to = ends_[reader];
    if (to.pump_planned || to.closed || !to.events) return;
    to.pump_planned = true;
    const auto run = [self = shared_from_this(), reader] {
        self->ends_[reader].pump_planned = false;
        self->pump(reader);
    };
    sim_.after(delay(), to.whose, run);
}

void stream_link::pump(side reader) {
    auto& to = ends_[reader];
    auto& from = flows_[other(reader)];
    if (to.closed || !to.events || !to.reading) return;
    if (net_.blocked(*ends_[other(reader)].machine, *to.machine)) return;
    if (from.held.empty()) {
        if (from.ended) plan_closed(reader, {});
        return;
    }
    const auto room_given = to.events->prepare_read();
    const auto most = std::min(room_given.size(), from.held.size());
    const std::size_t count = sim_.chance().one_in(2) ? most : sim_.chance().between(1, most);
    std::copy_n(from.held.begin(), count, room_given.begin());
    from.held.erase(from.held.begin(), from.held.begin() + static_cast<std::ptrdiff_t>(count));
    plan_writable(other(reader));
    to.events->on_bytes(count);
    plan_pump(reader);
}

void stream_link::plan_writable(side writer) {
    auto& to = ends_[writer];
    if (!to.wants_writable || to.writable_planned || to.closed || !to.events || room(writer) == 0) return;
    to.writable_planned = true;
    const auto run = [self = shared_from_this(), writer] {
        auto& mine = self->ends_[writer];
        mine.writable_planned = false;
        if (mine.closed || !mine.wants_writable || self->room(writer) == 0) return;
        mine.wants_writable = false;
        mine.events->on_writable();
    };
    sim_.after(delay(), to.whose, run);
}

void stream_link::plan_closed(side to, std::error_code why) {
    if (ends_[to].closed) return;
    const auto run = [self = shared_from_this(), to, why] {
        auto& mine = self->ends_[to];
        if (mine.closed) return;
        if (!mine.events) {
            mine.ended_early = why;
            return;
        }
        mine.closed = true;
        auto* events = std::exchange(mine.events, nullptr);
        self->flows_[other(to)].held.clear();
        // A stream that ended is of no use in the other direction either.
        self->flows_[to].ended = true;
        self->plan_pump(other(to));
        events->on_closed(why);
    };
    sim_.after(delay(), ends_[to].whose, run);
}

void stream_link::plan_probe(side writer) {
    auto& mine = ends_[writer];
    if (mine.probe_planned || mine.closed) return;
    mine.probe_planned = true;
    const auto run = [self = shared_from_this(), writer] {
        self->ends_[writer].probe_planned = false;
        if (self->ends_[other(writer)].machine->running()) {
            self->plan_closed(writer, connection_reset());
        } else {
            self->plan_probe(writer);
        }
    };
    sim_.after(retransmit_interval, mine.whose, run);
}

}  // namespace tests::simulation
