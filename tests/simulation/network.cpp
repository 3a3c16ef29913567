#include "tests/simulation/network.hpp"

#include "tests/simulation/stream_link.hpp"

#include <algorithm>

namespace tests::simulation {

using namespace std::chrono_literals;

void network::attach(node& machine) {
    machine.on_death([this, &machine](bool power) { on_death(machine, power); });
    machine.on_burial([this](const life& whose) {
        for (const auto& each : links_) {
            if (const auto link = each.lock()) link->process_buried(whose);
        }
    });
}

void network::listen(process& who, const std::string& address, accept_function accept) {
    listeners_.insert_or_assign(address, listener{who.alive(), &who, std::move(accept)});
}

void network::connect(process& who, const std::string& address, connected_function done) {
    const auto latency = sim_.chance().between(0ns, latency_max_);
    sim_.after(latency, who.alive(),
               [this, &who, address, done = std::move(done)] { establish(who, address, done); });
}

void network::establish(process& who, const std::string& address, const connected_function& done) {
    const auto found = listeners_.find(address);
    if (found == listeners_.end()) return done(std::errc::connection_refused);
    auto& to = *found->second.owner;
    if (blocked(who.machine(), to.machine()) || blocked(to.machine(), who.machine())) {
        const auto give_up = [done] { done(std::errc::timed_out); };
        sim_.after(sim_.chance().between(1s, 5s), who.alive(), give_up);
        return;
    }
    const auto link = std::make_shared<stream_link>(*this, who, to);
    std::erase_if(links_, [](const auto& each) { return each.expired(); });
    links_.push_back(link);
    const auto arrive = [accept = found->second.accept, link] {
        accept(std::make_unique<simulated_stream>(link, 1));
    };
    sim_.after(sim_.chance().between(0ns, latency_max_), found->second.whose, arrive);
    done(stream_ptr{std::make_unique<simulated_stream>(link, 0)});
}

bool network::blocked(const node& from, const node& to) const {
    return blocked_.contains({from.name(), to.name()});
}

void network::block(const node& from, const node& to) {
    sim_.note("network", "blocks " + from.name() + " to " + to.name());
    blocked_.emplace(from.name(), to.name());
}

void network::unblock(const node& from, const node& to) {
    if (blocked_.erase({from.name(), to.name()}) == 0) return;
    sim_.note("network", "unblocks " + from.name() + " to " + to.name());
    for (const auto& link : live_links()) link->kick();
}

void network::unblock_all() {
    blocked_.clear();
    for (const auto& link : live_links()) link->kick();
}

std::vector<std::shared_ptr<stream_link>> network::live_links() const {
    std::vector<std::shared_ptr<stream_link>> live;
    for (const auto& each : links_) {
        auto link = each.lock();
        if (link && link->open()) live.push_back(std::move(link));
    }
    return live;
}

bool network::reset_one() {
    const auto live = live_links();
    if (live.empty()) return false;
    sim_.note("network", "resets a stream");
    live[sim_.chance().below(live.size())]->break_off();
    return true;
}

std::size_t network::open_streams() const {
    return live_links().size();
}

void network::on_death(node& machine, bool power) {
    const life whose = machine.current().alive();
    std::erase_if(listeners_, [&](const auto& entry) { return entry.second.whose == whose; });
    for (const auto& link : live_links()) link->process_died(whose, power);
}

}  // namespace tests::simulation
