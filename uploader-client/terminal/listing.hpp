// One entry of a folder as `ls` shows it. Pure.
//
//   -rw-r-----   1.5 MiB  2026-11-20 23:04  holiday.mov
#pragma once

#include "common/app/json_events.hpp"
#include "protocol/upload/messages.hpp"

#include <string>

namespace uploader_client::terminal {

// A folder's name ends in '/'. Names are made safe to show.
std::string format_entry(const protocol::upload::entry& entry, bool long_format);

common::app::json_event entry_event(common::app::json_event event, const protocol::upload::entry& entry);

}  // namespace uploader_client::terminal
