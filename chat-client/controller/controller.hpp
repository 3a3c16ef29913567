// The full-screen program's core: what the server tells and what the person does, turned into the view's
// model, requests and posts.
//
//   controller core(loop, view, chat, log, host, {.rooms = {"lobby"}, …});
//   core.start();                       shows what this machine has; rooms are joined when there is a link
//   core.on_record(record); …           everything the session tells
//   core.take(action); …                everything the view asks for
//   core.set_link(phase, reason, wait)  what the keeper of the connection says
//   core.stop();                        drafts and rooms are kept
//
//   session ─▶ batch of records ─▶ cached_log (thread) ─▶ slice ─▶ page_of ─▶ view
//   view ─▶ fetch ─▶ cached_log ─▶ page, with holes;  fill_hole ─▶ session.fetch ─▶ cached_log ─▶ view
//
// There is one way from the server to the screen, through the copy on this machine, so that a start without
// a connection shows the same. No Asio, no disk, no terminal. Only from the loop's thread.
#pragma once

#include "chat-client/controller/items.hpp"
#include "chat-client/controller/room_state.hpp"
#include "chat-client/controller/slash.hpp"
#include "chat-client/session/client_session.hpp"
#include "chat-client/storage/cached_log.hpp"
#include "chat-client/view/application.hpp"
#include "common/seam/event_loop.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chat_client::controller {

// What the core cannot do itself.
struct controller_host {
    std::function<void(domain::outgoing)> post;
    std::function<void()> quit;
    std::function<void()> changed;  // the view is to be drawn
    std::function<void()> ring;
    std::function<void(std::string_view title, std::string_view text)> notify;
    std::function<void(std::string_view text)> copy;
    // Away from the loop; trouble comes back as a line in the view.
    std::function<void(std::string path, std::string text, bool append)> write_file;
};

struct controller_wish {
    std::vector<std::string> rooms{};  // to open; the last kept ones otherwise
    std::uint64_t goto_n = 0;          // of the first room; 0: none
    std::string server{};
    std::string link_base{};
};

class controller final : private slash_host {
  public:
    controller(common::seam::event_loop& loop, view::application& view, session::client_session& chat,
               storage::cached_log& log, controller_host host, controller_wish wish);

    void start();
    void stop();

    // --- the person
    void take(const view::action& action);

    // --- the connection
    void set_link(view::link_phase phase, std::string reason, std::optional<std::uint32_t> retry_in_s = {});
    void on_ready(const domain::server_facts& facts);
    void on_joined(const domain::room_facts& facts);
    void on_record(const domain::record& record);
    void on_gap(const domain::gap& gap);
    void on_caught_up(const std::string& room);
    void on_kept(const std::vector<domain::outgoing>& messages);
    void on_posted(const domain::receipt& receipt);
    void on_rejected(const domain::outgoing& message, const session::request_failure& why);
    void on_postponed(const domain::outgoing& message, const session::request_failure& why);
    void on_rooms(const std::vector<domain::room_line>& rooms, bool last);
    void on_own_rooms(const std::vector<domain::room_line>& rooms, bool last);
    void on_members(const std::string& room, const std::vector<domain::member_line>& members, bool last);
    void on_nick(const std::string& nick);
    void on_page(std::uint32_t request, const domain::page& page);
    void on_away(bool away);
    void on_person(std::uint32_t request, const domain::person& person);
    void on_found(std::uint32_t request, const std::vector<domain::found_message>& found, std::uint64_t next);
    void on_fingerprint_agreed(const std::string& room, std::uint64_t seq);
    void on_request_failed(session::request_kind kind, const std::string& room,
                           const session::request_failure& why);
    void on_presence(const domain::presence& told);
    void on_cursor_moved(const domain::cursor_move& told);
    void on_room_notice(const domain::room_line& room, const std::string& by);
    void on_removed(const std::string& room, domain::moderation_action action, const std::string& reason);
    void on_slowed(std::uint32_t wait_ms);
    void on_latency(common::seam::duration round_trip);
    void on_trouble(const std::string& room, std::string_view what);
    void on_another_log(const std::string& room);
    void on_disconnected();

