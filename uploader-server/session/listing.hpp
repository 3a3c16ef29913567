// A folder's entries as Listing frames, sorted by name. Blocking: for the blocking pool.
#pragma once

#include "common/seam/disk.hpp"
#include "common/stream/slice.hpp"

#include <cstdint>
#include <deque>
#include <string_view>

namespace uploader_server::session {

// A file is listed as itself. At least one frame; the last says that there is no more. Names that may not
// travel are left out, and so is what is beyond listing_entries_max.
common::seam::result<std::deque<common::stream::slice>> list_folder(common::seam::disk& disk,
                                                                    std::string_view path,
                                                                    std::uint32_t request);

}  // namespace uploader_server::session
