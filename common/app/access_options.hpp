// `SERVER access list|revoke KEYID|grant KEYID RIGHTS|new-token`: the command line for who may come in.
//
//   access_options access;
//   add_access_options(self, access);
//   self.parse();
//   if (access.action != access_action::none) return manage_access(options.state, access);
#pragma once

#include "common/seam/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace common::app {

class program;

enum class access_action { none, list, revoke, grant, new_token };

struct access_options {
    access_action action = access_action::none;
    std::string key_id;                      // revoke, grant
    std::uint32_t uses = 1;                  // new-token: how many keys it enrols
    std::optional<seam::duration> lifetime;  // new-token: nothing means that it does not expire
    std::string rights;                      // grant; new-token: empty means the server's default
    std::string folder;                      // new-token: what the keys are confined to; empty: nothing
};

// The program then works with or without the subcommand; --state may stand before or after it.
void add_access_options(program& self, access_options& options);

}  // namespace common::app
