// Frames about people, pages, search and fingerprints.
#include "chat-client/session/client_session.hpp"
#include "chat-client/session/limits.hpp"
#include "chat-client/session/values.hpp"
#include "common/trust/digest.hpp"
#include "common/trust/text_codec.hpp"
#include "protocol/chat/transcript.hpp"

#include <utility>

namespace chat_client::session {

namespace chat = protocol::chat;
using protocol::error_code;

void client_session::handle(const chat::page& told, std::uint32_t request) {
    asked what;
    if (!take_request(request, what)) return;
    domain::page page{.room = what.room, .from_seq = told.from_seq, .to_seq = told.to_seq};
    if (!decode_records(told.frames, what.room, page.records) ||
        !decode_records(told.amendments.value_or(protocol::wire::bytes_view{}), what.room, page.amendments)) {
        return end({.code = error_code::malformed, .reason = "the server sent a page that is none"});
    }
    events_.on_page(request, page);
}

void client_session::handle(const chat::presence& told, std::uint32_t) {
    const room* const of = find_number(told.room);
    if (of == nullptr) return;
    domain::presence value{.room = of->wish.name, .total = told.total, .reset = told.reset};
    for (const chat::member_entry& each : told.changed) value.changed.push_back(line_of(each));
    value.typing.assign(told.typing.begin(), told.typing.end());
    events_.on_presence(value);
}

void client_session::handle(const chat::away_set& answer, std::uint32_t request) {
    asked what;
    if (take_request(request, what)) events_.on_away(answer.away);
}

void client_session::handle(const chat::person& told, std::uint32_t request) {
    asked what;
    if (!take_request(request, what)) return;
    events_.on_person(request, {.author = told.author,
                                .nick = std::string{told.nick},
                                .connections = told.connections,
                                .flags = told.flags,
                                .first_seen_ms = told.first_seen_ms,
                                .last_seen_ms = told.last_seen_ms,
                                .away = std::string{told.away},
                                .rooms = {told.rooms.begin(), told.rooms.end()}});
}

void client_session::handle(const chat::cursor_moved& told, std::uint32_t) {
    room* const of = find_number(told.room);
    if (of == nullptr) return;
    of->read_seq = std::max(of->read_seq, told.read_seq);
    of->read_told = std::max(of->read_told, told.read_seq);
    events_.on_cursor_moved({.room = of->wish.name,
                             .delivered_seq = told.delivered_seq,
                             .read_seq = told.read_seq,
                             .read_n = told.read_n});
}

void client_session::handle(const chat::room_notice& told, std::uint32_t) {
    events_.on_room_notice(line_of(told.room), std::string{told.nick});
}

void client_session::handle(const chat::removed& told, std::uint32_t) {
    room* const of = find_number(told.room);
    if (of == nullptr) return;
    room gone = std::move(*of);
    numbers_.erase(told.room);
    rooms_.erase(room_key(gone.wish.name));
    const std::string reason{told.reason};
    reject_all(gone, {error_code::not_permitted, "you are not in the room any more"});
    events_.on_removed(gone.wish.name, told.action, reason);
}

void client_session::handle(const chat::slowed& told, std::uint32_t) {
    events_.on_slowed(told.wait_ms);
}

void client_session::handle(const chat::found& told, std::uint32_t request) {
    asked what;
    if (!take_request(request, what)) return;
    std::vector<domain::found_message> entries;
    for (const chat::found_entry& each : told.entries) {
        entries.push_back({.room = std::string{each.room_name},
                           .seq = each.seq,
                           .n = each.n,
                           .author = each.author,
                           .stored_at_ms = each.stored_at_ms,
                           .nick = std::string{each.nick},
                           .text = std::string{each.text},
                           .cut = each.cut});
    }
    events_.on_found(request, entries, told.next);
}

void client_session::handle(const chat::fingerprint& told, std::uint32_t request) {
    asked what;
    if (!take_request(request, what)) return;
    if (told.chain == what.chain) return events_.on_fingerprint_agreed(what.room, told.seq);
    events_.on_trouble(what.room, "the server's fingerprint up to record " + std::to_string(told.seq) +
                                      " differs from what was read here");
}

// What was computed here goes on over a reconnect; the server's word counts only where there is none.
void client_session::begin_chain(room& of, const chat::joined& answer) {
    if (!options_.fingerprints) return;
    if (of.chain && answer.chain && *of.chain != *answer.chain) {
        events_.on_trouble(of.wish.name,
                           "what the server has now is not what was read before: the fingerprints differ");
        of.chain.reset();
    }
    if (!of.chain) of.chain = answer.chain;
}

void client_session::extend_chain(room& of, const chat::record& record) {
    if (!of.chain) return;
    const auto text_hash = record.erased_hash ? *record.erased_hash
                                              : common::trust::sha256(common::trust::bytes_of(record.text));
    of.chain = common::trust::sha256(chat::link_of(*of.chain, record, text_hash).view());
}

}  // namespace chat_client::session