  private:
    // Slash commands.
    session::client_session& chat() override { return chat_; }
    const std::string& focus() const override;
    void post(domain::outgoing message) override { host_.post(std::move(message)); }
    void tell(const std::string& lines) override { view_.notice("", lines); }
    void complain(const std::string& line) override { view_.trouble("", line); }
    void enter(const std::string& room) override;
    void part(const std::string& room) override;
    void quit() override { host_.quit(); }
    void ask_person(const std::string& nick, std::function<void(const domain::person&)> then) override;
    void ask_rooms() override;
    void ask_members(const std::string& room, bool lag) override;
    void ask_search(domain::search_wish wish) override;
    void show_help(const std::string& about) override { view_.show_help(about); }
    bool run_locally(std::string_view name, const std::vector<std::string>& words,
                     std::string_view rest) override;

    // Rooms.
    room_state* find(std::string_view room);
    room_state& open_room(const std::string& name);
    void join(room_state& room);
    view::room shown(const room_state& room) const;
    void show_room(const room_state& room);
    void show_rooms();
    void show_members(const room_state& room);
    void show_pending(const room_state& room);
    void save(const room_state& room) { log_.save(room.saved); }
    void mark_read(room_state& room, std::uint64_t seq);
    page_context context(const room_state& room);

    // The log.
    void schedule_flush();
    void flush();
    void flush(room_state& room);
    void add(room_state& room, storage::log_part part, std::function<void()> then);
    void take_news(room_state& room, const storage::cache_news& news);
    void call_attention(room_state& room, const view::page& page);
    void write_log(const room_state& room, const view::page& page);
    void answer(const view::fetch& wish, bool from_server);
    void fill(const view::fill_hole& hole);
    void reread_own(room_state& room);

    // Actions.
    void take_one(const view::post& action);
    void take_one(const view::command& action);
    void take_one(const view::fetch& action) { answer(action, true); }
    void take_one(const view::fill_hole& action) { fill(action); }
    void take_one(const view::read_up_to& action);
    void take_one(const view::opened& action);
    void take_one(const view::draft& action);
    void take_one(const view::typing& action) { chat_.typing(action.room); }
    void take_one(const view::picked& action);
    void take_one(const view::copied& action) { host_.copy(action.text); }
    void take_one(const view::quit&) { host_.quit(); }

    // Commands of the full screen.
    void go_to(std::string_view place);
    void read_command(const std::vector<std::string>& words);
    void away_command(std::string_view reason);
    void ignore_command(const std::vector<std::string>& words);
    void mute_command();
    void theme_command(const std::string& name);
    void log_command(const std::vector<std::string>& words);
    void export_command(const std::vector<std::string>& words);
    void edit_command(const std::string& number);
    void show_list(std::string title, std::vector<view::list_row> rows,
                   std::vector<std::function<void()>> picks);
    void show_lag(const room_state& room);
    void save_ignored();
    void update_link();
    std::string time_text(std::int64_t ms) const;

    common::seam::event_loop& loop_;
    view::application& view_;
    session::client_session& chat_;
    storage::cached_log& log_;
    controller_host host_;
    const controller_wish wish_;

    std::vector<std::string> order_;  // keys of rooms_, as they are listed
    std::map<std::string, room_state> rooms_;
    domain::author_id you_{};
    std::string nick_;
    view::link_state link_;
    std::map<std::string, domain::author_id> people_;  // nicks in lower case, seen in any room
    std::set<std::string> ignored_;
    std::vector<std::string> known_rooms_;
    std::vector<domain::room_line> listed_rooms_;
    bool show_listed_ = false;
    std::string lag_room_;   // its list was asked for to show lags
    std::string list_room_;  // to show who is there

    struct question {
        std::string nick;
        std::function<void(const domain::person&)> then;
    };
    std::map<std::uint32_t, question> questions_;
    struct wanted_page {
        std::string room;
        std::optional<view::fetch> answers;
    };
    std::map<std::uint32_t, wanted_page> pages_;
    struct shown_list {
        std::uint64_t id;
        std::vector<std::function<void()>> picks;
    };
    std::deque<shown_list> lists_;
    std::uint64_t last_list_ = 0;
    std::map<std::uint32_t, domain::search_wish> searches_;

    bool started_ = false;
    bool flush_scheduled_ = false;
    bool paused_ = false;
};

}  // namespace chat_client::controller
