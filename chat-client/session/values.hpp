// The protocol's messages as values that own their text.
#pragma once

#include "chat-client/domain/listings.hpp"
#include "chat-client/domain/records.hpp"
#include "protocol/chat/messages.hpp"

#include <string>

namespace chat_client::session {

// Into an existing record, so that its strings keep their memory.
void take_over(domain::record& to, const std::string& room, const protocol::chat::record& from);

domain::room_line line_of(const protocol::chat::room_entry& entry);
domain::member_line line_of(const protocol::chat::member_entry& entry);

// Record frames back to back; false: there is something else among them.
bool decode_records(protocol::wire::bytes_view frames, const std::string& room,
                    std::vector<domain::record>& to);

}  // namespace chat_client::session
