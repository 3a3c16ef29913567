#include "uploader-server/session/examinations.hpp"

#include "common/transfer/limits.hpp"
#include "common/transfer/placement.hpp"
#include "protocol/frame/encoder.hpp"
#include "protocol/upload/name_policy.hpp"
#include "protocol/wire/codec.hpp"

#include <algorithm>
#include <optional>

namespace uploader_server::session {

namespace seam = common::seam;
namespace transfer = common::transfer;
namespace upload = protocol::upload;
using protocol::error_code;

// Reads the files of one request as far as a turn allows; on the pool.
struct examinations::job {
    explicit job(std::shared_ptr<request> what) : of(std::move(what)) {}

    // True when all files of the request are done.
    bool work(seam::disk& disk) {
        std::uint64_t left = transfer::limits::hash_job_bytes_max;
        while (of->found.size() < of->files.size()) {
            if (left == 0) return false;
            const wanted_file& next = of->files[of->found.size()];
            if (!hash) {
                const auto seen = look(disk, next);
                if (seen) {
                    of->found.push_back(*seen);
                    continue;
                }
                hash.emplace(disk, next.path, of->kind);
            }
            const std::uint64_t before = hash->size();
            const auto over = hash->step(left);
            left -= std::min(left, hash->size() - before);
            if (over && !*over) return false;
            found_file found{.kind = upload::entry_kind::file, .size = hash->size(), .digest = {}};
            if (over) {
                found.digest = hash->value();
            } else {
                found.code = transfer::code_of(over.error());
            }
            of->found.push_back(std::move(found));
            hash.reset();
        }
        return true;
    }

    // What needs no reading; nothing: it is a file of the right size.
    static std::optional<found_file> look(seam::disk& disk, const wanted_file& at) {
        if (at.path.empty()) return found_file{.code = error_code::bad_name, .digest = {}};
        const auto info = disk.info(at.path);
        if (!info) return found_file{.code = transfer::code_of(info.error()), .digest = {}};
        found_file found{.kind = upload::entry_kind::other, .size = info->size, .digest = {}};
        if (info->kind == seam::file_kind::folder) found.kind = upload::entry_kind::folder;
        if (info->kind == seam::file_kind::link) found.kind = upload::entry_kind::link;
        if (info->kind != seam::file_kind::regular) return found;
        found.kind = upload::entry_kind::file;
        if (info->size != at.size) return found;
        return std::nullopt;
    }

    const std::shared_ptr<request> of;
    std::optional<transfer::file_hash> hash;
};

void examinations::on_frame(const common::transport::incoming_frame& frame) {
    upload::examine asked;
    const auto error = protocol::wire::decode(protocol::wire::bytes_view{frame.payload}, asked);
    if (error != error_code::none) return host_.refuse(error);
    const std::uint32_t number = frame.header.request;
    if (waiting_.size() >= upload::limits::examinations_in_flight_max)
        return host_.refuse(error_code::unexpected);
    if (!client_.rights.get) {
        return host_.fail(number, error_code::not_permitted, "this key may not compare: that needs 'get'");
    }
    auto next_one =
        std::make_shared<request>(request{.number = number, .kind = asked.kind, .files = {}, .found = {}});
    for (const upload::examined_path& each : asked.files) {
        const bool usable = upload::check_path(each.path) == upload::name_fault::none;
        next_one->files.push_back(
            {usable ? transfer::join_path(client_.folder, each.path) : std::string{}, each.size});
    }
    waiting_.push_back(std::move(next_one));
    next();
}

void examinations::next() {
    if (busy_ || waiting_.empty()) return;
    busy_ = true;
    go_on(std::make_shared<job>(waiting_.front()));
}

void examinations::go_on(const std::shared_ptr<job>& with) {
    auto over = std::make_shared<bool>(false);
    host_.run([with, over, disk = around_.disk] { *over = with->work(*disk); },
              [this, with, over] {
                  if (!*over) return go_on(with);
                  busy_ = false;
                  answer(*with->of);
                  waiting_.pop_front();
                  next();
              });
}

void examinations::answer(const request& done) {
    upload::examined told;
    for (const found_file& each : done.found) {
        told.findings.push_back({.kind = each.kind,
                                 .code = static_cast<std::uint16_t>(each.code),
                                 .size = each.size,
                                 .digest = protocol::wire::bytes_view{each.digest}});
    }
    host_.reply(common::stream::slice::copy_of(protocol::frame::encode(told, done.number)));
}

}  // namespace uploader_server::session
