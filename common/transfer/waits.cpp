#include "common/transfer/waits.hpp"

#include "common/transfer/limits.hpp"

#include <algorithm>
#include <utility>

namespace common::transfer {

namespace {

std::uint64_t microseconds(seam::duration value) {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(value).count());
}

// The peer may say anything.
seam::duration from_microseconds(std::uint64_t value) {
    constexpr std::chrono::hours longest{24 * 365};
    const auto most = microseconds(longest);
    return std::chrono::microseconds{std::min(value, most)};
}

void move_part(seam::duration& from, seam::duration& to, seam::duration part) {
    part = std::clamp(part, seam::duration::zero(), from);
    from -= part;
    to += part;
}

}  // namespace

void wait_account::enter(stage next, seam::mono_time now) {
    if (!std::exchange(begun_, true)) began_ = changed_ = told_ = now;
    sums_[static_cast<std::size_t>(now_in_)] += now - changed_;
    changed_ = now;
    now_in_ = next;
}

void wait_account::add_job(const job_times& job) {
    jobs_.disk += job.disk;
    jobs_.cpu += job.cpu;
}

wait_times wait_account::look(seam::mono_time now) const {
    wait_times found;
    if (!begun_) return found;
    auto sums = sums_;
    sums[static_cast<std::size_t>(now_in_)] += now - changed_;
    const auto in = [&](stage which) { return sums[static_cast<std::size_t>(which)]; };
    found = {.elapsed = now - began_,
             .disk = in(stage::disk),
             .cpu = {},
             .network = in(stage::link),
             .limit = in(stage::limit),
             .peer = in(stage::peer)};
    const auto worked = jobs_.disk + jobs_.cpu;
    if (worked > seam::duration::zero()) {
        const double cpu = static_cast<double>(jobs_.cpu.count()) / static_cast<double>(worked.count());
        const auto part = static_cast<std::int64_t>(static_cast<double>(found.disk.count()) * cpu);
        move_part(found.disk, found.cpu, seam::duration{part});
    }
    return found;
}

bool wait_account::due(seam::mono_time now) {
    if (!begun_ || now - told_ < limits::waits_period) return false;
    told_ = now;
    return true;
}

wait_times sender_waits(wait_times sums, const transport::link_times& link) {
    move_part(sums.network, sums.cpu, sums.network - link.blocked);
    return sums;
}

wait_times receiver_waits(wait_times sums, const transport::link_times& link) {
    move_part(sums.network, sums.cpu, link.reading);
    return sums;
}

protocol::upload::waits to_message(const wait_times& times) {
    return {.elapsed_us = microseconds(times.elapsed),
            .disk_us = microseconds(times.disk),
            .cpu_us = microseconds(times.cpu),
            .network_us = microseconds(times.network),
            .limit_us = microseconds(times.limit),
            .peer_us = microseconds(times.peer)};
}

wait_times from_message(const protocol::upload::waits& told) {
    return {.elapsed = from_microseconds(told.elapsed_us),
            .disk = from_microseconds(told.disk_us),
            .cpu = from_microseconds(told.cpu_us),
            .network = from_microseconds(told.network_us),
            .limit = from_microseconds(told.limit_us),
            .peer = from_microseconds(told.peer_us)};
}

}  // namespace common::transfer
