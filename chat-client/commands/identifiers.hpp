// The ids of messages and authors, made and written.
#pragma once

#include "chat-client/domain/records.hpp"
#include "common/seam/random.hpp"

#include <string>
#include <string_view>

namespace chat_client::commands {

// Grows with time, as the protocol asks for.
domain::message_id new_id(common::seam::random& random, std::int64_t now_ms);
// The same words give the same id: 32 hexadecimal digits are the id itself, anything else is hashed. `index`
// numbers the messages that share one --id.
domain::message_id id_from(std::string_view words, std::uint64_t index);

std::string to_text(const domain::message_id& id);    // 32 hexadecimal digits
std::string key_of(const domain::author_id& author);  // as `identity` and `access list` write it

}  // namespace chat_client::commands
