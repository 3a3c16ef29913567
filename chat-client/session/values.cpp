#include "chat-client/session/values.hpp"

#include "protocol/frame/decoder.hpp"
#include "protocol/wire/codec.hpp"

#include <utility>

namespace chat_client::session {

namespace chat = protocol::chat;

void take_over(domain::record& to, const std::string& room, const chat::record& from) {
    to.room = room;
    to.seq = from.seq;
    to.n = from.n;
    to.kind = from.kind;
    to.id = from.id;
    to.author = from.author;
    to.sent_at_ms = from.sent_at_ms;
    to.stored_at_ms = from.stored_at_ms;
    to.nick = from.nick;
    to.text = from.text;
    to.target_n = from.target_n;
    to.action = from.action;
    to.subject = from.subject;
    to.erased_hash = from.erased_hash;
}

domain::room_line line_of(const chat::room_entry& entry) {
    return {.name = std::string{entry.name},
            .topic = std::string{entry.topic},
            .members = entry.member_count,
            .last_n = entry.last_n,
            .last_at_ms = entry.last_at_ms,
            .last_seq = entry.last_seq,
            .flags = entry.flags,
            .read_n = entry.read_n};
}

domain::member_line line_of(const chat::member_entry& entry) {
    return {.author = entry.author,
            .nick = std::string{entry.nick},
            .connections = entry.connections,
            .delivered_seq = entry.delivered_seq,
            .read_seq = entry.read_seq,
            .flags = entry.flags,
            .away = std::string{entry.away}};
}

bool decode_records(protocol::wire::bytes_view frames, const std::string& room,
                    std::vector<domain::record>& to) {
    protocol::frame::decoder decoder{protocol::limits::control_payload_bytes_max};
    while (!frames.empty()) {
        const auto step = decoder.next(frames);
        if (step.state != protocol::frame::decoder::state::ready ||
            step.frame.header.type != chat::record::type) {
            return false;
        }
        chat::record record;
        if (protocol::wire::decode(step.frame.payload, record) != protocol::error_code::none) return false;
        take_over(to.emplace_back(), room, record);
        frames = frames.subspan(step.frame_bytes);
    }
    return true;
}

}  // namespace chat_client::session
