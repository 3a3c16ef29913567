// Which server key a client accepts, and what it says when it does not.
//
//   1. const auto expected = expected_pin(link, known);       before connecting: what the key has to be, if
//   anything
//   2. pin_check check{expected};                             given to the TLS connection, which fills in the
//   rest
//   3. if (decide_first_meeting(…) …)                         only for a key nobody vouched for
//
// There is no way to go on with a changed key: a person has to edit the file that is named.
#pragma once

#include "common/trust/ed25519.hpp"

#include <optional>
#include <string>

namespace common::trust {

// The policy of one connection and what became of it. Must outlive the connection's handshake.
struct pin_check {
    std::optional<fingerprint> expected;  // nothing: record what is seen and let the caller decide
    std::optional<fingerprint> seen;      // set by the handshake, also when it was refused
    enum class verdict { not_reached, accepted, wrong_key, unusable_certificate, wrong_application };
    verdict result = verdict::not_reached;
};

// A known server and where that is written down.
struct known_pin {
    fingerprint print;
    std::string file;
    std::size_t line = 0;
};

// A server that shows another key than before. Nothing but a person may resolve this.
struct changed_key {
    std::string server;
    fingerprint known;
    fingerprint seen;
    std::string file;
    std::size_t line = 0;

    std::string message() const;  // for stderr: both fingerprints, the file and the line to edit
};

// A link that names another key than the one this server is known by is a changed key too, before any
// connection.
struct pin_choice {
    std::optional<fingerprint> expected;
    std::optional<changed_key> conflict;
};
pin_choice expected_pin(const std::string& server, const std::optional<fingerprint>& link,
                        const std::optional<known_pin>& known);

enum class first_meeting { accept_and_store, ask_person, refuse };
first_meeting decide_first_meeting(bool accept_new, bool person_present);

// "SHA256:…", as people know it from SSH.
std::string display(const fingerprint& print);

}  // namespace common::trust
