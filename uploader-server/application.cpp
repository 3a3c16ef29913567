#include "uploader-server/application.hpp"

#include "common/app/failure.hpp"
#include "common/app/system_clock.hpp"
#include "common/runtime/system_disk.hpp"
#include "protocol/upload/limits.hpp"
#include "protocol/wire/error_code.hpp"
#include "uploader-server/session/root_folder.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace uploader_server {

namespace app = common::app;
namespace service = common::service;

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

std::uint64_t count_used(const upload_options& options, common::seam::disk& disk) {
    if (options.quota_bytes == 0) return 0;
    const auto used = session::used_bytes(disk);
    if (!used) throw root_failure(options, used.error().message());
    return *used;
}

}  // namespace

service::server_definition definition(const upload_options& options) {
    service::server_definition made{.program = "uploader-server",
                                    .app = common::trust::application::upload,
                                    .default_rights = options.rights,
                                    .payload_bytes_max = protocol::upload::limits::data_payload_bytes_max};
    made.writable.push_back(options.root);
    made.link.outbox_low_water_bytes = bulk_low_water_bytes;
    return made;
}

application::application(service::server_host& host, const upload_options& options)
    : host_(host),
      options_(options),
      disk_(open_root(options_)),
      claims_(common::transfer::claims::create()),
      quota_(options_.quota_bytes, count_used(options_, *disk_)),
      observers_(make_observers()),
      expiry_timer_(host.main_loop()) {}

service::server_application application::handlers() {
    host_.main_loop().post([this] { expire(); });
    return {.on_client = [this](service::accepted_client client) { take_in(std::move(client)); },
            .on_drain = {},
            .on_reload = {}};
}

void application::take_in(service::accepted_client client) {
    const auto rights = domain::parse_rights(client.client.grant.rights);
    if (!rights) spdlog::warn("key {} has unknown rights: it may do nothing", client.client.key_id);
    session::upload_session::begin({.pool = host_.pool(),
                                    .disk = disk_,
                                    .random = host_.random(),
                                    .buffers = host_.buffers(),
                                    .claims = *claims_,
                                    .quota = quota_,
                                    .settings = options_.session,
                                    .observers = observers_},
                                   {.link = std::move(client.link),
                                    .home = *client.home,
                                    .key_id = client.client.key_id,
                                    .rights = rights.value_or(domain::rights{}),
                                    .folder = client.client.grant.folder,
                                    .place = std::move(client.place)});
}

session::observers application::make_observers() {
    app::metrics_registry& metrics = host_.metrics();
    const char* const outcomes_help = "Files offered, by what became of them";
    const auto outcome = [&](const char* status) -> app::counter* {
        return &metrics.add_counter("sluice_upload_files_total", outcomes_help, {{"status", status}});
    };
    app::counter* const stored = outcome("stored");
    app::counter* const resumed = outcome("resumed");
    app::counter* const skipped = outcome("skipped");
    app::counter* const failed = outcome("failed");
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

    using protocol::upload::status;
    return {.on_stored =
                [=](const session::observers::stored& what) {
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
                            spdlog::info("{} could not store {}: {}", what.key_id, what.path, code);
                            break;
                    }
                },
            .on_received_bytes = [&received](std::uint64_t bytes) { received.add(bytes); },
            .on_sent_bytes = [&sent](std::uint64_t bytes) { sent.add(bytes); },
            .on_transfers = [&transfers](int change) { transfers.add(change); },
            .on_durable_lag = [&lag](std::int64_t change) { lag.add(change); },
            .on_queue = [&queue](std::int64_t change) { queue.add(change); },
            .on_waits =
                [=](const common::transfer::wait_times& times) {
                    disk(times.disk);
                    cpu(times.cpu);
                    network(times.network);
                    limit(times.limit);
                    peer(times.peer);
                }};
}

void application::expire() {
    auto removed = std::make_shared<common::seam::result<std::size_t>>(std::size_t{0});
    const auto work = [removed, disk = disk_, claims = claims_, keep = options_.keep_partial,
                       now = host_.main_loop().wall_now()] {
        *removed = session::expire_partial(*disk, *claims, now, keep);
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
