// What a client asks the server, and tells it beside its posts.
#include "chat-client/session/client_session.hpp"
#include "protocol/wire/utf8.hpp"

#include <algorithm>
#include <utility>

namespace chat_client::session {

namespace chat = protocol::chat;
using protocol::error_code;

namespace {

bool is_short_text(std::string_view text, std::size_t bytes_max) {
    return text.size() <= bytes_max && protocol::wire::is_valid_utf8(text);
}

template <class T>
std::optional<T> unless_empty(const T& text) {
    return text.empty() ? std::nullopt : std::optional<T>{text};
}

// Pings of the connection's own watch count from one.
constexpr std::uint64_t latency_token = std::uint64_t{1} << 63;

}  // namespace

bool client_session::take_request(std::uint32_t request, asked& what) {
    const auto found = requests_.find(request);
    if (found == requests_.end()) return false;
    what = std::move(found->second);
    requests_.erase(found);
    return true;
}

const client_session::room* client_session::find_joined(std::string_view name) const {
    const auto found = rooms_.find(room_key(name));
    if (found == rooms_.end() || found->second.number == 0 || !ready_) return nullptr;
    return &found->second;
}

std::uint32_t client_session::list_rooms() {
    return ask(chat::list_rooms{}, {request_kind::list_rooms});
}

std::uint32_t client_session::list_own_rooms() {
    return ask(chat::list_rooms{.mine = true}, {request_kind::list_own_rooms});
}

std::uint32_t client_session::list_members(std::string_view name) {
    const room* const of = find_joined(name);
    if (of == nullptr) return 0;
    return ask(chat::list_members{.room = of->number, .after = std::nullopt},
               {request_kind::list_members, of->wish.name});
}

std::uint32_t client_session::set_nick(std::string nick) {
    if (!ready_) return 0;
    if (nick.empty() || !is_short_text(nick, protocol::limits::name_bytes_max)) {
        events_.on_request_failed(request_kind::set_nick, {}, {error_code::bad_name, "no nick can be so"});
        return 0;
    }
    return ask(chat::set_nick{.nick = nick}, {request_kind::set_nick});
}

std::uint32_t client_session::fetch(std::string_view name, start_point start, std::uint32_t count) {
    const room* const of = find_joined(name);
    if (of == nullptr) return 0;
    return ask(chat::fetch{.room = of->number,
                           .start = start.at,
                           .position = start.position,
                           .count = std::clamp<std::uint32_t>(count, 1, chat::limits::fetch_count_max)},
               {request_kind::fetch, of->wish.name});
}

std::uint32_t client_session::set_away(bool away, std::string reason) {
    if (!is_short_text(reason, chat::limits::away_bytes_max)) {
        events_.on_request_failed(request_kind::set_away, {},
                                  {error_code::not_permitted, "the reason is too long"});
        return 0;
    }
    return ask(chat::set_away{.away = away, .reason = reason}, {request_kind::set_away});
}

std::uint32_t client_session::whois(std::string_view nick) {
    if (nick.empty() || !is_short_text(nick, protocol::limits::name_bytes_max)) return 0;
    return ask(chat::whois{.nick = nick}, {request_kind::whois, std::string{nick}});
}

std::uint32_t client_session::search(const domain::search_wish& wish) {
    if (!is_short_text(wish.query, chat::limits::query_bytes_max) ||
        !is_short_text(wish.room, protocol::limits::name_bytes_max) ||
        !is_short_text(wish.author, protocol::limits::name_bytes_max)) {
        return 0;
    }
    chat::search question{
        .query = wish.query,
        .count = std::clamp<std::uint32_t>(wish.count, 1, chat::limits::found_per_frame_max),
        .room = unless_empty(std::string_view{wish.room}),
        .author = unless_empty(std::string_view{wish.author}),
        .since_ms = wish.since_ms,
        .until_ms = wish.until_ms};
    if (wish.before != 0) question.before = wish.before;
    return ask(question, {request_kind::search, wish.room});
}

std::uint32_t client_session::compare_fingerprint(std::string_view name) {
    const room* const of = find_joined(name);
    const auto here = fingerprint(name);
    if (of == nullptr || !here || here->seq == 0) return 0;
    return ask(chat::ask_fingerprint{.room = of->number, .seq = here->seq},
               {request_kind::fingerprint, of->wish.name, here->chain});
}

void client_session::typing(std::string_view name, bool on) {
    room* const of = find(name);
    if (of == nullptr || of->number == 0 || !ready_) return;
    const auto now = loop_.mono_now();
    if (on == of->typing_told.has_value() && (!on || now - *of->typing_told < limits::typing_repeat)) return;
    of->typing_told = on ? std::optional{now} : std::nullopt;
    link_->send(chat::typing{.room = of->number, .on = on});
}

std::optional<domain::fingerprint> client_session::fingerprint(std::string_view name) const {
    const auto found = rooms_.find(room_key(name));
    if (found == rooms_.end() || !found->second.chain) return std::nullopt;
    return domain::fingerprint{.room = found->second.wish.name,
                               .seq = found->second.position.expected() - 1,
                               .chain = *found->second.chain};
}

void client_session::measure_latency() {
    if (!options_.measures || !ready_) return;
    if (!ping_sent_) {
        ping_sent_ = loop_.mono_now();
        link_->send(protocol::session::ping{.token = latency_token});
    }
    latency_timer_.start(limits::latency_period, [this] { measure_latency(); });
}

void client_session::on_pong(std::uint64_t token) {
    if (token != latency_token || !ping_sent_) return;
    const auto took = loop_.mono_now() - *ping_sent_;
    ping_sent_.reset();
    events_.on_latency(took);
}

}  // namespace chat_client::session
