#include "chat-server/application.hpp"

#include "common/app/failure.hpp"
#include "common/trust/ed25519.hpp"

#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <memory>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace chat_server {

namespace app = common::app;
namespace service = common::service;

namespace {

constexpr std::chrono::seconds figures_interval{1};
constexpr std::size_t tls_batch_bytes = 64 * 1024;

// In the proportion of the defaults.
std::uint32_t burst_of(std::uint32_t posts_per_s) {
    return posts_per_s * (domain::limits::posts_burst_default / domain::limits::posts_per_s_default);
}

session::settings settings_of(const chat_options& options) {
    session::settings settings;
    settings.text_bytes_max = options.text_bytes_max;
    settings.posts_per_s = options.posts_per_s;
    settings.posts_burst = burst_of(options.posts_per_s);
    settings.durable = options.kept == storage::durability::full;
    settings.motd = read_motd(options.motd_file);
    return settings;
}

// SQLite would make it readable for others; its log file takes over what this one has.
void create_private(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd >= 0) ::close(fd);
}

std::unique_ptr<storage::sqlite_store> open_store(service::server_host& host,
                                                  common::runtime::serial_executor& disk,
                                                  const std::string& folder, const chat_options& options) {
    const std::string path = folder + "/chat.db";
    create_private(path);
    try {
        return std::make_unique<storage::sqlite_store>(
            host.main_loop(), disk,
            storage::database::options{.path = path,
                                       .vfs = {},
                                       .kept = options.kept,
                                       .rooms_max = options.rooms_max,
                                       .keep = options.keep});
    } catch (const std::runtime_error& error) {
        throw app::failure{app::exit_code::failed, "database", "cannot open " + path, error.what(), ""};
    }
}

// Rights are words with commas between them.
bool has_right(std::string_view rights, std::string_view wanted) {
    while (!rights.empty()) {
        const std::size_t end = std::min(rights.find(','), rights.size());
        if (rights.substr(0, end) == wanted) return true;
        rights.remove_prefix(std::min(end + 1, rights.size()));
    }
    return false;
}

protocol::chat::author_id author_of(const common::trust::public_key& key) {
    protocol::chat::author_id author{};
    const auto print = common::trust::fingerprint_of(key);
    std::copy_n(print.bytes.begin(), author.size(), author.begin());
    return author;
}

}  // namespace

service::server_definition definition() {
    common::transport::connection_limits link;
    // A reader that has stopped is nobody's problem: whether its host is alive is for TCP to find out.
    link.watch.silence_max = {};
    return {.program = "chat-server",
            .app = common::trust::application::chat,
            .default_rights = "chat",
            .payload_bytes_max = protocol::limits::control_payload_bytes_max,
            .link = link,
            // What one stopped reader can hold in the kernel and in front of it.
            .socket = {.notsent_bytes = common::transport::limits::notsent_bytes_min,
                       .tls_batch_bytes = tls_batch_bytes}};
}

application::application(service::server_host& host, const app::server_options& common,
                         const chat_options& options)
    : host_(host),
      settings_(settings_of(options)),
      directory_(host.main_loop()),
      store_(open_store(host, disk_, common.state, options)),
      figures_timer_(host.main_loop()) {
    store_->on_fatal = [this](const std::string& why) { host_.abandon(why); };
    for (std::size_t i = 0; i < host.workers().size(); ++i) {
        hubs_.push_back(std::make_unique<session::hub>(host.workers().at(i), *store_, directory_, settings_));
    }
    add_figures();
}

service::server_application application::handlers() {
    host_.main_loop().post([this] { refresh_figures(); });
    return {.on_client = [this](service::accepted_client client) { take_in(std::move(client)); },
            .on_drain = [this](std::function<void()> done) { drain(std::move(done)); },
            .on_reload = {}};
}

void application::take_in(service::accepted_client client) {
    std::size_t index = 0;
    while (&host_.workers().at(index) != client.home) ++index;
    hubs_[index]->attach({.link = std::move(client.link),
                          .author = author_of(client.client.key),
                          .key_name = client.client.grant.name,
                          .place = std::move(client.place),
                          .admin = has_right(client.client.grant.rights, "admin")});
}

// Every hub first answers what it was asked; then the store commits what is left, and nothing more comes.
void application::drain(std::function<void()> done) {
    auto left = std::make_shared<std::size_t>(hubs_.size());
    const auto one_less = [this, left, done = std::move(done)] {
        if (--*left == 0) store_->close(done);
    };
    for (std::size_t i = 0; i < hubs_.size(); ++i) {
        host_.workers().at(i).post(
            [this, i, one_less] { hubs_[i]->drain([this, one_less] { host_.main_loop().post(one_less); }); });
    }
}

// --- figures

void application::add_figure(const char* name, const char* help, std::function<std::uint64_t()> read) {
    figures_.push_back({host_.metrics().add_gauge(name, help), std::move(read)});
}

void application::add_sum(const char* name, const char* help,
                          std::atomic<std::uint64_t> session::session_counters::*part) {
    add_figure(name, help, [this, part] {
        std::uint64_t sum = 0;
        for (const auto& hub : hubs_) sum += (hub->counters().*part).load(std::memory_order_relaxed);
        return sum;
    });
}

void application::add_figures() {
    const storage::store_counters& stored = store_->counters();
    add_figure("sluice_chat_posts", "Messages stored", [&] { return stored.posts.load(); });
    add_figure("sluice_chat_repeats", "Messages that were stored already",
               [&] { return stored.repeats.load(); });
    add_figure("sluice_chat_commits", "Transactions committed", [&] { return stored.commits.load(); });
    add_figure("sluice_chat_batch_max", "Writes in the largest transaction",
               [&] { return stored.batch_writes_max.load(); });
    add_figure("sluice_chat_pages", "Pages read for readers behind the tail",
               [&] { return stored.pages_read.load(); });
    add_figure("sluice_chat_no_space", "Transactions that failed on a full disk",
               [&] { return stored.no_space.load(); });
    add_figure("sluice_chat_searches", "Searches asked for", [&] { return stored.searches.load(); });
    add_figure("sluice_chat_unindexed", "Records that the search index has still to take in",
               [&] { return stored.unindexed.load(); });
    add_figure("sluice_chat_cursors_moved", "Cursors written", [&] { return stored.cursors_moved.load(); });
    add_figure("sluice_chat_waiting", "Writes waiting for a transaction",
               [&] { return stored.waiting.load(); });
    using counters = session::session_counters;
    add_sum("sluice_chat_sessions", "Conversations", &counters::sessions);
    add_sum("sluice_chat_delivered_records", "Records handed to sockets", &counters::delivered_records);
    add_sum("sluice_chat_delivered_bytes", "Bytes of records handed to sockets", &counters::delivered_bytes);
    add_sum("sluice_chat_slowed_posts", "Posts after which a fast talker had to wait",
            &counters::slowed_posts);
    add_sum("sluice_chat_lagging_pages", "Pages asked for by readers behind the tail",
            &counters::pages_asked);
    add_figure("sluice_chat_tail_bytes", "The newest records of all rooms, in memory",
               [this] { return hubs_.front()->counters().tails_bytes.load(); });
}

void application::refresh_figures() {
    for (const figure& each : figures_) each.shown.set(static_cast<std::int64_t>(each.read()));
    figures_timer_.start(figures_interval, [this] { refresh_figures(); });
}

}  // namespace chat_server
