#include "tests/simulation/chat/server.hpp"

#include "protocol/wire/bytes.hpp"
#include "protocol/wire/limits.hpp"

#include <algorithm>

namespace tests::simulation::chat {

namespace session = chat_server::session;
namespace storage = chat_server::storage;
namespace transport = common::transport;

namespace {

constexpr std::size_t rooms_max = 100;

// A store that says it is damaged has broken its promise, unless its disk is failing at this moment.
std::unique_ptr<storage::sqlite_store> open_store(process& own, const sqlite_vfs& vfs,
                                                  const server_options& options) {
    storage::database::options chosen{.path = "chat.db",
                                      .vfs = vfs.name(),
                                      .kept = storage::durability::full,
                                      .rooms_max = rooms_max,
                                      .keep = options.keep};
    try {
        return std::make_unique<storage::sqlite_store>(own.loop(), own.make_serial(), chosen);
    } catch (const storage::open_error& error) {
        const bool failing = own.machine().disk().failing();
        if (own.running() && !failing) {
            own.machine().sim().fail(std::string{"the server does not open its database: "} + error.what());
        }
        throw;
    }
}

}  // namespace

protocol::chat::author_id author_of(const std::string& client) {
    protocol::chat::author_id author{};
    const auto name = protocol::wire::as_bytes(client);
    std::ranges::copy(name.first(std::min(name.size(), author.size())), author.begin());
    return author;
}

std::string address_for(const std::string& client) {
    return "chat/" + client;
}

server::server(process& own, network& net, const std::vector<std::string>& clients,
               const server_options& options)
    : own_(own), vfs_(own.disk(), own.random(), own.loop()) {
    settings_.posts_per_s = options.posts_per_s;
    if (options.tails_bytes_max != 0) settings_.tails_bytes_max = options.tails_bytes_max;
    store_ = open_store(own, vfs_, options);
    store_->on_fatal = [&own](const std::string& why) { own.exit(why); };
    directory_ = std::make_unique<session::directory>(own.loop());
    for (std::size_t worker = 0; worker < options.workers; ++worker) {
        hubs_.push_back(std::make_unique<session::hub>(own.loop(worker), *store_, *directory_, settings_));
    }
    own.on_terminate = [this] { drain(); };
    for (const auto& client : clients) {
        net.listen(own, address_for(client),
                   [this, client](auto stream) { accept(client, std::move(stream)); });
    }
}

server::~server() = default;

void server::accept(const std::string& client, network::stream_ptr stream) {
    if (draining_ > 0) return;
    const std::size_t worker = own_.random().below(hubs_.size());
    auto link = transport::framed_connection::create(own_.loop(worker), std::move(stream), pool_, {});
    std::erase_if(links_, [](const auto& each) { return each.expired(); });
    links_.push_back(link);
    handshake_.begin(*link);
    hubs_[worker]->attach({.link = link, .author = author_of(client), .key_name = client});
    link->set_established(protocol::limits::control_payload_bytes_max);
}

void server::drain() {
    if (draining_ > 0) return;
    draining_ = hubs_.size();
    for (const auto& hub : hubs_) hub->drain([this] { drained_one(); });
}

void server::drained_one() {
    if (--draining_ > 0) return;
    draining_ = 1;  // nobody is let in any more
    store_->close([this] { own_.exit("drained"); });
}

std::string server::over_budget() const {
    // Answers, and what one fill may add to them.
    constexpr std::size_t outbox_bytes_max = transport::limits::outbox_bytes_max +
                                             transport::limits::outbox_low_water_bytes +
                                             protocol::limits::data_payload_bytes_max;
    for (const auto& each : links_) {
        const auto link = each.lock();
        if (link && link->outbox_bytes() > outbox_bytes_max) {
            return "the outbox of " + link->peer() + " holds " + std::to_string(link->outbox_bytes()) +
                   " bytes";
        }
    }
    const auto pooled = pool_.statistics().live_bytes;
    if (pooled > common::stream::limits::pool_live_bytes_max) return "the buffer pool is over its budget";
    return {};
}

}  // namespace tests::simulation::chat
