// One entry of a folder as `ls` shows it, one unfinished upload as `status` does. Times of files are local.
//
//   -rw-r-----   1.5 MiB  2026-11-20 23:04  holiday.mov
//   3f9c1a0b…    12 MiB of 4.0 GiB  2d 04h ago  photos/holiday.mov
#pragma once

#include "common/app/json_events.hpp"
#include "protocol/upload/file_messages.hpp"

#include <string>

namespace uploader_client::terminal {

// A folder's name ends in '/'. Names are made safe to show.
std::string format_entry(const protocol::upload::entry& entry, bool long_format);

common::app::json_event entry_event(common::app::json_event event, const protocol::upload::entry& entry);

std::string format_unfinished(const protocol::upload::unfinished_upload& upload, common::seam::wall_time now);
common::app::json_event unfinished_event(common::app::json_event event,
                                         const protocol::upload::unfinished_upload& upload);
// 32 hexadecimal digits.
std::string format_id(const protocol::upload::upload_id& id);

}  // namespace uploader_client::terminal
