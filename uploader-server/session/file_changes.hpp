// The disk work behind requests about stored and unfinished files. Blocking: for the blocking pool.
#pragma once

#include "common/seam/disk.hpp"
#include "common/stream/slice.hpp"
#include "common/transfer/folders.hpp"
#include "protocol/upload/file_messages.hpp"
#include "uploader-server/domain/quota.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace uploader_server::session {

struct moved_file {
    std::string path;  // where it is now
};

// Gives a file or folder another name, durably. Into `to` when that is a folder. errc::file_exists when a
// file has the name and shall not be replaced, or is no file; errc::invalid_argument for a folder that would
// go into itself. A replaced file is given back to the quota of whose it was.
common::seam::result<moved_file> move_file(common::seam::disk& disk, const std::string& from, std::string to,
                                           bool replace, common::transfer::durability how,
                                           domain::quota& quota);

// Unfinished frames with the uploads of this owner below `folder`, their paths relative to it. At least one
// frame; what is beyond unfinished_listed_max is left out.
common::seam::result<std::deque<common::stream::slice>> list_unfinished_of(common::seam::disk& disk,
                                                                           std::string_view owner,
                                                                           std::string_view folder,
                                                                           std::uint32_t request);

// The staging name of an upload is its id in hexadecimal digits.
std::string name_of_upload(const protocol::upload::upload_id& id);
protocol::upload::upload_id upload_of_name(std::string_view name);

}  // namespace uploader_server::session
