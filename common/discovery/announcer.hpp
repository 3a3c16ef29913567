// Announces a server on the local network for as long as it lives, by way of the Avahi daemon.
//
//   announcer on_air({.app = chat, .name = instance_name(name), .port = 7400, .what = {print, tls}});
//   on_air.stop();     takes the name back; from any thread, does not wait
//
//   no bus ──retry──▶ connecting ──daemon──▶ running ──commit──▶ on the air
//                         ▲                     │  ▲                │
//                         └──── daemon lost ────┘  └─── renamed ◀─ collision
//
// Everything happens on Avahi's own thread. Where there is no daemon or no message bus nothing is announced,
// the log says so once, and the announcer goes on waiting: that is never an error.
#pragma once

#include "common/discovery/announcement.hpp"

#include <memory>

namespace common::discovery {

class announcer {
  public:
    explicit announcer(announcement what);
    announcer(const announcer&) = delete;
    announcer& operator=(const announcer&) = delete;
    // Stops, and waits at most limits::withdraw_time_max for the daemon.
    ~announcer();

    void stop();

  private:
    class broadcast;
    std::unique_ptr<broadcast> broadcast_;
};

}  // namespace common::discovery
