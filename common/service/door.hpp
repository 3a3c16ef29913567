// Who may come in: judges a Hello against the server's access list.
//
//   door door(access, server, application::chat, files);
//   door.judge(home, hello, channel, clock.wall_now(), [](verdict v) { … });
//
// The signature is checked first, before anything is looked up; enrolling blocks and runs on `files`. An
// unknown key and a bad token are one and the same refusal.
#pragma once

#include "common/seam/event_loop.hpp"
#include "common/trust/access_list.hpp"
#include "common/trust/join_link.hpp"
#include "common/trust/server_key.hpp"
#include "protocol/session/messages.hpp"

#include <functional>
#include <optional>
#include <string>

namespace common::service {

struct client_identity {
    trust::public_key key{};
    std::string key_id;
    trust::grant grant;  // rights, folder and the name it enrolled with
};

struct verdict {
    std::optional<client_identity> client;  // nothing: refused
    std::optional<trust::proof> server_proof;
    std::string problem;  // for the server's own log: its access list could not be read or written
};

class door {
  public:
    // All references must outlive the verdicts.
    door(trust::access_list& access, const trust::server_key& server, seam::serial_executor& files);

    void judge(seam::event_loop& home, const protocol::session::hello& hello, const trust::channel& on,
               std::function<void(verdict)> done);

  private:
    std::optional<client_identity> known_client(const trust::public_key& key) const;
    void note_seen(seam::event_loop& home, const trust::public_key& key);
    void enrol(seam::event_loop& home, trust::enrolment claim, const trust::channel& on,
               std::function<void(verdict)> done);

    trust::access_list& access_;
    const trust::fingerprint server_;
    seam::serial_executor& files_;
};

}  // namespace common::service
