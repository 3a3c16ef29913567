#include "common/app/failure.hpp"
#include "common/app/json_events.hpp"
#include "common/app/output.hpp"
#include "common/app/system_clock.hpp"
#include "common/app/terminal_text.hpp"
#include "common/service/server_state.hpp"
#include "common/trust/text_codec.hpp"

#include <memory>
#include <unistd.h>

namespace common::service {
namespace {

std::string date_of(trust::unix_time time) {
    return app::format_time(std::chrono::time_point_cast<std::chrono::milliseconds>(time)).substr(0, 16) +
           "Z";
}

void list_keys(const trust::access_table& table, app::json_writer* events) {
    for (const auto& [key, entry] : table.keys) {
        if (events != nullptr) {
            events->write(events->event("key")
                              .field("key", trust::key_id(key))
                              .field("name", entry.name)
                              .field("rights", entry.rights)
                              .field("folder", entry.folder)
                              .field("added", date_of(entry.added))
                              .field("last_seen", date_of(entry.last_seen)));
            continue;
        }
        app::print(trust::key_id(key) + "  " + date_of(entry.last_seen) + "  " + entry.rights + "  " +
                   app::sanitize(entry.name, app::text_kind::name) + "\n");
    }
    for (const auto& [id, when] : table.revoked) {
        if (events != nullptr) {
            events->write(events->event("revoked").field("key", id).field("at", date_of(when)));
        } else {
            app::print(id + "  " + date_of(when) + "  revoked\n");
        }
    }
}

// The new token as a link like the server's own, so that it can be passed on as it is.
std::string link_with(const trust::state_folder& folder, trust::application app, const trust::token& token) {
    auto link = read_join_link(folder, app);
    if (!link) return std::string{token.text().view()};
    link->enrolment = token;
    return std::string{trust::format_join_link(*link).view()};
}

void list_tokens(const trust::access_table& table, app::json_writer* events) {
    for (const auto& [id, token] : table.tokens) {
        const std::string shown = trust::to_hex(id);
        if (events != nullptr) {
            events->write(events->event("open_token")
                              .field("token", shown)
                              .field("uses", token.uses_left)
                              .field("rights", token.rights)
                              .field("folder", token.folder)
                              .field("expires", date_of(token.expires)));
            continue;
        }
        app::print("token " + shown + "  until " + date_of(token.expires) + "  " + token.rights +
                   "  uses left " + std::to_string(token.uses_left) + "\n");
    }
}

trust::token_offer offer_of(const app::access_options& asked, const server_definition& definition) {
    trust::token_offer offer{.uses = asked.uses, .rights = asked.rights, .folder = asked.folder};
    if (asked.lifetime) offer.lifetime = std::chrono::duration_cast<std::chrono::seconds>(*asked.lifetime);
    while (offer.folder.ends_with('/')) offer.folder.pop_back();
    if (!offer.folder.empty() && !(definition.knows_folder && definition.knows_folder(offer.folder))) {
        throw app::usage_error("cannot use --folder " + asked.folder,
                               "it is not the path of a folder below the root");
    }
    if (!offer.rights.empty() && definition.knows_rights && !definition.knows_rights(offer.rights)) {
        throw app::usage_error("cannot use --rights " + offer.rights, "a word of it is not known");
    }
    if (offer.rights.empty()) offer.rights = definition.default_rights;
    return offer;
}

}  // namespace

app::exit_code manage_access(const app::server_options& options, const app::access_options& asked,
                             const server_definition& definition) {
    const app::system_clock clock;
    const auto events = options.json ? std::make_unique<app::json_writer>(STDOUT_FILENO, clock) : nullptr;
    try {
        const trust::state_folder folder(options.state);
        trust::access_list access(
            folder, {.mode = trust::access_mode::enrolled, .default_rights = definition.default_rights});
        switch (asked.action) {
            case app::access_action::none:
                break;
            case app::access_action::list:
                list_keys(access.table(), events.get());
                list_tokens(access.table(), events.get());
                break;
            case app::access_action::revoke: {
                const bool known = access.revoke(asked.key_id, clock.wall_now());
                if (events)
                    events->write(events->event("revoked").field("key", asked.key_id).field("known", known));
                break;
            }
            case app::access_action::grant: {
                if (!access.grant_rights(asked.key_id, asked.rights, clock.wall_now())) {
                    throw app::failure(app::exit_code::failed, "key",
                                       "no key " + asked.key_id + " is enrolled", "", "see 'access list'");
                }
                if (events) {
                    events->write(
                        events->event("granted").field("key", asked.key_id).field("rights", asked.rights));
                }
                break;
            }
            case app::access_action::new_token: {
                const trust::token made = access.new_token(offer_of(asked, definition), clock.wall_now());
                const std::string link = link_with(folder, definition.app, made);
                if (events) {
                    events->write(events->event("token").field("join", link));
                } else {
                    app::print(link + "\n");
                }
                break;
            }
        }
    } catch (const trust::state_error& error) {
        throw app::failure(app::exit_code::failed, "state", "cannot change the access list", error.what());
    }
    return app::exit_code::done;
}

}  // namespace common::service
