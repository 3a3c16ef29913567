// How a command speaks: results on stdout, everything else on stderr, or all of it as JSON events.
//
//   voice says(out, clock, {.json = true});
//   says.record(record);   says.receipt(receipt);   says.status("reconnecting", server, "connection reset");
//   says.problem("rate_limited", "lobby", "you are posting too fast");
//
// Lines on stderr may be taken over by a terminal that redraws its prompt: set_notice_sink().
#pragma once

#include "chat-client/commands/output_queue.hpp"
#include "chat-client/domain/listings.hpp"
#include "chat-client/domain/records.hpp"
#include "chat-client/terminal/message_text.hpp"
#include "common/app/json_events.hpp"
#include "common/seam/clock.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace chat_client::commands {

struct voice_style {
    bool json = false;
    bool quiet = false;
    bool decorated = false;
};

class voice {
  public:
    voice(output_queue& out, const common::seam::clock& clock, voice_style style);

    bool json() const { return style_.json; }
    terminal::message_text& lines() { return lines_; }

    void record(const domain::record& record);
    void gap(const domain::gap& gap);
    void receipt(const domain::receipt& receipt);  // with --json only
    void room(const domain::room_line& room);
    void member(const std::string& room, const domain::member_line& member);
    void person(const domain::person& person);
    void found(const domain::found_message& message);
    // Somebody came or went; with --json only.
    void presence(const std::string& room, const domain::member_line& member);

    // `state` is stable, for scripts; the rest is for people. `quiet` leaves the line on stderr out.
    void status(std::string_view state, const std::string& server, std::string_view detail,
                bool quiet = false);
    void problem(std::string_view code, const std::string& room, std::string_view what);
    void notice(std::string_view line);

    using sink = std::function<void(std::string_view line)>;
    // Lines with their '\n', safe to show.
    void set_sinks(sink results, sink notices);

  private:
    common::app::json_event event(std::string_view name) const;
    common::app::json_event record_event(std::string_view name, const domain::record& record) const;
    void write(const common::app::json_event& event) { out_.write(event.line()); }
    void print(std::string_view text);
    void moderation(const domain::record& record);

    output_queue& out_;
    const common::seam::clock& clock_;
    const voice_style style_;
    terminal::message_text lines_;
    sink results_;
    sink notices_;
};

// This machine's time zone.
std::tm local_time(std::int64_t ms_since_epoch);

}  // namespace chat_client::commands
