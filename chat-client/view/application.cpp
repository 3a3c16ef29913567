#include "chat-client/view/application.hpp"

#include "chat-client/view/compose.hpp"
#include "chat-client/view/keys.hpp"
#include "chat-client/view/lists.hpp"
#include "chat-client/view/navigation.hpp"
#include "chat-client/view/picture.hpp"
#include "chat-client/view/state.hpp"

#include <algorithm>
#include <utility>

namespace chat_client::view {

struct application::parts {
    state now;
    terminal::grid picture{};
};

namespace {

// A line that is out of sight, for the person has scrolled back, is hinted at as well.
void note(state& now, std::string_view room, std::string text, bool is_trouble) {
    room_view* const about = room.empty() ? now.focused_room() : now.find(room);
    const bool in_sight =
        about != nullptr && (now.focused().room() != about->what.key || now.focused().follows());
    if (!in_sight) now.hint = text.substr(0, text.find('\n'));
    if (about != nullptr) about->log.note(std::move(text), is_trouble);
}

}  // namespace

application::application(settings with) : parts_(new parts{.now = state{std::move(with)}}) {}
application::~application() = default;

void application::press(const terminal::key& pressed) {
    view::press(parts_->now, pressed);
}

void application::resize(terminal::extent size) {
    parts_->now.size = size;
}

void application::set_watched(bool watched) {
    press({watched ? terminal::key_kind::focus_in : terminal::key_kind::focus_out});
}

// --- the model

void application::set_link(link_state now) {
    parts_->now.editor.set_bytes_max(now.text_bytes_max);
    if (now.phase == link_phase::online && parts_->now.connection.phase != link_phase::online) {
        // What a lost connection did not bring is asked for again.
        for (room_view& each : parts_->now.rooms) each.holes_told.clear();
    }
    parts_->now.connection = std::move(now);
}

void application::set_rooms(std::vector<room> rooms) {
    replace_rooms(parts_->now, std::move(rooms));
}

void application::set_room(room what) {
    update_room(parts_->now, std::move(what));
}

void application::set_members(std::string_view room, std::vector<member> members) {
    room_view* const about = parts_->now.find(room);
    if (about == nullptr) return;
    std::ranges::sort(members, [](const member& left, const member& right) {
        if (left.state != right.state) return left.state < right.state;
        if (left.rank != right.rank) return left.rank > right.rank;
        return left.nick < right.nick;
    });
    about->members = std::move(members);
}

void application::set_typing(std::string_view room, std::vector<std::string> nicks) {
    if (room_view* const about = parts_->now.find(room)) about->typing = std::move(nicks);
}

void application::set_pending(std::string_view room, std::vector<item> items) {
    if (room_view* const about = parts_->now.find(room)) about->log.set_pending(std::move(items));
}

void application::put(page answer_or_news) {
    take_page(parts_->now, std::move(answer_or_news));
}

void application::forget(std::string_view room) {
    if (room_view* const about = parts_->now.find(room)) {
        about->log.forget();
        about->told_read = 0;
    }
}

void application::set_draft(std::string_view room, std::string text) {
    room_view* const about = parts_->now.find(room);
    if (about == nullptr) return;
    about->draft = about->told_draft = text;
    if (parts_->now.focused().room() == room) set_input(std::move(text));
}

void application::set_history(std::vector<std::string> lines) {
    parts_->now.history.set(std::move(lines));
}

void application::set_known_rooms(std::vector<std::string> names) {
    parts_->now.known_rooms = std::move(names);
}

// --- what commands do

void application::open(std::string_view room) {
    open_room(parts_->now, room);
}

void application::go_to(std::string_view room, std::uint64_t n) {
    view::go_to(parts_->now, room, n);
}

void application::notice(std::string_view room, std::string text) {
    note(parts_->now, room, std::move(text), false);
}

void application::trouble(std::string_view room, std::string text) {
    note(parts_->now, room, std::move(text), true);
}

void application::hint(std::string text) {
    parts_->now.hint = std::move(text);
}

void application::show(list rows) {
    show_list(parts_->now, std::move(rows));
}

void application::show_help(std::string_view command) {
    open_help(parts_->now, command);
}

void application::ask(std::uint64_t id, std::string question_text) {
    parts_->now.asked = question{.id = id, .text = std::move(question_text)};
}

void application::split(std::string_view room) {
    view::split(parts_->now, room);
}

void application::set_theme(terminal::theme_name name) {
    parts_->now.with.theme = name;
}

void application::set_input(std::string text) {
    view::set_input(parts_->now, std::move(text));
}

void application::clear(std::string_view room) {
    state& now = parts_->now;
    if (room_view* const about = room.empty() ? now.focused_room() : now.find(room)) about->log.clear();
}

// --- out

std::vector<action> application::actions() {
    return std::exchange(parts_->now.wishes, {});
}

void application::flush_drafts() {
    keep_draft(parts_->now);
}

const std::string& application::focused_room() const {
    return parts_->now.focused().room();
}

std::vector<std::string> application::history() const {
    return parts_->now.history.lines();
}

bool application::wants_mouse() const {
    return parts_->now.mouse && !parts_->now.bare;
}

const terminal::grid& application::draw() {
    parts_->picture = view::draw(parts_->now);
    return parts_->picture;
}

}  // namespace chat_client::view
