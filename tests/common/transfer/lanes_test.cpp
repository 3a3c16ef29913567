#include "common/transfer/lanes.hpp"

#include "common/transfer/number_set.hpp"
#include "tests/catch.hpp"
#include "tests/common/transfer/loopback.hpp"

#include <deque>
#include <set>

using namespace tests::transfer;
using common::transfer::number_set;

namespace {

// One direction of one connection: whole frames, delivered one by one.
class wire final : public channel {
  public:
    void answer(common::seam::const_bytes frames) override { push(stream::slice::copy_of(frames)); }
    void want_room() override { room_wanted = true; }
    void send_bulk(stream::slice frames) override { push(std::move(frames)); }
    void pause_reading() override {}
    void resume_reading() override {}
    void drop() override { dropped = true; }

    void push(stream::slice bytes) {
        protocol::frame::decoder decoder{protocol::limits::data_payload_bytes_max};
        for (std::size_t at = 0; at < bytes.size();) {
            const auto step = decoder.next(bytes.bytes().subspan(at));
            REQUIRE(step.state == protocol::frame::decoder::state::ready);
            waiting.push_back({step.frame.header, stream::slice::copy_of(step.frame.payload)});
            at += step.frame_bytes;
        }
    }
    struct frame {
        protocol::frame::header header;
        stream::slice payload;
    };
    std::deque<frame> waiting;
    bool room_wanted = false;
    bool dropped = false;
};

struct connection {
    std::uint16_t number = 0;
    wire to_receiver;
    wire to_sender;
    bool cut = false;
    bool sender_told = false;
    bool receiver_told = false;
};

// A transfer over several connections that come and go; what is on the way of one that goes is lost.
class rough_transfer final : private sender_events, private receiver_events {
  public:
    explicit rough_transfer(std::uint64_t seed) : random(seed) {
        REQUIRE_FALSE(prepare_staging(*to, durability::full));
    }

    void begin() {
        connections.push_back(std::make_unique<connection>());
        sender_ = sender::create({loop, pool, buffers}, std::make_shared<tree_scan>(from, "", ""), *this);
        receiver_ = receiver::create({loop, pool, *to, random, *claimed, space}, {.owner = "owner"},
                                     connections[0]->to_sender, *this);
        sender_->attach(connections[0]->to_receiver, {});
    }
    void join() {
        auto added = std::make_unique<connection>();
        added->number = ++newest_;
        REQUIRE(receiver_->join(added->number, added->to_sender));
        REQUIRE(sender_->join(added->number, added->to_receiver));
        connections.push_back(std::move(added));
    }
    std::size_t alive() const {
        return static_cast<std::size_t>(
            std::ranges::count_if(connections, [](auto& each) { return !each->cut; }));
    }
    void cut(connection& which) {
        which.cut = true;
        which.to_receiver.waiting.clear();
        which.to_sender.waiting.clear();
    }
    connection& any() { return *connections[random.below(connections.size())]; }

    // Something happens on one of the connections.
    void step() {
        loop.run_ready();
        connection& on = any();
        if (on.cut) return find_out(on);
        if (on.to_receiver.dropped || on.to_sender.dropped) return cut(on);
        if (std::exchange(on.to_receiver.room_wanted, false)) {
            on.to_receiver.room_wanted |= sender_->on_room(on.number);
        }
        if (std::exchange(on.to_sender.room_wanted, false)) {
            on.to_sender.room_wanted |= receiver_->on_room(on.number);
        }
        for (std::uint64_t count = random.below(4); count > 0; --count) {
            deliver(on.to_receiver, [&](const auto& frame) { return receiver_->on_frame(frame, on.number); });
            deliver(on.to_sender, [&](const auto& frame) { return sender_->on_frame(frame, on.number); });
        }
    }
    template <class Half>
    void deliver(wire& from_wire, Half half) {
        if (from_wire.waiting.empty() || finished()) return;
        const auto next = std::move(from_wire.waiting.front());
        from_wire.waiting.pop_front();
        sent_chunks += next.header.type == protocol::upload::chunk::type;
        INFO("frame type " << next.header.type);
        REQUIRE(half(transport::incoming_frame{next.header, next.payload.bytes(), &next.payload}) ==
                error_code::none);
    }
    // Each side at its own time.
    void find_out(connection& gone) {
        if (random.below(2) == 0 && !std::exchange(gone.sender_told, true)) {
            REQUIRE(sender_->leave(gone.number));
        }
        if (random.below(2) == 0 && !receiver_done && !std::exchange(gone.receiver_told, true)) {
            REQUIRE(receiver_->leave(gone.number));
        }
        loop.run_ready();
    }
    bool finished() const { return sender_done; }
    void stop() {
        sender_->detach();
        receiver_->stop([] {});
        loop.run_ready();
    }

