#include "common/runtime/process_limits.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <thread>

namespace common::runtime {

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    rlimit raised = limit;
    raised.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) return raised.rlim_cur;
    spdlog::warn("cannot raise the limit of open files above {}", limit.rlim_cur);
    return limit.rlim_cur;
}

unsigned usable_cpus() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    // Fails where there are more CPUs than the set has places for.
    const bool known = ::sched_getaffinity(0, sizeof allowed, &allowed) == 0;
    const unsigned count =
        known ? static_cast<unsigned>(CPU_COUNT(&allowed)) : std::thread::hardware_concurrency();
    return std::max(count, 1U);
}

void disable_core_dumps() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace common::runtime
