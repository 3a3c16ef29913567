// A client's own key: made once, kept for ever, never replaced behind the user's back.
//
//   const auto identity = load_or_create_identity(folder);   folder = $XDG_CONFIG_HOME/sluice
//   identity.key.sign(…), identity.id(), identity.full_fingerprint()
//
// The file holds the secret seed and the public key; they must belong together, so any damaged byte is
// noticed.
#pragma once

#include "common/trust/ed25519.hpp"
#include "common/trust/state_folder.hpp"

#include <string>
#include <string_view>

namespace common::trust {

inline constexpr std::string_view identity_file_name = "identity";

struct identity {
    ed25519_key key;
    std::string file;  // where it is kept, for messages

    std::string id() const { return key_id(key.public_bytes()); }
    std::string full_fingerprint() const { return to_text(fingerprint_of(key.public_bytes())); }
};

// Throws state_error when the file is damaged or readable by others.
identity load_or_create_identity(const state_folder& folder);

secret_text format_identity(const ed25519_key& key);
// Throws state_error, whose text starts with `file`.
ed25519_key parse_identity(std::string_view content, const std::string& file);

}  // namespace common::trust
