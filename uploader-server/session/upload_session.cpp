#include "uploader-server/session/upload_session.hpp"

#include "common/transfer/placement.hpp"
#include "common/transfer/tree_scan.hpp"
#include "protocol/session/messages.hpp"
#include "protocol/upload/name_policy.hpp"
#include "protocol/wire/codec.hpp"

#include <utility>

namespace uploader_server::session {

namespace seam = common::seam;
namespace transfer = common::transfer;
namespace upload = protocol::upload;
using protocol::error_code;
using protocol::wire::bytes_view;

namespace {

bool is_of_transfer(std::uint16_t type) {
    if (type >= upload::offer::type && type <= upload::done::type) return true;
    switch (type) {
        case upload::ask::type:
        case upload::checked::type:
        case upload::waits::type:
        case upload::taken::type:
        case upload::lost::type:
        case upload::packed::type:
        case upload::zeros::type:
            return true;
        default:
            return false;
    }
}

bool is_passing_remark(std::uint16_t type) {
    return type == upload::waits::type || type == upload::taken::type || type == upload::lost::type;
}

}  // namespace

void upload_session::begin(const surroundings& around, peer client) {
    const std::shared_ptr<upload_session> session(new upload_session(around, std::move(client)));
    session->client_.link->hand_over(*session);
    // Until on_closed().
    session->alive_ = session;
    session->client_.link->resume_reading();
}

upload_session::upload_session(const surroundings& around, peer client)
    : around_(around),
      client_(std::move(client)),
      channel_(*client_.link),
      requests_(around_, client_, *this),
      examinations_(around_, client_, *this),
      receipts_(around_, client_, *this) {}

upload_session::~upload_session() = default;

void upload_session::on_frame(const incoming_frame& frame) {
    switch (frame.header.type) {
        case upload::open::type:
            return on_open(frame);
        case upload::attach::type:
            return on_attach(frame);
        case protocol::session::bye::type:
            return client_.link->close();
        default:
            break;
    }
    if (file_requests::knows(frame.header.type)) return requests_.on_frame(frame);
    if (is_of_transfer(frame.header.type)) return on_transfer_frame(frame);
    if (frame.header.type == upload::want_receipts::type) return receipts_.want();
    if (frame.header.type == upload::examine::type) return examinations_.on_frame(frame);
    // Frames of a newer version may be skipped, unless they say otherwise; those of the handshake are over.
    if (frame.header.type <= protocol::session::refusal::type) return refuse(error_code::unexpected);
    if ((frame.header.flags & protocol::frame::flag_critical) != 0) refuse(error_code::unsupported);
}

void upload_session::on_transfer_frame(const incoming_frame& frame) {
    if (lane_of_) return lane_of_->on_frame(frame);
    const auto transfer = transfer_;
    // What the client said before it knew that the transfer is over.
    if (!transfer && is_passing_remark(frame.header.type)) return;
    const auto error = transfer ? transfer->on_frame(0, frame) : error_code::unexpected;
    if (error != error_code::none) refuse(error);
}

bool upload_session::fill(common::transport::outbox&) {
    if (!replies_.empty()) {
        channel_.send_bulk(std::move(replies_.front()));
        replies_.pop_front();
        return !replies_.empty() || transfer_ || lane_of_;
    }
    if (lane_of_) return lane_of_->fill();
    const auto transfer = transfer_;
    return transfer && transfer->on_room(0);
}

void upload_session::on_open(const incoming_frame& frame) {
    upload::open asked;
    const auto error = protocol::wire::decode(bytes_view{frame.payload}, asked);
    if (error != error_code::none) return refuse(error);
    if (opening_ || transfer_ || lane_of_) return refuse(error_code::unexpected);
    const bool put = asked.direction == upload::direction::put;
    if (put ? !client_.rights.put : !client_.rights.get) {
        return fail(frame.header.request, error_code::not_permitted, "this key may not do that");
    }
    if (put) return open_put(asked, frame.header.request);
    open_get(asked, frame.header.request);
}

void upload_session::open_put(const upload::open& asked, std::uint32_t request) {
    std::string folder;
    if (!resolve(asked.path, request, folder)) return;
    const bool by_default = asked.on_conflict == upload::conflict_policy::server_default;
    auto policy = by_default ? around_.settings.on_conflict : asked.on_conflict;
    const bool replaces =
        policy == upload::conflict_policy::overwrite || policy == upload::conflict_policy::newer;
    if (replaces && !client_.rights.overwrite) {
        if (!by_default) return fail(request, error_code::not_permitted, "this key may not overwrite");
        policy = upload::conflict_policy::fail;
    }
    opening_ = true;
    auto there = std::make_shared<seam::result<seam::file_info>>(std::errc::no_such_file_or_directory);
    const auto work = [there, folder, disk = around_.disk] {
        if (!folder.empty()) *there = disk->info(folder);
    };
    run(work, [this, there, folder, policy, request, who = identity_of(asked),
               dry_run = asked.dry_run.value_or(false), checksum = asked.checksum.value_or(false)]() mutable {
        opening_ = false;
        const bool fresh = there->error() == std::errc::no_such_file_or_directory && !folder.empty();
        if (!folder.empty() && !fresh && (!*there || (*there)->kind != seam::file_kind::folder)) {
            const auto code = *there ? error_code::already_exists : transfer::code_of(there->error());
            return fail(request, code, "the target is not a folder");
        }
        transfer::receiver_settings settings{.owner = client_.key_id,
                                             .folder = folder,
                                             .on_conflict = policy,
                                             .durability = around_.settings.durability,
                                             .file_bytes_max = around_.settings.file_bytes_max,
                                             .reserve_bytes = around_.settings.reserve_bytes,
                                             .checksum = checksum,
                                             .may_compare = client_.rights.get,
                                             .dry_run = dry_run};
        put_folder_ = folder;
        receipts_.begin(who.id);
        transfer_ =
            hosted_transfer::receive(around_, client_.home, std::move(who), channel_, std::move(settings));
        client_.link->send(answer_to_open(fresh, around_.settings.file_bytes_max), request);
    });
}

void upload_session::open_get(const upload::open& asked, std::uint32_t request) {
    std::string path;
    if (!resolve(asked.path, request, path)) return;
    opening_ = true;
    auto there = std::make_shared<std::error_code>();
    const auto work = [there, path, disk = around_.disk] {
        if (path.empty()) return;
        const auto info = disk->info(path);
        if (!info) *there = info.error();
    };
    const bool unpacks = asked.unpacks.value_or(false);
    const transfer::sender_settings settings{.checksum = asked.checksum.value_or(false),
                                             .dry_run = asked.dry_run.value_or(false),
                                             .pack = unpacks};
    const bool fresh = asked.fresh.value_or(false);
    const bool links = asked.links.value_or(false);
    run(work, [this, there, path, request, settings, fresh, links, who = identity_of(asked),
               asked_root = asked.path.empty()]() mutable {
        opening_ = false;
        if (*there) return fail(request, transfer::code_of(*there), "there is no such file or folder");
        const auto slash = path.rfind('/');
        const std::string name = asked_root ? std::string{} : path.substr(slash == path.npos ? 0 : slash + 1);
        const auto answer = answer_to_open(fresh, upload::limits::file_bytes_max);
        transfer_ =
            hosted_transfer::send(around_, client_.home, std::move(who),
                                  std::make_shared<transfer::tree_scan>(
                                      around_.disk, path, name, transfer::tree_scan::options{.links = links}),
                                  settings);
        client_.link->send(answer, request);
        auto agreed = answer;
        agreed.unpacks = settings.pack;
        transfer_->attach(channel_, agreed);
    });
}

bool upload_session::resolve(std::string_view asked, std::uint32_t request, std::string& path) {
    const auto fault = upload::check_path_or_root(asked);
    if (fault != upload::name_fault::none) {
        fail(request, error_code::bad_name, upload::text_of(fault));
        return false;
    }
    path = transfer::join_path(client_.folder, asked);
    return true;
}

void upload_session::run(seam::handler work, seam::handler done) {
    around_.pool.run(client_.home, std::move(work), [self = shared_from_this(), done = std::move(done)] {
        if (!self->closed_) done();
    });
}

void upload_session::fail(std::uint32_t request, error_code code, std::string_view reason) {
    around_.observers.on_refused(code);
    client_.link->send(protocol::session::failure{.code = static_cast<std::uint16_t>(code), .reason = reason},
                       request);
}

void upload_session::reply(common::stream::slice frame) {
    replies_.push_back(std::move(frame));
    client_.link->want_fill();
}

void upload_session::refuse(error_code code) {
    client_.link->send(protocol::session::refusal{.code = static_cast<std::uint16_t>(code), .reason = {}});
    client_.link->close(seam::byte_transport::close_mode::flush,
                        common::transport::close_reason::protocol_error, make_error_code(code));
}

void upload_session::give_receipt(const transfer::receiver_outcome& what, std::string_view name) {
    const auto status = what.outcome.status;
    const bool stored = status == upload::status::stored || status == upload::status::resumed;
    if (!stored || upload::is_folder(what.kind)) return;
    const std::size_t hidden = client_.folder.empty() ? 0 : client_.folder.size() + 1;
    const bool first =
        receipts_.add(what.outcome.file_no, {.path = transfer::join_path(put_folder_, name).substr(hidden),
                                             .bytes = what.bytes,
                                             .chunk_bytes = what.content.chunk_bytes,
                                             .content = what.content.of});
    if (!first) return;
    client_.home.post([self = shared_from_this()] {
        if (!self->closed_) self->receipts_.flush();
    });
}

hosted_transfer::identity upload_session::identity_of(const upload::open& asked) {
    return {.key_id = client_.key_id,
            .id = asked.id,
            .place = client_.place,
            .on_outcome =
                [weak = weak_from_this()](const transfer::receiver_outcome& what, std::string_view name) {
                    const auto self = weak.lock();
                    if (self && !self->closed_) self->give_receipt(what, name);
                },
            .on_over =
                [weak = weak_from_this()] {
                    if (const auto self = weak.lock()) self->transfer_ = nullptr;
                }};
}

upload::opened upload_session::answer_to_open(bool fresh, std::uint64_t file_bytes_max) const {
    return {.fresh = fresh,
            .file_bytes_max = file_bytes_max,
            .lanes_max = upload::limits::lanes_max,
            .unpacks = true};
}

// The frames that follow wait for the transfer's loop behind this question.
void upload_session::on_attach(const incoming_frame& frame) {
    upload::attach asked;
    const auto error = protocol::wire::decode(bytes_view{frame.payload}, asked);
    if (error != error_code::none) return refuse(error);
    if (opening_ || transfer_ || lane_of_) return refuse(error_code::unexpected);
    const std::uint32_t request = frame.header.request;
    const auto transfer = around_.transfers.find(client_.key_id, asked.id);
    if (!transfer) return fail(request, error_code::no_such_file, "there is no such transfer");
    lane_of_ = transfer::lane_relay::create(client_.home, client_.link, transfer->home());
    transfer->home().post(
        [transfer, relay = lane_of_, lane = asked.lane, request, self = shared_from_this()] {
            const bool joined = transfer->join(lane, relay);
            self->client_.home.post([self, joined, lane, request] {
                if (self->closed_) return;
                if (joined) return self->client_.link->send(upload::attached{.lane = lane}, request);
                self->lane_of_ = nullptr;
                self->fail(request, error_code::unexpected, "no lane can be added now");
            });
        });
}

void upload_session::on_closed(common::transport::close_reason, std::error_code) {
    const auto alive = std::exchange(alive_, nullptr);
    closed_ = true;
    replies_.clear();
    requests_.stop();
    examinations_.stop();
    if (const auto relay = std::exchange(lane_of_, nullptr)) relay->on_closed();
    if (const auto transfer = std::exchange(transfer_, nullptr)) transfer->leave(0);
}

}  // namespace uploader_server::session
