// Uploads under bad weather: a receiver and some senders, faults, then healing; throws `violation` when a
// promise breaks.
#pragma once

#include "tests/simulation/world.hpp"

namespace tests::simulation::upload {

void run_upload(world& sim);

}  // namespace tests::simulation::upload
