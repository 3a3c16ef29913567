// What the system allows this process, asked and set once in main() before threads start.
#pragma once

#include <cstddef>

namespace common::runtime {

// Raises the soft limit of open descriptors to the hard limit and returns what it is now.
std::size_t raise_descriptor_limit();

// How many CPUs this process may run on (taskset, a container's set); at least 1.
unsigned usable_cpus();

// A core file of these programs would hold keys and other people's messages.
void disable_core_dumps();

}  // namespace common::runtime
