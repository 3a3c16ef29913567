// The list of system calls that a server never makes.
#pragma once

namespace common::runtime {

// From now on they are answered with EPERM, in this thread and those it starts; needs no_new_privs. False
// when the kernel has no seccomp. A list of what is forbidden, not of what is allowed: a newer C library that
// uses a new call must not stop the server.
bool install_seccomp_filter();

}  // namespace common::runtime
