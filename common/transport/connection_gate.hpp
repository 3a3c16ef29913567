// Who gets one of a server's places; shared by its listener and all its sessions. Thread-safe.
//
//   auto place = gate.admit(peer, now);        nothing: close without a word
//   place->authenticated();                    after Welcome: it no longer counts among the strangers
//   place->punish(now);                        a failed handshake or proof costs its source time
//
// A place is given back when its ticket goes. Strangers beyond `strangers_free` are refused at random, the
// more the fuller it is, so that a flood cannot take every place; a source that was let in within a day is
// spared that.
#pragma once

#include "common/seam/random.hpp"
#include "common/transport/limits.hpp"
#include "common/trust/penalty_box.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace common::transport {

struct gate_limits {
    std::size_t connections_max = limits::connections_max;
    std::size_t strangers_free = limits::unauthenticated_free;
    unsigned strangers_drop_percent =
        limits::unauthenticated_drop_percent;  // at strangers_free, rising to 100
    std::size_t strangers_max = limits::unauthenticated_max;
    std::size_t connections_per_source = trust::limits::connections_per_source_max;
};

struct gate_stats {
    std::size_t connections = 0;
    std::size_t strangers = 0;
    std::uint64_t admitted = 0;
    std::uint64_t refused_full = 0;
    std::uint64_t refused_busy = 0;    // the random early drop of strangers
    std::uint64_t refused_source = 0;  // punished, or too many from one source
};

class connection_gate {
  public:
    // `random` must outlive the gate and is used under its lock.
    connection_gate(const gate_limits& bounds, seam::random& random);

    class ticket {
      public:
        ticket(ticket&& other) noexcept;
        ticket& operator=(ticket&& other) noexcept;
        ~ticket();

        void authenticated(seam::mono_time now);
        void punish(seam::mono_time now);

      private:
        friend class connection_gate;
        struct place;
        explicit ticket(std::unique_ptr<place> held);
        std::unique_ptr<place> place_;
    };

    // `peer` as in byte_transport::peer().
    std::optional<ticket> admit(const std::string& peer, seam::mono_time now);
    gate_stats stats() const;
    // SIGHUP: from the next admission on.
    void set_limits(const gate_limits& bounds);

  private:
    struct shared;
    std::shared_ptr<shared> shared_;  // tickets may outlive the gate
};

}  // namespace common::transport
