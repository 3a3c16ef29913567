// What the person does.
#include "chat-client/controller/controller.hpp"
#include "chat-client/controller/limits.hpp"
#include "chat-client/controller/transcript_text.hpp"
#include "common/trust/join_link.hpp"

#include <algorithm>
#include <charconv>

namespace chat_client::controller {

using session::client_session;

void controller::take(const view::action& action) {
    std::visit([this](const auto& each) { take_one(each); }, action);
}

void controller::take_one(const view::post& action) {
    log_.add_history(action.text);
    if (const room_state* const room = find(action.room); room != nullptr && !room->entered)
        return complain("you are not in this room: /join " + room->saved.name);
    host_.post({.room = action.room, .text = action.text});
    chat_.typing(action.room, false);
}

void controller::take_one(const view::command& action) {
    log_.add_history(action.line);
    run_slash(*this, action.line);
    host_.changed();
}

void controller::take_one(const view::read_up_to& action) {
    if (room_state* const room = find(action.room)) mark_read(*room, action.seq);
}

void controller::take_one(const view::opened& action) {
    room_state* const room = find(action.room);
    if (room != nullptr && room->joined) chat_.list_members(room->saved.name);
}

void controller::take_one(const view::draft& action) {
    room_state* const room = find(action.room);
    if (room == nullptr || room->saved.draft == action.text) return;
    room->saved.draft = action.text;
    save(*room);
}

void controller::take_one(const view::picked& action) {
    const auto list = std::ranges::find(lists_, action.list, &shown_list::id);
    if (list == lists_.end() || action.row >= list->picks.size()) return;
    const auto pick = list->picks[action.row];
    pick();
    host_.changed();
}

void controller::show_list(std::string title, std::vector<view::list_row> rows,
                           std::vector<std::function<void()>> picks) {
    lists_.push_back({++last_list_, std::move(picks)});
    if (lists_.size() > limits::lists_max) lists_.pop_front();
    view_.show({.id = last_list_, .title = std::move(title), .rows = std::move(rows)});
    host_.changed();
}

// --- commands of the full screen

bool controller::run_locally(std::string_view name, const std::vector<std::string>& words,
                             std::string_view rest) {
    const std::string first = words.empty() ? "" : words.front();
    if (name == "goto") go_to(first);
    if (name == "read") read_command(words);
    if (name == "away") away_command(rest);
    if (name == "ignore") ignore_command(words);
    if (name == "mute") mute_command();
    if (name == "theme") theme_command(first);
    if (name == "log") log_command(words);
    if (name == "export") export_command(words);
    if (name == "edit") edit_command(first);
    if (name == "clear") view_.clear(focus());
    if (name == "split") {
        if (!first.empty() && find(first) == nullptr) enter(first);
        view_.split(client_session::room_key(first));
    }
    if (name == "topic") {
        const room_state* const room = find(focus());
        const std::string topic = room == nullptr ? "" : room->saved.topic;
        tell(topic.empty() ? "there is no topic; /topic TEXT sets one" : "topic: " + topic);
    }
    return true;
}

// "213", "#213", "room#213" or "chat://host/room#213".
void controller::go_to(std::string_view place) {
    if (place.starts_with("chat://")) {
        const auto parsed = common::trust::parse_address(std::string{place.substr(0, place.rfind('#'))},
                                                         common::trust::application::chat);
        const auto* const address = std::get_if<common::trust::server_address>(&parsed);
        if (address == nullptr || address->name() != wish_.server)
            return complain("that is a message of another server");
    }
    const std::size_t mark = place.rfind('#');
    std::string room = focus();
    if (mark != std::string_view::npos && mark > 0) {
        const std::string_view path = place.substr(0, mark);
        room = path.starts_with("chat://") ? path.substr(path.rfind('/') + 1) : path;
    }
    const std::string_view digits = mark == std::string_view::npos ? place : place.substr(mark + 1);
    std::uint64_t n = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    if (error != std::errc{} || end != digits.data() + digits.size() || n == 0 || room.empty())
        return complain("usage: /goto N, /goto ROOM#N or /goto chat://HOST/ROOM#N");
    if (find(room) == nullptr) enter(room);
    view_.go_to(client_session::room_key(room), n);
}

void controller::read_command(const std::vector<std::string>& words) {
    const bool all = !words.empty() && words[0] == "all";
    for (auto& [key, room] : rooms_) {
        if (all || key == focus()) mark_read(room, room.saved.last_seq);
    }
}

void controller::away_command(std::string_view reason) {
    const bool away = !link_.away || !reason.empty();
    if (chat_.set_away(away, std::string{reason}) == 0 && !chat_.is_up())
        complain("there is no connection now");
}

void controller::ignore_command(const std::vector<std::string>& words) {
    if (words.empty()) {
        std::string text = ignored_.empty() ? "nobody is ignored" : "ignored keys:";
        for (const std::string& each : ignored_) text += "\n  " + each;
        return tell(text);
    }
    ask_person(words[0], [this](const domain::person& who) {
        const std::string key = key_text(who.author);
        const bool now = ignored_.insert(key).second;
        if (!now) ignored_.erase(key);
        save_ignored();
        tell(who.nick +
             (now ? " is ignored, whatever the nick; /ignore " + who.nick + " ends it" : " is shown again"));
        for (const auto& [room, state] : rooms_) view_.forget(room);
    });
}

void controller::save_ignored() {
    std::string text;
    for (const std::string& each : ignored_) text += each + "\n";
    log_.set_setting("ignored", std::move(text));
}

void controller::mute_command() {
    room_state* const room = find(focus());
    if (room == nullptr) return complain("no room is joined: /join ROOM");
    room->saved.muted = !room->saved.muted;
    save(*room);
    show_room(*room);
    tell(room->saved.name + (room->saved.muted ? " is quiet now; /mute again ends it" : " calls again"));
}

void controller::theme_command(const std::string& name) {
    const auto theme = terminal::find_theme(name);
    if (!theme) return complain("usage: /theme dark|light|plain");
    view_.set_theme(*theme);
    log_.set_setting("theme", name);
}

void controller::log_command(const std::vector<std::string>& words) {
    room_state& room = *find(focus());
    if (words.empty()) {
        return tell(room.log_file.empty() ? "the room is not written to a file; /log FILE begins"
                                          : "the room is written to " + room.log_file + "; /log off ends it");
    }
    room.log_file = words[0] == "off" ? "" : words[0];
    tell(room.log_file.empty() ? "the room is not written to a file any more"
                               : "the room is written to " + words[0] + " from now on");
}

void controller::write_log(const room_state& room, const view::page& page) {
    if (!room.log_file.empty()) host_.write_file(room.log_file, transcript_text(page.items), true);
}

void controller::export_command(const std::vector<std::string>& words) {
    const std::string format = words.size() == 2 ? words[0] : "text";
    const std::string path = words.back();
    const auto known = find_transcript_format(format);
    if (!known) return complain("usage: /export [text|json|html] FILE");
    log_.slice(focus(), {.from = domain::slice_from::newest, .count = limits::export_records},
               [this, path, known, key = focus()](const domain::log_slice& slice) {
                   room_state* const room = find(key);
                   if (room == nullptr) return;
                   const view::page page = page_of(slice, context(*room));
                   host_.write_file(path, whole_transcript(*known, room->saved.name, page.items), false);
                   view_.notice(key, "wrote what is here of the room, from #" +
                                         std::to_string(slice.n_before + 1) + " on, to " + path +
                                         "; the whole room: chat-client export");
                   host_.changed();
               });
}

void controller::edit_command(const std::string& number) {
    const std::string_view digits = std::string_view{number}.substr(number.starts_with('#') ? 1 : 0);
    std::uint64_t n = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), n);
    log_.slice(focus(), {.from = domain::slice_from::around_n, .at = n, .count = 1},
               [this, n, key = focus()](const domain::log_slice& slice) {
                   room_state* const room = find(key);
                   if (room == nullptr) return;
                   const view::page page = page_of(slice, context(*room));
                   const auto found = std::ranges::find_if(
                       page.items, [n](const view::item& each) { return each.n == n && each.own; });
                   if (found == page.items.end()) {
                       complain("#" + std::to_string(n) + " is no message of yours");
                   } else {
                       view_.set_input("/edit " + std::to_string(n) + " " + found->text);
                   }
                   host_.changed();
               });
}

}  // namespace chat_client::controller
