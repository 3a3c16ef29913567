#include "uploader-server/session/file_requests.hpp"

#include "common/transfer/placement.hpp"
#include "common/transfer/unfinished.hpp"
#include "protocol/frame/encoder.hpp"
#include "protocol/upload/file_messages.hpp"
#include "protocol/wire/codec.hpp"
#include "uploader-server/session/accounting_disk.hpp"
#include "uploader-server/session/file_changes.hpp"
#include "uploader-server/session/listing.hpp"
#include "uploader-server/session/tree_removal.hpp"

#include <utility>

namespace uploader_server::session {

namespace seam = common::seam;
namespace transfer = common::transfer;
namespace upload = protocol::upload;
using common::stream::slice;
using protocol::error_code;

namespace {

// Entries that one job deletes; then others have their turn.
constexpr std::size_t removals_in_a_job = 1000;

template <class Message>
slice encoded(const Message& message, std::uint32_t request) {
    return slice::copy_of(protocol::frame::encode(message, request));
}

// False when the peer broke the protocol, which has been answered.
template <class Message>
bool decode(const common::transport::incoming_frame& frame, Message& into, request_host& host) {
    const auto error = protocol::wire::decode(protocol::wire::bytes_view{frame.payload}, into);
    if (error != error_code::none) host.refuse(error);
    return error == error_code::none;
}

std::string_view reason_of(std::error_code why) {
    if (why == std::errc::directory_not_empty) return "the folder is not empty";
    if (why == std::errc::no_such_file_or_directory) return "there is no such file or folder";
    if (why == std::errc::file_exists) return "the name is taken";
    if (why == std::errc::invalid_argument) return "a folder cannot go into itself";
    return "the server's disk said no";
}

}  // namespace

file_requests::~file_requests() = default;

bool file_requests::knows(std::uint16_t type) {
    switch (type) {
        case upload::list::type:
        case upload::remove::type:
        case upload::rename::type:
        case upload::list_unfinished::type:
        case upload::discard::type:
            return true;
        default:
            return false;
    }
}

void file_requests::on_frame(const incoming_frame& frame) {
    if (busy_) return host_.fail(frame.header.request, error_code::rate_limited, "one request at a time");
    switch (frame.header.type) {
        case upload::list::type:
            return on_list(frame);
        case upload::remove::type:
            return on_remove(frame);
        case upload::rename::type:
            return on_rename(frame);
        case upload::list_unfinished::type:
            return on_list_unfinished(frame);
        case upload::discard::type:
            return on_discard(frame);
        default:
            return host_.refuse(error_code::unexpected);
    }
}

bool file_requests::permit(bool may, std::uint32_t request, std::string_view what) {
    if (!may) host_.fail(request, error_code::not_permitted, std::string{"this key may not "}.append(what));
    return may;
}

bool file_requests::resolve_inside(std::string_view asked, std::uint32_t request, std::string& path) {
    if (!asked.empty()) return host_.resolve(asked, request, path);
    host_.fail(request, error_code::bad_name, "the root itself cannot be changed");
    return false;
}

void file_requests::finish(std::deque<slice> frames) {
    busy_ = false;
    for (slice& each : frames) host_.reply(std::move(each));
}

void file_requests::finish_failed(std::uint32_t request, std::error_code why) {
    busy_ = false;
    const auto code =
        why == std::errc::directory_not_empty ? error_code::already_exists : transfer::code_of(why);
    host_.fail(request, code, reason_of(why));
}

void file_requests::on_list(const incoming_frame& frame) {
    upload::list asked;
    const std::uint32_t request = frame.header.request;
    std::string path;
    if (!decode(frame, asked, host_) || !permit(client_.rights.list, request, "list") ||
        !host_.resolve(asked.path, request, path)) {
        return;
    }
    busy_ = true;
    auto frames = std::make_shared<seam::result<std::deque<slice>>>(std::errc::io_error);
    host_.run([frames, path, request, disk = around_.disk] { *frames = list_folder(*disk, path, request); },
              [this, frames, request] {
                  if (!*frames) return finish_failed(request, frames->error());
                  finish(*std::move(*frames));
              });
}

void file_requests::on_remove(const incoming_frame& frame) {
    upload::remove asked;
    const std::uint32_t request = frame.header.request;
    std::string path;
    if (!decode(frame, asked, host_) || !permit(client_.rights.remove, request, "delete") ||
        !resolve_inside(asked.path, request, path)) {
        return;
    }
    busy_ = true;
    const auto job =
        std::make_shared<tree_removal>(*around_.disk, path, asked.recursive, around_.settings.durability);
    job->on_file = [&quota = around_.quota, disk = around_.disk](const std::string& file,
                                                                 const seam::file_info& info) {
        quota.give_back(owner_of(*disk, file, quota), {.bytes = info.size, .files = 1});
    };
    go_on_removing(job, path, request);
}

void file_requests::go_on_removing(const std::shared_ptr<tree_removal>& job, const std::string& path,
                                   std::uint32_t request) {
    auto over = std::make_shared<seam::result<bool>>(false);
    host_.run([job, over, disk = around_.disk] { *over = job->step(removals_in_a_job); },
              [this, job, path, over, request] {
                  const auto& gone = job->removed();
                  if (*over && !**over) return go_on_removing(job, path, request);
                  if (gone.files + gone.folders > 0) {
                      around_.observers.on_changed({.key_id = client_.key_id,
                                                    .what = *over ? "deleted" : "partly deleted",
                                                    .path = path,
                                                    .to = {},
                                                    .files = gone.files,
                                                    .bytes = gone.bytes});
                  }
                  if (!*over) return finish_failed(request, over->error());
                  finish({encoded(
                      upload::removed{.files = gone.files, .folders = gone.folders, .bytes = gone.bytes},
                      request)});
              });
}

void file_requests::on_rename(const incoming_frame& frame) {
    upload::rename asked;
    const std::uint32_t request = frame.header.request;
    std::string from;
    std::string to;
    if (!decode(frame, asked, host_) || !permit(client_.rights.may_rename(), request, "rename") ||
        !permit(!asked.replace || client_.rights.overwrite, request, "overwrite") ||
        !resolve_inside(asked.from, request, from) || !host_.resolve(asked.to, request, to)) {
        return;
    }
    busy_ = true;
    auto moved = std::make_shared<seam::result<moved_file>>(std::errc::io_error);
    const auto work = [moved, from, to, replace = asked.replace, disk = around_.disk,
                       how = around_.settings.durability,
                       &quota = around_.quota] { *moved = move_file(*disk, from, to, replace, how, quota); };
    host_.run(work, [this, moved, from, request] {
        if (!*moved) return finish_failed(request, moved->error());
        around_.observers.on_changed(
            {.key_id = client_.key_id, .what = "renamed", .path = from, .to = (*moved)->path});
        const std::string_view path = (*moved)->path;
        const std::size_t hidden = client_.folder.empty() ? 0 : client_.folder.size() + 1;
        finish({encoded(upload::renamed{.path = path.substr(hidden)}, request)});
    });
}

void file_requests::on_list_unfinished(const incoming_frame& frame) {
    const std::uint32_t request = frame.header.request;
    upload::list_unfinished asked;
    if (!decode(frame, asked, host_) || !permit(client_.rights.put, request, "put")) return;
    busy_ = true;
    auto frames = std::make_shared<seam::result<std::deque<slice>>>(std::errc::io_error);
    host_.run([frames, request, disk = around_.disk, owner = client_.key_id,
               folder = client_.folder] { *frames = list_unfinished_of(*disk, owner, folder, request); },
              [this, frames, request] {
                  if (!*frames) return finish_failed(request, frames->error());
                  finish(*std::move(*frames));
              });
}

void file_requests::on_discard(const incoming_frame& frame) {
    upload::discard asked;
    const std::uint32_t request = frame.header.request;
    if (!decode(frame, asked, host_) || !permit(client_.rights.put, request, "put")) return;
    busy_ = true;
    const std::string name = name_of_upload(asked.id);
    auto found = std::make_shared<seam::result<transfer::unfinished_file>>(std::errc::io_error);
    host_.run([found, name, disk = around_.disk] { *found = transfer::look_at_unfinished(*disk, name); },
              [this, found, name, request] {
                  // Those of others are as good as not there.
                  if (!*found || (*found)->owner != client_.key_id) {
                      return finish_failed(
                          request,
                          *found ? make_error_code(std::errc::no_such_file_or_directory) : found->error());
                  }
                  claim_ = around_.claims.claim(
                      client_.home, name,
                      [this, name, path = (*found)->path, request] { discard_claimed(name, path, request); },
                      [this, request] {
                          claim_.reset();
                          if (std::exchange(busy_, false))
                              host_.fail(request, error_code::superseded, "it is under way again");
                      });
              });
}

void file_requests::discard_claimed(const std::string& name, const std::string& path, std::uint32_t request) {
    auto bytes = std::make_shared<seam::result<std::uint64_t>>(std::errc::io_error);
    const auto work = [bytes, name, disk = around_.disk, how = around_.settings.durability] {
        *bytes = transfer::remove_unfinished(*disk, name, how);
    };
    // Nobody else gets the upload before the job is over, even when the connection goes.
    host_.run(work, [this, bytes, path, request, keep = claim_] {
        claim_.reset();
        if (!busy_) return;
        if (!*bytes) return finish_failed(request, bytes->error());
        around_.quota.give_back(client_.key_id, {.bytes = **bytes, .files = 0});
        around_.observers.on_changed(
            {.key_id = client_.key_id, .what = "discarded", .path = path, .to = {}, .bytes = **bytes});
        finish({encoded(upload::discarded{.durable_bytes = **bytes}, request)});
    });
}

}  // namespace uploader_server::session
