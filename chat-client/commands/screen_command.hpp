// `join` on a terminal: the full-screen program. The core decides, this is what it touches the world with.
//
//   terminal ◀─▶ full_screen ◀─▶ view ◀─▶ controller ◀─▶ session ◀─▶ server
//                                             └─▶ cached_log (a thread of its own)
//
// The screen shows what this machine has before there is a connection. A server that nobody vouches for yet
// is asked about first, in lines.
#pragma once

#include "chat-client/commands/full_screen.hpp"
#include "chat-client/commands/talk_command.hpp"
#include "chat-client/controller/controller.hpp"
#include "chat-client/storage/cached_log.hpp"
#include "chat-client/view/application.hpp"
#include "common/runtime/job_threads.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace chat_client::commands {

struct screen_wish {
    std::vector<std::string> rooms{};
    std::string nick{};
    std::uint64_t goto_n = 0;
    std::size_t cache_bytes = 0;  // 0: no copy on disk
    bool notify = false;          // notes of the desktop
    bool clipboard = false;       // gets what the person copies
    bool coloured = true;
};

class screen_command final : public talk_command {
  public:
    screen_command(const command_setup& setup, screen_wish wish);

  private:
    void begin() override;
    void interrupt() override;
    bool settled() const override { return talk_command::settled() && log_.idle() && writing_ == 0; }
    void take_line(std::string) override {}
    const std::string& room_of_lines() const override { return core_room_; }
    void check_done() override {}
    void on_kept(const std::vector<domain::outgoing>& messages) override { core_.on_kept(messages); }
    void on_waiting(const std::string& why, common::seam::duration wait) override;
    bool shows_link() const override { return shown_; }
    void on_failing() override { leave_screen(); }

    void on_ready(const domain::server_facts& facts) override;
    void on_joined(const domain::room_facts& room) override { core_.on_joined(room); }
    void on_record(const domain::record& record) override { core_.on_record(record); }
    void on_gap(const domain::gap& gap) override { core_.on_gap(gap); }
    void on_caught_up(const std::string& room) override { core_.on_caught_up(room); }
    void on_posted(const domain::receipt& receipt) override;
    void on_rejected(const domain::outgoing& message, const session::request_failure& why) override;
    void on_postponed(const domain::outgoing& message, const session::request_failure& why) override {
        core_.on_postponed(message, why);
    }
    void on_rooms(const std::vector<domain::room_line>& rooms, bool last) override {
        core_.on_rooms(rooms, last);
    }
    void on_own_rooms(const std::vector<domain::room_line>& rooms, bool last) override {
        core_.on_own_rooms(rooms, last);
    }
    void on_members(const std::string& room, const std::vector<domain::member_line>& lines,
                    bool last) override {
        core_.on_members(room, lines, last);
    }
    void on_nick(const std::string& nick) override { core_.on_nick(nick); }
    void on_page(std::uint32_t request, const domain::page& page) override { core_.on_page(request, page); }
    void on_away(bool away) override { core_.on_away(away); }
    void on_person(std::uint32_t request, const domain::person& person) override {
        core_.on_person(request, person);
    }
    void on_found(std::uint32_t request, const std::vector<domain::found_message>& found,
                  std::uint64_t next) override {
        core_.on_found(request, found, next);
    }
    void on_fingerprint_agreed(const std::string& room, std::uint64_t seq) override {
        core_.on_fingerprint_agreed(room, seq);
    }
    void on_request_failed(session::request_kind kind, const std::string& room,
                           const session::request_failure& why) override {
        core_.on_request_failed(kind, room, why);
    }
    void on_presence(const domain::presence& told) override { core_.on_presence(told); }
    void on_cursor_moved(const domain::cursor_move& told) override { core_.on_cursor_moved(told); }
    void on_room_notice(const domain::room_line& room, const std::string& by) override {
        core_.on_room_notice(room, by);
    }
    void on_removed(const std::string& room, domain::moderation_action action,
                    const std::string& why) override {
        core_.on_removed(room, action, why);
    }
    void on_slowed(std::uint32_t wait_ms) override { core_.on_slowed(wait_ms); }
    void on_latency(common::seam::duration took) override { core_.on_latency(took); }
    void on_trouble(const std::string& room, std::string_view what) override { core_.on_trouble(room, what); }
    void on_another_log(const std::string& room) override { core_.on_another_log(room); }
    void on_disconnected(const session::disconnect& why) override;

    controller::controller_host host();
    bool show_screen();
    void leave_screen();
    void write_file(std::string path, std::string text, bool append);

    const screen_wish wish_;
    const bool known_server_;
    const std::string core_room_{};  // no lines of stdin are posted
    view::application view_;
    full_screen screen_;
    common::runtime::serial_executor cache_thread_{"cache"};
    common::runtime::serial_executor file_thread_{"files"};
    storage::cached_log log_;
    controller::controller core_;
    std::size_t writing_ = 0;
    bool shown_ = false;
    bool adopted_ = false;
};

}  // namespace chat_client::commands
