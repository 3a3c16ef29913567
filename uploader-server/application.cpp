#include "uploader-server/application.hpp"

#include "common/app/failure.hpp"
#include "common/app/system_clock.hpp"
#include "common/runtime/system_disk.hpp"
#include "protocol/upload/limits.hpp"
#include "protocol/upload/name_policy.hpp"
#include "protocol/wire/error_code.hpp"
#include "uploader-server/session/root_folder.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

namespace uploader_server {

namespace app = common::app;
namespace service = common::service;
namespace trust = common::trust;

namespace {

// How often unfinished uploads are looked at: a part of the time they are kept, within these bounds.
constexpr common::seam::duration expiry_interval_max = std::chrono::hours{1};
constexpr common::seam::duration expiry_interval_min = std::chrono::seconds{1};
constexpr int expiry_looks = 4;
// Enough for one gather write while the next chunks are read.
constexpr std::size_t bulk_low_water_bytes = 512 * 1024;

app::failure root_failure(const upload_options& options, const std::string& why) {
    return {app::exit_code::failed, "root", "cannot use --root " + options.root, why,
            "name a folder that this user can write to"};
}

std::shared_ptr<common::seam::disk> open_root(const upload_options& options) {
    if (options.root.empty()) {
        throw app::usage_error("no --root", "the server needs a folder for the files", "add --root DIR");
    }
    try {
        auto disk = std::make_shared<common::runtime::system_disk>(options.root);
        const app::system_clock clock;
        if (const auto error = session::prepare_root(*disk, options.session.durability, clock.wall_now())) {
            throw root_failure(options, error.message());
        }
        return disk;
    } catch (const std::system_error& error) {
        throw root_failure(options, error.code().message());
    }
}

using refusal_map = std::map<protocol::error_code, app::counter*>;

// One series for each reason that a person can do something about.
refusal_map refusal_counters(app::metrics_registry& metrics) {
    refusal_map counters;
    using protocol::error_code;
    for (const auto code : {error_code::not_permitted, error_code::bad_name, error_code::already_exists,
                            error_code::no_space, error_code::quota_exceeded, error_code::verification_failed,
                            error_code::storage_failed, error_code::internal}) {
        counters[code] = &metrics.add_counter("sluice_upload_refused_total",
                                              "Requests and files that were refused, by the reason",
                                              {{"reason", std::string{protocol::name_of(code)}}});
    }
    return counters;
}

void count_refusal(const refusal_map& counters, protocol::error_code code) {
    const auto found = counters.find(code);
    if (found != counters.end()) found->second->add();
}

// How much flows, and what it waits for.
void watch_flow(app::metrics_registry& metrics, session::observers& made) {
    app::counter& received =
        metrics.add_counter("sluice_upload_received_bytes_total", "Content received and verified");
    app::counter& sent = metrics.add_counter("sluice_upload_sent_bytes_total", "Content sent");
    app::gauge& transfers = metrics.add_gauge("sluice_upload_transfers", "Transfers under way");

    app::gauge& lag =
        metrics.add_gauge("sluice_upload_durable_lag_bytes", "Content that arrived and is not durable yet");
    app::gauge& queue = metrics.add_gauge("sluice_upload_queue_bytes", "Content that waits for the disk");
    const auto wait = [&](const char* stage) {
        app::counter* const milliseconds =
            &metrics.add_counter("sluice_upload_wait_milliseconds_total",
                                 "Time of transfers, by what they waited for", {{"stage", stage}});
        return [milliseconds](common::seam::duration time) {
            const auto whole = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
            if (whole > 0) milliseconds->add(static_cast<std::uint64_t>(whole));
        };
    };
    const auto disk = wait("disk");
    const auto cpu = wait("cpu");
    const auto network = wait("network");
    const auto limit = wait("limit");
    const auto peer = wait("peer");

    made.on_received_bytes = [&received](std::uint64_t bytes) { received.add(bytes); };
    made.on_sent_bytes = [&sent](std::uint64_t bytes) { sent.add(bytes); };
    made.on_transfers = [&transfers](int change) { transfers.add(change); };
    made.on_durable_lag = [&lag](std::int64_t change) { lag.add(change); };
    made.on_queue = [&queue](std::int64_t change) { queue.add(change); };
    made.on_waits = [=](const common::transfer::wait_times& times) {
        disk(times.disk);
        cpu(times.cpu);
        network(times.network);
        limit(times.limit);
        peer(times.peer);
    };
}

void count(const upload_options& options, common::seam::disk& disk, domain::quota& quota) {
    if (!options.quota.any()) return;
    if (const auto error = options.quota.per_key() ? session::check_labels(disk) : std::error_code{}) {
        throw app::failure(app::exit_code::failed, "quota", "cannot keep quotas per key in " + options.root,
                           error.message(), "use a file system with user attributes, or --quota alone");
    }
    if (const auto error = session::count_used(disk, quota)) throw root_failure(options, error.message());
}

}  // namespace

service::server_definition definition(const upload_options& options) {
    service::server_definition made{
        .program = "uploader-server",
        .app = common::trust::application::upload,
        .default_rights = options.rights,
        .knows_rights = [](std::string_view words) { return domain::parse_rights(words).has_value(); },
        .knows_folder =
            [](std::string_view path) {
                using namespace protocol::upload;
                return check_path(path) == name_fault::none;
            },
        .payload_bytes_max = protocol::upload::limits::data_payload_bytes_max};
    made.writable.push_back(options.root);
    if (!options.audit_file.empty()) {
        made.writable.push_back(std::filesystem::absolute(options.audit_file).parent_path().string());
    }
    made.link.outbox_low_water_bytes = bulk_low_water_bytes;
    return made;
}

application::application(service::server_host& host, const upload_options& options)
    : host_(host),
      options_(options),
      disk_(open_root(options_)),
      claims_(common::transfer::claims::create()),
      index_(common::transfer::content_index::create(*disk_)),
      quota_(options_.quota),
      audit_(options_.audit_file.empty()
                 ? nullptr
                 : std::make_unique<audit_log>(options_.audit_file, options_.session.durability,
                                               host.main_loop())),
      observers_(make_observers()),
      expiry_timer_(host.main_loop()) {
    count(options_, *disk_, quota_);
}

service::server_application application::handlers() {
    host_.main_loop().post([this] { expire(); });
    return {.on_client = [this](service::accepted_client client) { take_in(std::move(client)); },
            .on_drain = {},
            .on_reload =
                [this] {
                    if (audit_) audit_->reopen();
                }};
}

void application::take_in(service::accepted_client client) {
    const auto rights = domain::parse_rights(client.client.grant.rights);
    if (!rights) spdlog::warn("key {} has unknown rights: it may do nothing", client.client.key_id);
    session::upload_session::begin({.pool = host_.pool(),
                                    .disk = disk_,
                                    .random = host_.random(),
                                    .buffers = host_.buffers(),
                                    .claims = *claims_,
                                    .index = *index_,
                                    .quota = quota_,
                                    .server = host_.key(),
                                    .transfers = transfers_,
                                    .settings = options_.session,
                                    .observers = observers_},
                                   {.link = std::move(client.link),
                                    .home = *client.home,
                                    .key_id = client.client.key_id,
                                    .fingerprint = trust::to_text(trust::fingerprint_of(client.client.key)),
                                    .rights = rights.value_or(domain::rights{}),
                                    .folder = client.client.grant.folder,
                                    .place = std::move(client.place)});
}

session::observers application::make_observers() {
    app::metrics_registry& metrics = host_.metrics();
    session::observers made;
    watch_flow(metrics, made);
    const char* const outcomes_help = "Files offered, by what became of them";
    const auto outcome = [&](const char* status) -> app::counter* {
        return &metrics.add_counter("sluice_upload_files_total", outcomes_help, {{"status", status}});
    };
    app::counter* const stored = outcome("stored");
    app::counter* const resumed = outcome("resumed");
    app::counter* const skipped = outcome("skipped");
    app::counter* const failed = outcome("failed");
    const auto refused = refusal_counters(metrics);
    app::gauge& used_bytes = metrics.add_gauge("sluice_upload_quota_used_bytes",
                                               "Bytes stored and on their way, as the quotas count them");
    app::gauge& used_files =
        metrics.add_gauge("sluice_upload_quota_used_files", "Files stored, as the quotas count them");
    const auto show_quota = [this, &used_bytes, &used_files] {
        const domain::usage now = quota_.total();
        used_bytes.set(static_cast<std::int64_t>(now.bytes));
        used_files.set(static_cast<std::int64_t>(now.files));
    };
    show_quota();

    using protocol::upload::status;
    made.on_stored = [=, this](const session::observers::stored& what) {
        show_quota();
        audit_stored(what);
        const auto code = protocol::name_of(static_cast<protocol::error_code>(what.code));
        switch (what.status) {
            case status::stored:
            case status::resumed:
                (what.status == status::stored ? stored : resumed)->add();
                spdlog::debug("{} stored {} ({} bytes)", what.key_id, what.path, what.bytes);
                break;
            case status::skipped:
                skipped->add();
                break;
            case status::failed:
                failed->add();
                count_refusal(refused, static_cast<protocol::error_code>(what.code));
                spdlog::info("{} could not store {}: {}", what.key_id, what.path, code);
                break;
        }
    };
    made.on_changed = [this, show_quota](const session::observers::changed& what) {
        show_quota();
        spdlog::info("{} {} {}", what.key_id, what.what, what.path);
        if (!audit_) return;
        auto event = audit_->event(what.what);
        event.field("key", what.key_id).field("path", what.path);
        if (!what.to.empty()) event.field("to", what.to);
        audit_->add(event.field("files", what.files).field("bytes", what.bytes));
    };
    made.on_refused = [refused](protocol::error_code code) { count_refusal(refused, code); };
    return made;
}

void application::audit_stored(const session::observers::stored& what) {
    using protocol::upload::status;
    if (!audit_ || what.status == status::skipped) return;
    if (what.status == status::failed) {
        const auto code = protocol::name_of(static_cast<protocol::error_code>(what.code));
        return audit_->add(
            audit_->event("failed").field("key", what.key_id).field("path", what.path).field("code", code));
    }
    audit_->add(audit_->event("stored")
                    .field("key", what.key_id)
                    .field("path", what.path)
                    .field("bytes", what.bytes));
}

void application::expire() {
    auto removed = std::make_shared<common::seam::result<std::size_t>>(std::size_t{0});
    const auto work = [this, removed, now = host_.main_loop().wall_now()] {
        *removed = session::expire_partial(*disk_, *claims_, quota_, now, options_.keep_partial);
    };
    host_.pool().run(host_.main_loop(), work, [this, removed] {
        if (!*removed) {
            spdlog::warn("cannot look for expired uploads: {}", removed->error().message());
        } else if (**removed > 0) {
            spdlog::info("removed {} files of unfinished uploads that expired", **removed);
        }
        const auto pause =
            std::clamp(options_.keep_partial / expiry_looks, expiry_interval_min, expiry_interval_max);
        expiry_timer_.start(pause, [this] { expire(); });
    });
}

}  // namespace uploader_server
