// What happens where there is no message bus: nothing, quickly. The network itself is in tests/discovery.
#include "common/discovery/announcer.hpp"
#include "common/discovery/browser.hpp"
#include "tests/catch.hpp"

#include <cstdlib>

using namespace common::discovery;
using common::trust::application;

namespace {

struct without_bus {
    without_bus() { setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1); }
    ~without_bus() { unsetenv("DBUS_SYSTEM_BUS_ADDRESS"); }
};

}  // namespace

TEST_CASE("an announcer without a message bus starts and stops as if nothing were missing") {
    const without_bus environment;
    for (int round = 0; round < 20; ++round) {
        announcer on_air({.app = application::chat, .name = "desk", .port = 7400, .what = {}});
        on_air.stop();
        on_air.stop();
    }
}

TEST_CASE("browsing without a message bus finds nobody and says why") {
    const without_bus environment;
    const browse_result found = browse(application::chat, std::chrono::milliseconds{1500});
    CHECK(found.servers.empty());
    CHECK_FALSE(found.unavailable.empty());
}
