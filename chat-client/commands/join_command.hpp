// `join`: what is typed is posted, what arrives is shown, over any number of reconnects.
//
//   stdin ─▶ line ─▶ /command or durable_outbox ─▶ session
//   session ─▶ voice ─▶ stdout ─▶ seen, position
//
// The first room is where lines go until /join names another. Reading begins behind what this machine has
// shown before. At the end of stdin the program ends when everything is acknowledged; a terminal's own view
// is made by whoever gives the screen.
#pragma once

#include "chat-client/commands/line_screen.hpp"
#include "chat-client/commands/talk_command.hpp"
#include "chat-client/controller/slash.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::commands {

struct join_wish {
    std::vector<std::string> rooms;
    std::string nick{};  // empty: what the server has
    bool interactive = false;
};

class join_command final : public talk_command, private controller::slash_host {
  public:
    join_command(const command_setup& setup, join_wish wish);

  private:
    void begin() override;
    void on_ready(const domain::server_facts& facts) override;
    void on_joined(const domain::room_facts& room) override;
    void on_record(const domain::record& record) override;
    void on_gap(const domain::gap& gap) override;
    void on_caught_up(const std::string& room) override;
    void on_postponed(const domain::outgoing& message, const session::request_failure& why) override;
    void on_rooms(const std::vector<domain::room_line>& rooms, bool last) override;
    void on_members(const std::string& room, const std::vector<domain::member_line>& members,
                    bool last) override;
    void on_nick(const std::string& nick) override;
    void on_request_failed(session::request_kind kind, const std::string& room,
                           const session::request_failure& why) override;
    void on_another_log(const std::string& room) override;
    void on_shown(const std::vector<domain::position>& positions) override { kept_.taken(positions); }
    void interrupt() override;
    void take_line(std::string line) override;
    const std::string& room_of_lines() const override { return focus_; }
    void check_done() override;

    void on_person(std::uint32_t request, const domain::person& person) override;
    void on_found(std::uint32_t request, const std::vector<domain::found_message>& found,
                  std::uint64_t next) override;
    void on_away(bool away) override;
    void on_fingerprint_agreed(const std::string& room, std::uint64_t seq) override;
    void on_room_notice(const domain::room_line& room, const std::string& by) override;
    void on_removed(const std::string& room, domain::moderation_action action,
                    const std::string& why) override;
    void on_slowed(std::uint32_t wait_ms) override;

    // Slash commands.
    session::client_session& chat() override { return chat_; }
    const std::string& focus() const override { return focus_; }
    void post(domain::outgoing message) override { talk_command::post(std::move(message)); }
    void tell(const std::string& lines) override;
    void complain(const std::string& line) override { says_.notice(line); }
    void enter(const std::string& room) override;
    void part(const std::string& room) override;
    void quit() override { finish(common::app::exit_code::done); }
    void ask_person(const std::string& nick, std::function<void(const domain::person&)> then) override;
    void ask_rooms() override { chat_.list_rooms(); }
    void ask_members(const std::string& room, bool lag) override;
    void ask_search(domain::search_wish wish) override { chat_.search(wish); }
    void show_help(const std::string& about) override;
    bool run_locally(std::string_view name, const std::vector<std::string>& words,
                     std::string_view rest) override;

    void say(std::string text);
    void set_focus(const std::string& room);

    const join_wish wish_;
    std::string focus_;  // where lines go
    std::vector<std::string> rooms_;
    std::unique_ptr<line_screen> screen_;  // on a terminal
    std::set<std::string> behind_;         // rooms that have not shown what there was when they were joined
    std::map<std::uint32_t, std::function<void(const domain::person&)>> questions_;
    bool away_ = false;
    bool begun_ = false;
};

}  // namespace chat_client::commands
