// A chat under bad weather: a server and some clients, faults, then healing; throws `violation` when a
// promise breaks.
#pragma once

#include "tests/simulation/world.hpp"

namespace tests::simulation::chat {

void run_chat(world& sim);

}  // namespace tests::simulation::chat
