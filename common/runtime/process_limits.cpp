#include "common/runtime/process_limits.hpp"

#include <spdlog/spdlog.h>

#include <sys/prctl.h>
#include <sys/resource.h>

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

void disable_core_dumps() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace common::runtime