    tests::support::manual_loop loop;
    tests::support::manual_pool pool;
    stream::buffer_pool buffers;
    std::shared_ptr<tests::support::memory_disk> from = std::make_shared<tests::support::memory_disk>();
    std::shared_ptr<tests::support::memory_disk> to = std::make_shared<tests::support::memory_disk>();
    seeded_random random;
    std::shared_ptr<claims> claimed = claims::create();
    unlimited space;
    std::vector<std::unique_ptr<connection>> connections;
    std::map<std::string, status> outcomes;
    std::uint64_t sent_chunks = 0;
    bool sender_done = false;
    bool receiver_done = false;

  private:
    void on_outcome(const sender_outcome& what) override { outcomes[what.item.path] = what.status; }
    void on_counts(const sender_counts&) override {}
    void on_source_error(std::error_code) override { FAIL("the list"); }
    // Of the receiver first.
    void on_done(const protocol::upload::done& totals) override {
        CHECK(totals.failed == 0);
        (receiver_done ? sender_done : receiver_done) = true;
    }
    void on_offer(protocol::upload::entry_kind, std::uint64_t) override {}
    void on_outcome(const receiver_outcome&) override {}
    void on_counts(const receiver_counts&) override {}

    std::uint16_t newest_ = 0;
    std::shared_ptr<sender> sender_;
    std::shared_ptr<receiver> receiver_;
};

std::string content_of(seeded_random& random, std::size_t bytes) {
    std::string content(bytes, '\0');
    random.fill(std::as_writable_bytes(std::span{content}));
    return content;
}

}  // namespace

TEST_CASE("lanes that come and go lose nothing and repeat only what they had on the way", "[lanes]") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        INFO("seed " << seed);
        rough_transfer net(seed);
        std::map<std::string, std::string> files;
        for (std::uint64_t i = 0; i < 30 + net.random.below(200); ++i) {
            files["small" + std::to_string(i)] = content_of(net.random, net.random.below(9000));
        }
        for (int i = 0; i < 3; ++i) {
            files["large" + std::to_string(i)] =
                content_of(net.random, 300'000 + net.random.below(3'000'000));
        }
        std::int64_t mtime_ns = 1;
        for (const auto& [path, content] : files) net.from->put(path, content, ++mtime_ns);
        net.begin();
        net.loop.run_ready();
        net.join();
        for (std::size_t steps = 0; !net.finished(); ++steps) {
            REQUIRE(steps < 100'000);
            net.step();
            if (net.receiver_done) continue;
            if (net.alive() < 4 && net.random.below(40) == 0) net.join();
            connection& victim = net.any();
            if (net.alive() > 1 && !victim.cut && net.random.below(60) == 0) {
                net.cut(victim);
            }
        }
        net.stop();
        CHECK(net.outcomes.size() == files.size());
        for (const auto& [path, content] : files) {
            CHECK(net.outcomes[path] == status::stored);
            REQUIRE(net.to->find(path) != nullptr);
            CHECK(net.to->find(path)->content == net.from->find(path)->content);
        }
    }
}

TEST_CASE("a lane can only be replaced once what it carried alone is taken in", "[lanes]") {
    common::transfer::lanes lanes;
    wire first;
    wire second;
    lanes.begin(first);
    lanes.put(
        0, {.bytes = stream::slice::copy_of(protocol::frame::encode(protocol::upload::end{})), .count = 3});
    REQUIRE(lanes.add(1, second));
    SECTION("not taken") {
        CHECK_FALSE(lanes.remove(0));
    }
    SECTION("taken, and what came later is given back") {
        lanes.put(0, {.bytes = stream::slice::copy_of(protocol::frame::encode(protocol::upload::end{}))});
        CHECK(lanes.on_taken(0, 5) == error_code::unexpected);
        CHECK(lanes.on_taken(0, 3) == error_code::none);
        CHECK_FALSE(lanes.all_taken());
        const auto again = lanes.remove(0);
        REQUIRE(again);
        CHECK(again->size() == 1);
        CHECK(lanes.oldest_number() == 1);
        CHECK_FALSE(lanes.remove(1));
    }
    SECTION("a number counts once") {
        CHECK_FALSE(lanes.add(1, second));
        CHECK_FALSE(lanes.add(0, second));
        CHECK(lanes.add(7, second));
        CHECK_FALSE(lanes.add(3, second));
    }
}

TEST_CASE("number_set knows what was inserted, in few runs", "[lanes]") {
    seeded_random random(7);
    number_set set;
    std::set<std::uint32_t> plain;
    for (int i = 0; i < 5000; ++i) {
        const auto number = static_cast<std::uint32_t>(random.below(3000));
        CHECK(set.insert(number) == plain.insert(number).second);
    }
    for (std::uint32_t number = 0; number < 3000; ++number) set.insert(number);
    CHECK(set.runs() == 1);
    CHECK(set.insert(~0U));
    CHECK_FALSE(set.insert(~0U));
}
