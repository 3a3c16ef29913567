// What a server keeps in --state: its key, its access list, and the join link with a token that still works.
//
//   server_state state(options, definition);      throws app::failure: one clear line, exit 1
//   const std::string link = state.refresh_join_link(bound_address, now);    also in STATE/join-link
//
// and the commands that change the access list, also while the server runs:
//
//   if (access.action != app::access_action::none) return manage_access(options, access, definition);
#pragma once

#include "common/app/access_options.hpp"
#include "common/app/exit_code.hpp"
#include "common/app/server_options.hpp"
#include "common/service/definition.hpp"
#include "common/trust/access_list.hpp"
#include "common/trust/join_link.hpp"
#include "common/trust/server_key.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace common::service {

inline constexpr std::string_view join_link_file_name = "join-link";

class server_state {
  public:
    server_state(const app::server_options& options, const server_definition& definition);

    const trust::server_key& key() const { return key_; }
    trust::access_list& access() { return access_; }

    // The link for people to join by. In token mode it carries the token of the last link while that works,
    // and otherwise a new one; in the other modes none.
    std::string refresh_join_link(const app::address& reachable, seam::wall_time now);

  private:
    std::optional<trust::token> usable_token(seam::wall_time now);

    trust::application app_;
    app::access_mode mode_;
    std::string default_rights_;
    trust::state_folder folder_;
    trust::server_key key_;
    trust::access_list access_;
};

// The link that the server wrote when it last started; nothing: it never did.
std::optional<trust::server_address> read_join_link(const trust::state_folder& folder,
                                                    trust::application app);

// The address to put into a link: what was bound, or, for "all addresses", the machine's first one that
// others reach.
app::address reachable_address(const app::address& bound);

app::exit_code manage_access(const app::server_options& options, const app::access_options& asked,
                             const server_definition& definition);

}  // namespace common::service
