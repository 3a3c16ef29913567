// Records of a room's log as the view shows them. Pure.
#pragma once

#include "chat-client/domain/listings.hpp"
#include "chat-client/domain/log_slice.hpp"
#include "chat-client/view/model.hpp"

#include <cstdint>
#include <functional>
#include <set>
#include <string>

namespace chat_client::controller {

struct page_context {
    domain::author_id you{};
    std::string nick{};
    bool direct = false;              // everything in it is for this person
    std::set<std::string> ignored{};  // keys, as key_text() writes them
    std::function<std::string(const domain::author_id&)> name_of{};
    // How many others have read up to a record, of how many.
    std::function<std::pair<std::uint32_t, std::uint32_t>(std::uint64_t seq)> readers{};
};

std::string key_text(const domain::author_id& author);
std::uint32_t colour_of(const domain::author_id& author);

view::page page_of(const domain::log_slice& slice, const page_context& context, std::uint64_t request = 0);
view::item pending_item(const domain::outgoing& message, const page_context& context, view::delivery state,
                        const std::string& trouble);
view::member member_of(const domain::member_line& line);
// "ada kicked bob: spam"
std::string moderation_text(const domain::record& record, const page_context& context);

}  // namespace chat_client::controller
