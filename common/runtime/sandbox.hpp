// Takes from this process what it does not need: before threads start, and for good.
//
//   const auto report = enter_sandbox({.writable = {state, root}, .readable = {"/etc"}});
//   log(describe(report));
//
// - no_new_privs: no program it might be tricked into starting gains anything;
// - Landlock, where the kernel has it: files outside of these folders cannot be opened;
// - seccomp, where the kernel has it: no new programs, no tracing, mounting, modules, clocks, namespaces;
// - when root runs it: the capabilities that have nothing to do with files and ports are dropped.
//
// What the kernel does not have is left out and said so. Builds with sanitizers or coverage stay outside:
// their reports need what is forbidden here.
#pragma once

#include <string>
#include <vector>

namespace common::runtime {

struct sandbox_rules {
    // Folders or files; what is not there is passed over.
    std::vector<std::string> writable;  // and readable, with everything below
    std::vector<std::string> readable;  // with everything below
};

struct sandbox_report {
    bool entered = false;  // false: this build or the operator does without
    bool no_new_privileges = false;
    int landlock_abi = 0;  // 0: not there
    bool seccomp = false;
    bool root = false;
};

sandbox_report enter_sandbox(const sandbox_rules& rules);

// "no_new_privs, Landlock (ABI 7), seccomp"
std::string describe(const sandbox_report& report);

}  // namespace common::runtime
