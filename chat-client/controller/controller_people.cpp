// Who is here, who somebody is, which rooms there are, what was found.
#include "chat-client/controller/controller.hpp"
#include "chat-client/controller/limits.hpp"
#include "common/app/json_events.hpp"

#include <algorithm>
#include <chrono>

namespace chat_client::controller {

using session::client_session;
using session::request_kind;

// UTC: the core has no time zone.
std::string controller::time_text(std::int64_t ms) const {
    std::string text =
        common::app::format_time(common::seam::wall_time{std::chrono::milliseconds{ms}}).substr(0, 16);
    text[10] = ' ';
    return text;
}

void controller::on_members(const std::string& name, const std::vector<domain::member_line>& members,
                            bool last) {
    room_state* const room = find(name);
    if (room == nullptr) return;
    for (const domain::member_line& each : members) {
        if (room->arriving.size() < limits::members_max) room->arriving.insert_or_assign(each.author, each);
    }
    if (!last) return;
    room->members = std::exchange(room->arriving, {});
    room->total = static_cast<std::uint32_t>(
        std::ranges::count_if(room->members, [](const auto& each) { return each.second.connections > 0; }));
    show_members(*room);
    show_room(*room);
    reread_own(*room);
    if (std::exchange(lag_room_, "") == room->saved.key) show_lag(*room);
    if (std::exchange(list_room_, "") == room->saved.key) {
        std::string text;
        for (const auto& [author, line] : room->members) {
            if (line.connections > 0) text += (text.empty() ? "" : ", ") + line.nick;
        }
        view_.notice("", "in " + room->saved.name + ": " + text);
    }
    host_.changed();
}

void controller::on_presence(const domain::presence& told) {
    room_state* const room = find(told.room);
    if (room == nullptr) return;
    room->total = told.total;
    for (const domain::member_line& each : told.changed) {
        if (room->members.size() < limits::members_max || room->members.contains(each.author))
            room->members.insert_or_assign(each.author, each);
    }
    std::vector<std::string> typing;
    for (const domain::author_id& each : told.typing) {
        const auto found = room->members.find(each);
        if (each != you_ && found != room->members.end()) typing.push_back(found->second.nick);
    }
    view_.set_typing(room->saved.key, std::move(typing));
    if (told.reset) chat_.list_members(room->saved.name);
    if (!told.changed.empty()) {
        show_members(*room);
        reread_own(*room);
    }
    show_room(*room);
    host_.changed();
}

void controller::on_cursor_moved(const domain::cursor_move& told) {
    room_state* const room = find(told.room);
    if (room == nullptr || told.read_seq <= room->saved.read_seq) return;
    room->saved.read_seq = told.read_seq;
    room->saved.read_n = std::max(room->saved.read_n, told.read_n);
    save(*room);
    show_room(*room);
    host_.changed();
}

void controller::on_room_notice(const domain::room_line& line, const std::string& by) {
    const bool direct = (line.flags & protocol::chat::room_flags::direct) != 0;
    if (!direct) {
        view_.notice("", by + " invites you to " + line.name + ": /join " + line.name);
        host_.ring();
        host_.notify(by, "invites you to " + line.name);
        return host_.changed();
    }
    if (find(line.name) != nullptr) return;
    room_state& room = open_room(line.name);
    room.saved.flags = line.flags;
    room.saved.last_n = line.last_n;
    show_room(room);
    join(room);
    host_.ring();
    host_.notify(by, "writes to you");
    host_.changed();
}

// --- rooms

void controller::on_own_rooms(const std::vector<domain::room_line>& rooms, bool) {
    for (const domain::room_line& each : rooms) {
        room_state* const open = find(each.name);
        const bool direct = (each.flags & protocol::chat::room_flags::direct) != 0;
        if (open == nullptr && direct && each.last_n > each.read_n) on_room_notice(each, each.name.substr(1));
        if (open != nullptr) {
            open->saved.last_n = std::max(open->saved.last_n, each.last_n);
            open->saved.read_n = std::max(open->saved.read_n, each.read_n);
            show_room(*open);
        }
    }
    host_.changed();
}

void controller::ask_rooms() {
    show_listed_ = chat_.list_rooms() != 0;
    if (!show_listed_) complain("there is no connection now");
}

void controller::on_rooms(const std::vector<domain::room_line>& rooms, bool last) {
    for (const domain::room_line& each : rooms) {
        if (listed_rooms_.size() < limits::known_rooms_max) listed_rooms_.push_back(each);
    }
    if (!last) return;
    const std::vector<domain::room_line> all = std::exchange(listed_rooms_, {});
    known_rooms_.clear();
    for (const domain::room_line& each : all) known_rooms_.push_back(each.name);
    view_.set_known_rooms(known_rooms_);
    if (!std::exchange(show_listed_, false)) return;
    std::vector<view::list_row> rows;
    std::vector<std::function<void()>> picks;
    for (const domain::room_line& each : all) {
        if (rows.size() == limits::listed_rows_max) break;
        rows.push_back(
            {.left = each.name,
             .text = each.topic,
             .right = std::to_string(each.members) + " here, " + std::to_string(each.last_n) + " messages"});
        picks.emplace_back([this, name = each.name] { enter(name); });
    }
    show_list("rooms of " + link_.server, std::move(rows), std::move(picks));
}

void controller::ask_members(const std::string& name, bool lag) {
    room_state* const room = find(name);
    if (room == nullptr || chat_.list_members(room->saved.name) == 0)
        return complain("not in " + name + " now");
    (lag ? lag_room_ : list_room_) = room->saved.key;
}

void controller::show_lag(const room_state& room) {
    std::vector<const domain::member_line*> lines;
    for (const auto& [author, line] : room.members) lines.push_back(&line);
    std::ranges::sort(lines, [](const auto* a, const auto* b) { return a->read_seq < b->read_seq; });
    std::vector<view::list_row> rows;
    for (const domain::member_line* each : lines) {
        if (rows.size() == limits::listed_rows_max) break;
        const auto behind = [&](std::uint64_t seq) {
            return std::to_string(room.saved.last_seq - std::min(room.saved.last_seq, seq));
        };
        rows.push_back(
            {.left = each->nick,
             .text = each->connections == 0 ? "not here" : each->away,
             .right = "got " + behind(each->delivered_seq) + ", read " + behind(each->read_seq) + " behind",
             .colour_key = colour_of(each->author)});
    }
    show_list("records behind #" + std::to_string(room.saved.last_n), std::move(rows), {});
}

// --- people

void controller::ask_person(const std::string& nick, std::function<void(const domain::person&)> then) {
    const std::string bare = nick.starts_with('@') ? nick.substr(1) : nick;
    const std::uint32_t request = questions_.size() < limits::questions_max ? chat_.whois(bare) : 0;
    if (request == 0) return complain("cannot ask who " + bare + " is now");
    questions_.emplace(request, question{bare, std::move(then)});
}

void controller::on_person(std::uint32_t request, const domain::person& person) {
    const auto found = questions_.find(request);
    if (found == questions_.end()) return;
    const auto then = std::move(found->second.then);
    questions_.erase(found);
    if (then) {
        then(person);
    } else {
        tell(person_text(person, [this](std::int64_t ms) { return time_text(ms); }));
    }
    host_.changed();
}

void controller::on_fingerprint_agreed(const std::string& room, std::uint64_t seq) {
    view_.notice(client_session::room_key(room),
                 "the server computes the same up to record " + std::to_string(seq));
    host_.changed();
}

// --- search

void controller::ask_search(domain::search_wish wish) {
    wish.count = protocol::chat::limits::found_per_frame_max;
    const std::uint32_t request = chat_.search(wish);
    if (request == 0) return complain("there is no connection now, or the question is too long");
    searches_.emplace(request, std::move(wish));
}

void controller::on_found(std::uint32_t request, const std::vector<domain::found_message>& found,
                          std::uint64_t next) {
    const auto asked = searches_.find(request);
    if (asked == searches_.end()) return;
    domain::search_wish wish = std::move(asked->second);
    searches_.erase(asked);
    std::vector<view::list_row> rows;
    std::vector<std::function<void()>> picks;
    const std::string mark = wish.query.substr(0, wish.query.find(' '));
    for (const domain::found_message& each : found) {
        rows.push_back(
            {.left = each.nick,
             .text = each.text + (each.cut ? "…" : ""),
             .right = time_text(each.stored_at_ms) + "  " + each.room + "#" + std::to_string(each.n),
             .colour_key = colour_of(each.author),
             .mark = mark});
        picks.emplace_back([this, room = each.room, n = each.n] { go_to(room + "#" + std::to_string(n)); });
    }
    if (rows.empty()) return complain("nothing was found");
    if (next != 0) {
        wish.before = next;
        rows.push_back({.left = "", .text = "older ones"});
        picks.emplace_back([this, wish] { ask_search(wish); });
    }
    show_list("found: " + wish.query, std::move(rows), std::move(picks));
    host_.changed();
}

// --- failures

void controller::on_request_failed(request_kind kind, const std::string& name,
                                   const session::request_failure& why) {
    pages_.erase(why.request);
    searches_.erase(why.request);
    questions_.erase(why.request);
    room_state* const room = find(name);
    if (kind == request_kind::fetch && room != nullptr) room->filling = false;
    if (kind == request_kind::join && room != nullptr) {
        room->entered = room->joined = false;
        show_room(*room);
        view_.trouble(room->saved.key, "cannot join " + name + ": " + why.reason);
    } else if (kind == request_kind::whois) {
        view_.trouble("", name + ": " + why.reason);
    } else {
        view_.trouble("", why.reason);
    }
    host_.changed();
}

}  // namespace chat_client::controller
