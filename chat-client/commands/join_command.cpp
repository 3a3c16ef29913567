#include "chat-client/commands/join_command.hpp"

#include "chat-client/commands/limits.hpp"

#include <algorithm>
#include <utility>

namespace chat_client::commands {

namespace app = common::app;
using protocol::chat::start_at;

join_command::join_command(const command_setup& setup, join_wish wish)
    : talk_command(setup, {.acknowledges = true, .nick = wish.nick, .fingerprints = true}, false),
      wish_(std::move(wish)) {
    if (wish_.interactive) {
        screen_ = std::make_unique<line_screen>(
            home_, screen_actions{.on_line = [this](std::string line) { take_line(std::move(line)); },
                                  .on_interrupt = [this] { interrupt(); },
                                  .on_end = [this] { finish(app::exit_code::done); }});
        says_.set_sinks([this](std::string_view text) { screen_->show(text); },
                        [this](std::string_view text) { screen_->show(text); });
    }
    for (const std::string& room : wish_.rooms) enter(room);
}

void join_command::begin() {
    if (screen_) screen_->start();
}

// --- rooms

void join_command::enter(const std::string& room) {
    const auto position = kept_.position(session::client_session::room_key(room));
    const session::start_point start = position
                                           ? session::start_point{start_at::after_seq, *position}
                                           : session::start_point{start_at::last_n, limits::history_messages};
    if (!chat_.join({.name = room, .start = start}))
        return says_.problem("bad_name", room, "cannot join that room");
    if (std::ranges::find(rooms_, room) == rooms_.end()) rooms_.push_back(room);
    if (!begun_) behind_.insert(room);
    says_.lines().set_several_rooms(rooms_.size() > 1);
    if (focus_.empty() || begun_) set_focus(room);
}

void join_command::part(const std::string& room) {
    const auto found = std::ranges::find(rooms_, room);
    if (found == rooms_.end()) return says_.problem("no_such_room", room, "not joined");
    rooms_.erase(found);
    chat_.leave(room);
    says_.lines().set_several_rooms(rooms_.size() > 1);
    if (focus_ == room) set_focus(rooms_.empty() ? "" : rooms_.front());
}

void join_command::set_focus(const std::string& room) {
    focus_ = room;
    if (screen_) screen_->set_prompt(room.empty() ? "> " : room + "> ");
}

void join_command::on_joined(const domain::room_facts& room) {
    if (!room.watched || room.again || says_.json()) return;
    std::string line = "in " + room.name + ", complete to #" + std::to_string(room.last_n);
    if (!room.topic.empty()) line += ": " + room.topic;
    if (screen_) says_.notice(line);
}

void join_command::on_record(const domain::record& record) {
    says_.record(record);
    out_.mark(session::client_session::room_key(record.room), record.seq);
}

void join_command::on_gap(const domain::gap& gap) {
    says_.gap(gap);
    out_.mark(session::client_session::room_key(gap.room), gap.to_seq);
}

void join_command::on_caught_up(const std::string& room) {
    behind_.erase(room);
    check_done();
}

void join_command::on_another_log(const std::string& room) {
    command::on_another_log(room);
    kept_.forget_position(session::client_session::room_key(room));
}

// --- what is typed

void join_command::on_ready(const domain::server_facts& facts) {
    command::on_ready(facts);
    if (std::exchange(begun_, true)) return;
    adopt();
    if (screen_) {
        says_.notice("connected to " + server() + " as " + (wish_.nick.empty() ? facts.nick : wish_.nick));
        if (!facts.motd.empty()) says_.notice(facts.motd);
    } else {
        start_input();
    }
}

void join_command::take_line(std::string line) {
    if (line.empty()) return;
    // A pipe's lines are text; only a person gives orders.
    if (screen_ && line.starts_with("//")) return say(line.substr(1));
    if (screen_ && line.starts_with('/')) return controller::run_slash(*this, line);
    say(std::move(line));
}

void join_command::say(std::string text) {
    if (focus_.empty()) return says_.notice("no room is joined: /join ROOM");
    talk_command::post({.room = focus_, .text = std::move(text)});
}

void join_command::on_postponed(const domain::outgoing& message, const session::request_failure& why) {
    says_.status("waiting", server(), "[" + message.room + "] " + why.reason, screen_ == nullptr);
}

void join_command::check_done() {
    if (!input_ended() || finishing() || !behind_.empty() || chat_.unacknowledged() > 0) return;
    if (!kept_.idle()) return kept_.flush();
    finish(app::exit_code::done);
}

void join_command::interrupt() {
    if (screen_) screen_->stop();
    talk_command::interrupt();
}

// --- answers

void join_command::on_rooms(const std::vector<domain::room_line>& rooms, bool) {
    for (const domain::room_line& room : rooms) says_.room(room);
}

void join_command::on_members(const std::string& room, const std::vector<domain::member_line>& members,
                              bool) {
    for (const domain::member_line& member : members) says_.member(room, member);
}

void join_command::on_nick(const std::string& nick) {
    says_.status("nick", nick, "", screen_ == nullptr);
}

// --- slash commands

void join_command::tell(const std::string& lines) {
    for (std::size_t at = 0; at < lines.size();) {
        const std::size_t end = std::min(lines.find('\n', at), lines.size());
        says_.notice(std::string_view{lines}.substr(at, end - at));
        at = end + 1;
    }
}

void join_command::show_help(const std::string& about) {
    tell(controller::help_text(about).value_or(""));
    if (about.empty()) tell("//text posts a line that begins with a slash");
}

void join_command::ask_members(const std::string& room, bool) {
    if (chat_.list_members(room) == 0) complain("not in " + room + " now");
}

void join_command::ask_person(const std::string& nick, std::function<void(const domain::person&)> then) {
    const std::uint32_t request = chat_.whois(nick.starts_with('@') ? nick.substr(1) : nick);
    if (request == 0) return complain("cannot ask who " + nick + " is now");
    questions_.emplace(request, std::move(then));
}

void join_command::on_person(std::uint32_t request, const domain::person& person) {
    const auto found = questions_.extract(request);
    if (!found.empty() && found.mapped()) return found.mapped()(person);
    says_.person(person);
}

void join_command::on_found(std::uint32_t, const std::vector<domain::found_message>& found, std::uint64_t) {
    if (found.empty()) says_.notice("nothing was found");
    for (const domain::found_message& each : found) says_.found(each);
}

bool join_command::run_locally(std::string_view name, const std::vector<std::string>&,
                               std::string_view rest) {
    if (name != "away") return false;
    chat_.set_away(!away_ || !rest.empty(), std::string{rest});
    return true;
}

void join_command::on_away(bool away) {
    away_ = away;
    says_.notice(away ? "you are away" : "you are back");
}

void join_command::on_fingerprint_agreed(const std::string&, std::uint64_t seq) {
    says_.notice("the server computes the same up to record " + std::to_string(seq));
}

void join_command::on_room_notice(const domain::room_line& room, const std::string& by) {
    says_.notice(by + (room.name.starts_with('@') ? " writes to you" : " invites you") + ": /join " +
                 room.name);
}

void join_command::on_removed(const std::string& room, domain::moderation_action, const std::string& why) {
    says_.problem("removed", room, "you are not in the room any more" + (why.empty() ? "" : ": " + why));
    std::erase(rooms_, room);
    behind_.erase(room);
    if (focus_ == room) set_focus(rooms_.empty() ? "" : rooms_.front());
    check_done();
}

void join_command::on_slowed(std::uint32_t wait_ms) {
    const std::string detail = "you are being slowed; nothing is lost";
    if (wait_ms != 0) says_.status("slowed", server(), detail);
}

void join_command::on_request_failed(session::request_kind kind, const std::string& room,
                                     const session::request_failure& why) {
    questions_.erase(why.request);
    if (kind != session::request_kind::join) return says_.problem(name_of(why.code), room, why.reason);
    says_.problem(name_of(why.code), room, "cannot join: " + why.reason);
    std::erase(rooms_, room);
    behind_.erase(room);
    if (rooms_.empty() && !screen_) return command::on_request_failed(kind, room, why);
    if (focus_ == room) set_focus(rooms_.empty() ? "" : rooms_.front());
}

}  // namespace chat_client::commands
