#include "uploader-server/session/listing.hpp"

#include "protocol/frame/encoder.hpp"
#include "protocol/upload/messages.hpp"
#include "protocol/upload/name_policy.hpp"
#include "uploader-server/session/settings.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace uploader_server::session {

namespace seam = common::seam;
namespace upload = protocol::upload;

namespace {

upload::entry_kind kind_of(seam::file_kind kind) {
    switch (kind) {
        case seam::file_kind::regular:
            return upload::entry_kind::file;
        case seam::file_kind::folder:
            return upload::entry_kind::folder;
        case seam::file_kind::link:
            return upload::entry_kind::link;
        case seam::file_kind::other:
            break;
    }
    return upload::entry_kind::other;
}

}  // namespace

seam::result<std::deque<common::stream::slice>> list_folder(seam::disk& disk, std::string_view path,
                                                            std::uint32_t request) {
    std::map<std::string, seam::file_info, std::less<>> found;
    seam::file_info self{.kind = seam::file_kind::folder};
    if (!path.empty()) {
        const auto info = disk.info(path);
        if (!info) return info.error();
        self = *info;
    }
    if (self.kind == seam::file_kind::folder) {
        const auto error = disk.list(path, [&](std::string_view name, const seam::file_info& info) {
            const bool ours = path.empty() && name == upload::staging_folder;
            if (!ours && upload::check_component(name) == upload::name_fault::none) found.emplace(name, info);
            return found.size() < listing_entries_max;
        });
        if (error) return error;
    } else {
        const auto slash = path.rfind('/');
        found.emplace(path.substr(slash == path.npos ? 0 : slash + 1), self);
    }

    std::deque<common::stream::slice> frames;
    upload::listing next;
    for (auto at = found.begin();; ++at) {
        const bool end = at == found.end();
        if (end || next.entries.size() == upload::limits::entries_max) {
            next.more = !end;
            frames.push_back(common::stream::slice::copy_of(protocol::frame::encode(next, request)));
            next.entries.clear();
        }
        if (end) return frames;
        next.entries.push_back({.name = at->first,
                                .kind = kind_of(at->second.kind),
                                .size = at->second.size,
                                .mtime_ns = at->second.mtime_ns,
                                .mode = at->second.mode});
    }
}

}  // namespace uploader_server::session
