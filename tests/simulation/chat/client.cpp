#include "tests/simulation/chat/client.hpp"

#include "protocol/wire/limits.hpp"
#include "tests/simulation/chat/server.hpp"

#include <algorithm>
#include <utility>

namespace tests::simulation::chat {

using namespace std::chrono_literals;
namespace domain = chat_client::domain;
namespace session = chat_client::session;
namespace transport = common::transport;
using protocol::chat::start_at;

namespace {

constexpr duration reconnect_delay_max = 1s;
constexpr duration keep_delay_max = 300ms;
constexpr const char* server_name = "server";

}  // namespace

client::client(process& own, network& net, client_options& options, oracle& truth)
    : own_(own),
      net_(net),
      options_(options),
      truth_(truth),
      vfs_(own.disk(), own.random(), own.loop()),
      store_("client.db", vfs_.name()),
      thread_(own.make_serial()),
      chat_(own.loop(), *this, {.acknowledges = true}),
      reconnect_(own.loop()),
      keep_timer_(own.loop()),
      resume_(own.loop()) {
    for (const auto& room : options_.rooms) enter(room);
    adopt();
    connect_later(0ms);
}

void client::broken(const std::string& what) {
    if (own_.running()) own_.machine().sim().fail(options_.name + ": " + what);
}

// --- what is kept

void client::store(std::function<void()> work, std::function<void()> done) {
    const auto failed = std::make_shared<std::string>();
    const auto try_it = [failed, work = std::move(work)] {
        try {
            work();
        } catch (const std::exception& error) {
            *failed = error.what();
        }
    };
    const auto go_on = [this, failed, done = std::move(done)] {
        if (!failed->empty()) return own_.exit(*failed);
        done();
    };
    thread_.run(own_.loop(), try_it, go_on);
}

// What earlier runs left is as good as written now.
void client::adopt() {
    const auto nobody_else = [](std::uint64_t) { return false; };
    for (auto& message : store_.adopt(server_name, own_.machine().boots(), nobody_else)) {
        truth_.intended(message.id, message.text);
        chat_.post(std::move(message));
    }
}

void client::write(const std::string& room, std::string text) {
    const auto message = std::make_shared<outgoing>();
    message->room = room;
    message->text = std::move(text);
    message->kind = protocol::chat::record_kind::message;
    keep(message);
    messages_.insert(message->id);
}

void client::take_one_back() {
    if (receipts_.empty()) return;
    const auto back = std::move(receipts_.back());
    receipts_.pop_back();
    const auto message = std::make_shared<outgoing>();
    message->room = back.room;
    message->kind = protocol::chat::record_kind::deletion;
    message->target_n = back.n;
    truth_.erasing(back.id);
    keep(message);
    taken_back_.emplace(message->id, back.id);
}

void client::keep(const std::shared_ptr<outgoing>& message) {
    message->sent_at_ms = own_.loop().wall_now().time_since_epoch().count();
    own_.random().fill(message->id);
    ++being_kept_;
    store(
        [this, message] {
            store_.add(server_name, std::span{message.get(), 1}, own_.machine().boots());
            if (own_.running()) truth_.intended(message->id, message->text);
        },
        [this, message] {
            --being_kept_;
            own_.machine().sim().note(options_.name,
                                      "writes " + short_name(message->id) + " to " + message->room);
            chat_.post(std::move(*message));
        });
}

// Only what is on disk counts as taken.
void client::keep_positions() {
    auto positions = std::make_shared<std::vector<domain::position>>();
    for (const auto& [room, seq] : last_seq_) positions->push_back({room, seq});
    store([this, positions] { store_.move_positions(server_name, "", *positions); },
          [this, positions] {
              for (const auto& each : *positions) chat_.taken(each.room, each.seq);
          });
}

// --- connections

void client::pause_for(duration time) {
    chat_.pause_reading();
    resume_.start(time, [this] { chat_.resume_reading(); });
}

void client::connect_later(duration delay) {
    reconnect_.start(delay, [this] { connect(); });
}

void client::connect() {
    net_.connect(own_, address_for(options_.name), [this](auto outcome) {
        if (!outcome) return connect_later(own_.random().between(10ms, reconnect_delay_max));
        transport::connection_limits bounds;
        bounds.backlog_bytes_max = 0;
        link_ = transport::framed_connection::create(own_.loop(), *std::move(outcome), pool_, bounds);
        handshake_.begin(*link_);
        link_->set_established(protocol::limits::data_payload_bytes_max);
        chat_.attach(link_);
    });
}

void client::on_ready(const domain::server_facts& server) {
    if (server.you != author_of(options_.name)) broken("is taken for somebody else");
}

void client::on_disconnected(const session::disconnect& why) {
    link_ = nullptr;
    if (!why.retryable) broken("may not come back: " + why.reason);
    connect_later(own_.random().between(10ms, reconnect_delay_max));
}

// --- rooms

void client::enter(const std::string& room) {
    const auto position = store_.position(server_name, "", room);
    last_seq_[room] = position.value_or(0);
    const bool by_cursor = options_.by_cursor && options_.cursors.contains(room);
    const session::start_point start{by_cursor ? start_at::cursor : start_at::after_seq,
                                     by_cursor ? 0 : last_seq_[room]};
    if (!chat_.join({.name = room, .start = start})) broken("cannot join " + room);
}

std::uint64_t client::last_seq(const std::string& room) const {
    const auto found = last_seq_.find(room);
    return found == last_seq_.end() ? 0 : found->second;
}

void client::follows(const std::string& room, std::uint64_t from_seq, std::uint64_t to_seq) {
    auto& last = last_seq_[room];
    if (from_seq > last + 1) {
        broken("#" + std::to_string(from_seq) + " of " + room + " follows #" + std::to_string(last));
    }
    last = std::max(last, to_seq);
    if (!keep_timer_.running()) {
        keep_timer_.start(own_.random().between(0ms, keep_delay_max), [this] { keep_positions(); });
    }
}

void client::on_record(const domain::record& record) {
    if (!own_.running()) return;
    own_.machine().sim().note(options_.name,
                              "gets #" + std::to_string(record.seq) + " " + short_name(record.id));
    truth_.seen(options_.name, {record.room, record.seq, record.id, record.text, record.erased_hash});
    follows(record.room, record.seq, record.seq);
}

void client::on_gap(const domain::gap& gap) {
    if (!own_.running()) return;
    truth_.not_kept(gap.room, gap.to_seq);
    follows(gap.room, gap.from_seq, gap.to_seq);
}

void client::on_caught_up(const std::string& room) {
    if (options_.by_cursor) chat_.list_members(room);
}

void client::on_members(const std::string& room, const std::vector<domain::member_line>& members, bool) {
    const auto me = std::ranges::find(members, author_of(options_.name), &domain::member_line::author);
    if (own_.running() && me != members.end() && me->delivered_seq > 0) options_.cursors.insert(room);
}

// --- answers

void client::on_posted(const domain::receipt& receipt) {
    if (!own_.running()) return;
    const std::string what = short_name(receipt.id) + " is #" + std::to_string(receipt.seq);
    own_.machine().sim().note(options_.name, "is told that " + what);
    truth_.acknowledged(receipt.room, receipt.seq, receipt.id);
    const auto back = taken_back_.find(receipt.id);
    if (back != taken_back_.end()) truth_.erased(back->second);
    if (back == taken_back_.end() && messages_.contains(receipt.id)) receipts_.push_back(receipt);
    store([this, id = receipt.id] { store_.remove(server_name, std::span{&id, 1}); }, [] {});
}

void client::on_rejected(const outgoing& message, const session::request_failure& why) {
    const bool gone = message.kind == protocol::chat::record_kind::deletion &&
                      why.code == protocol::error_code::no_such_message;
    if (gone) {
        truth_.withdrawn(message.id);
        return store([this, id = message.id] { store_.remove(server_name, std::span{&id, 1}); }, [] {});
    }
    broken("message " + short_name(message.id) + " is rejected: " + std::string{protocol::name_of(why.code)});
}

void client::on_request_failed(session::request_kind, const std::string& room,
                               const session::request_failure& why) {
    const bool passing =
        why.code == protocol::error_code::no_space || why.code == protocol::error_code::storage_failed;
    if (!passing) broken("a request about " + room + " failed: " + std::string{protocol::name_of(why.code)});
    // The session asks nobody twice; the next connection does.
    if (link_) link_->close();
}

void client::on_trouble(const std::string& room, std::string_view what) {
    broken(room + ": " + std::string{what});
}

void client::on_another_log(const std::string& room) {
    broken("the log of " + room + " is not the one that was read before");
}

}  // namespace tests::simulation::chat
