// Turns records into lines for a terminal or a file: 21:07 #213 ada│ text, and a line when the day changes.
//
//   message_text lines(local_time, {.several_rooms = true});
//   output += lines.of(record);         whole lines, each with its '\n'; empty: nothing to show
//
// Everything that came from the network passes through app::sanitize. Pure: the time zone is an argument.
#pragma once

#include "chat-client/domain/records.hpp"

#include <ctime>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace chat_client::terminal {

struct text_style {
    bool several_rooms = false;  // each line names its room
    bool decorated = false;      // bold and dim are understood
};

class message_text {
  public:
    using time_zone = std::function<std::tm(std::int64_t ms_since_epoch)>;

    message_text(time_zone zone, text_style style) : zone_(std::move(zone)), style_(style) {}

    std::string of(const domain::record& record);
    std::string of(const domain::gap& gap) const;

    void set_several_rooms(bool several) { style_.several_rooms = several; }

  private:
    std::string head(const domain::record& record, const std::tm& when) const;
    std::string day_line(const domain::record& record, const std::tm& when);
    std::string in_room(std::string_view room) const;
    std::string styled(std::string_view code, std::string_view text) const;

    time_zone zone_;
    text_style style_;
    std::map<std::string, int, std::less<>> last_day_;  // of each room: year * 1000 + day of the year
};

}  // namespace chat_client::terminal
