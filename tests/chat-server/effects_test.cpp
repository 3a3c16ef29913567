// Records that change others, moderation, and who may enter: the store's part.
#include "chat-server/storage/transcript.hpp"
#include "common/trust/digest.hpp"
#include "protocol/frame/decoder.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/catch.hpp"
#include "tests/chat-server/store_fixture.hpp"
#include "tests/support/hex.hpp"

#include <fstream>
#include <sstream>

using namespace tests::chat_server;
using namespace std::chrono_literals;
using chat::moderation_action;
using chat::record_kind;
using protocol::error_code;

namespace {

struct effects_fixture : store_fixture {
    explicit effects_fixture(storage::database::options chosen = {}) : store_fixture(std::move(chosen)) {
        person(1, "ada");
        person(2, "bob");
        person(3, "cleo");
        room = join("lobby")->room.number;
        store->subscribe_notices(loop, [this](const storage::notice& each) { notices.push_back(each); });
        loop.run_ready();
    }
    storage::appended add(storage::new_record record) {
        record.id = id_of(++last_id);
        if (record.room == 0) record.room = room;
        std::optional<storage::appended> place;
        store->append(loop, record, [&](const auto& stored) { place = stored; });
        loop.run_ready();
        return place.value();
    }
    storage::appended say(std::uint32_t author, const std::string& text) {
        return add({.author = author, .text = text});
    }
    storage::appended change(std::uint32_t author, record_kind kind, std::uint64_t target_n,
                             const std::string& text = "") {
        return add({.author = author, .kind = kind, .target_n = target_n, .text = text});
    }
    error_code moderate(std::uint32_t author, moderation_action action, unsigned subject = 0,
                        const std::string& text = "") {
        storage::new_record record{.author = author, .kind = record_kind::moderation, .text = text};
        record.action = action;
        if (subject != 0) record.subject = author_of(subject);
        return add(record).error;
    }
    storage::result<storage::opened_room> enter(std::uint32_t reader, const std::string& name = "lobby",
                                                bool direct = false) {
        std::optional<storage::result<storage::opened_room>> found;
        store->open_room(loop, {.name = name, .direct = direct, .reader = reader},
                         [&](const auto& opened) { found = opened; });
        loop.run_ready();
        return found.value();
    }
    storage::room_page list(std::uint32_t who, bool own) {
        storage::room_page page;
        store->list_rooms(loop, who, own, "", [&](const auto& found) { page = found; });
        loop.run_ready();
        return page;
    }
    chat::chain_hash chain(std::uint64_t seq = 0) {
        storage::transcript_place place;
        store->transcript(loop, room, seq, [&](const auto& found) { place = found; });
        loop.run_ready();
        CHECK(place.error == error_code::none);
        return place.chain;
    }
    template <class Visitor>
    static void walk(protocol::wire::bytes_view bytes, Visitor&& visit) {
        protocol::frame::decoder frames{protocol::limits::control_payload_bytes_max};
        while (!bytes.empty()) {
            const auto step = frames.next(bytes);
            REQUIRE(step.state == protocol::frame::decoder::state::ready);
            chat::record record;
            REQUIRE(protocol::wire::decode(step.frame.payload, record) == error_code::none);
            visit(record);
            bytes = bytes.subspan(step.frame_bytes);
        }
    }

    std::uint32_t room = 0;
    std::uint64_t last_id = 0;
    std::vector<storage::notice> notices;
};

}  // namespace

TEST_CASE("an edit is by the message's author, a deletion also by an operator, and both point at a message") {
    effects_fixture at;
    at.say(2, "teh");
    CHECK(at.change(2, record_kind::edit, 1, "the").seq == 2);
    CHECK(at.change(3, record_kind::edit, 1, "mine").error == error_code::not_permitted);
    CHECK(at.change(1, record_kind::edit, 1, "owner's").error == error_code::not_permitted);
    CHECK(at.change(2, record_kind::edit, 2, "no such").error == error_code::no_such_message);
    CHECK(at.change(3, record_kind::deletion, 1).error == error_code::not_permitted);
    CHECK(at.change(1, record_kind::deletion, 1, "off topic").error == error_code::none);
    CHECK(at.change(2, record_kind::edit, 1, "again").error == error_code::no_such_message);
    CHECK(at.change(2, record_kind::reaction, 1, "+1").error == error_code::no_such_message);
}

TEST_CASE("a deletion erases the message and its edits, and leaves what proves them") {
    effects_fixture at;
    at.say(2, "secret");
    at.change(2, record_kind::edit, 1, "hidden");
    const auto before = at.chain();
    at.change(2, record_kind::deletion, 1);
    REQUIRE(at.notices.size() == 1);
    CHECK(at.notices[0].seqs == std::vector<std::uint64_t>{1, 2});
    const auto check = [&] {
        const auto page = at.read({.room = at.room});
        std::size_t seen = 0;
        effects_fixture::walk(page.block->bytes, [&](const chat::record& record) {
            CHECK(record.text.empty());
            REQUIRE(record.erased_hash.has_value() == (++seen < 3));
            if (seen == 3) return;
            const std::string text = seen == 1 ? "secret" : "hidden";
            CHECK(*record.erased_hash == common::trust::sha256(protocol::wire::as_bytes(text)));
        });
        CHECK(seen == 3);
        CHECK(at.chain(2) == before);
    };
    check();
    at.restart();
    check();
    std::ifstream file{at.options.path, std::ios::binary};
    std::stringstream bytes;
    at.store.reset();
    bytes << file.rdbuf();
    CHECK(bytes.str().find("secret") == std::string::npos);
}

TEST_CASE("a page brings what later records left of its messages") {
    effects_fixture at;
    for (int i = 1; i <= 4; ++i) at.say(1, "message " + std::to_string(i));  // seq 1 to 4
    at.change(1, record_kind::edit, 1, "first edit");                        // 5
    at.change(1, record_kind::edit, 1, "second edit");                       // 6
    at.change(2, record_kind::reaction, 1, "+1");                            // 7
    at.change(2, record_kind::reaction, 1, "tea");                           // 8
    at.change(2, record_kind::reaction, 1, "+1");                            // 9
    at.change(3, record_kind::reaction, 1, "+1");                            // 10
    at.change(3, record_kind::reaction, 1, "");                              // 11
    at.change(2, record_kind::reaction, 2, "no");                            // 12
    at.change(1, record_kind::deletion, 2);                                  // 13
    at.change(2, record_kind::reaction, 4, "later");                         // 14
    const auto seqs_of = [&](std::uint64_t position, std::uint32_t count) {
        std::vector<std::uint64_t> seqs;
        const auto page = at.read({.room = at.room,
                                   .start = chat::start_at::from_n,
                                   .position = position,
                                   .count = count,
                                   .fold = true});
        effects_fixture::walk(page.amendments, [&](const chat::record& r) { seqs.push_back(r.seq); });
        return seqs;
    };
    CHECK(seqs_of(1, 2) == std::vector<std::uint64_t>{6, 8, 9, 11, 13});
    CHECK(seqs_of(3, 1).empty());
    CHECK(seqs_of(1, 4).empty());  // the page goes on to the last record
}

TEST_CASE("operators are made by the owner, and nobody is told of by somebody who may not") {
    effects_fixture at;
    CHECK(at.moderate(2, moderation_action::mute, 3) == error_code::not_permitted);
    CHECK(at.moderate(1, moderation_action::op, 2) == error_code::none);
    CHECK(at.moderate(2, moderation_action::mute, 3, "60") == error_code::none);
    CHECK(at.say(3, "hm").error == error_code::not_permitted);
    at.restart();
    CHECK(at.say(3, "hm").error == error_code::not_permitted);
    at.loop.advance(61s);
    CHECK(at.say(3, "ah").error == error_code::none);
    CHECK(at.moderate(2, moderation_action::ban, 1) == error_code::not_permitted);
    CHECK(at.moderate(2, moderation_action::kick, 9) == error_code::not_permitted);
    CHECK(at.add({.author = 3, .kind = record_kind::topic, .text = "t"}).error == error_code::not_permitted);
    CHECK(at.add({.author = 2, .kind = record_kind::topic, .text = "tea"}).error == error_code::none);
    at.restart();
    CHECK(at.enter(3)->room.topic == "tea");
    CHECK(at.enter(2)->member_flags == chat::member_flags::op);
    CHECK(at.enter(1)->member_flags == chat::member_flags::owner);
}

TEST_CASE("a ban keeps a key out until it is lifted, also after a restart") {
    effects_fixture at;
    CHECK(at.moderate(1, moderation_action::ban, 2, "spam") == error_code::none);
    REQUIRE(at.notices.size() == 1);
    CHECK(at.notices[0].subject == author_of(2));
    CHECK(at.notices[0].text == "spam");
    at.restart();
    CHECK(at.enter(2).error() == error_code::banned);
    CHECK(at.say(2, "still here?").error == error_code::no_such_room);
    CHECK(at.moderate(1, moderation_action::unban, 2) == error_code::none);
    CHECK(at.enter(2));
}

TEST_CASE("a private room is there for who is invited, and for nobody else") {
    effects_fixture at;
    at.say(2, "I read this");
    at.store->move_cursor(2, at.room, {.delivered_seq = 1, .read_seq = 1});
    CHECK(at.moderate(1, moderation_action::make_private) == error_code::none);
    CHECK(at.enter(2));
    CHECK(at.enter(3).error() == error_code::no_such_room);
    CHECK(at.list(3, false).rooms.empty());
    CHECK(at.list(2, false).rooms.size() == 1);
    CHECK(at.moderate(1, moderation_action::invite, 3) == error_code::none);
    CHECK(at.list(3, true).rooms.size() == 1);
    CHECK(at.enter(3));
    CHECK(at.moderate(1, moderation_action::uninvite, 2) == error_code::none);
    CHECK(at.enter(2).error() == error_code::no_such_room);
    at.restart();
    CHECK(at.enter(3));
    CHECK(at.enter(2).error() == error_code::no_such_room);
    at.person(2, "bob", true);
    CHECK(at.enter(2)->member_flags == chat::member_flags::admin);
}

TEST_CASE("a direct room belongs to two people and is named after the other one") {
    effects_fixture at;
    const auto opened = at.enter(1, "Bob", true);
    REQUIRE(opened);
    CHECK(opened->shown_name == "@bob");
    CHECK((opened->room.flags & chat::room_flags::direct) != 0);
    CHECK(at.enter(2, "ada", true)->room.number == opened->room.number);
    CHECK(at.enter(1, "nobody", true).error() == error_code::no_such_room);
    CHECK(at.enter(1, "ada", true).error() == error_code::no_such_room);
    CHECK(at.list(2, true).rooms.empty());
    CHECK(at.add({.author = 1, .room = opened->room.number, .text = "psst"}).seq == 1);
    CHECK(at.add({.author = 3, .room = opened->room.number, .text = "hm"}).error == error_code::no_such_room);
    REQUIRE(at.notices.size() == 1);
    CHECK(at.notices[0].subject == author_of(2));
    CHECK(at.notices[0].room_name == "@ada");
    const auto own = at.list(2, true);
    REQUIRE(own.rooms.size() == 1);
    CHECK(own.rooms[0].shown_name == "@ada");
    CHECK(own.rooms[0].room.last_n - own.rooms[0].read_n == 1);
    CHECK(at.list(3, false).rooms.size() == 1);  // the lobby only
}

TEST_CASE("slow mode spaces the messages of one person, but not an operator's") {
    effects_fixture at;
    CHECK(at.moderate(1, moderation_action::slow, 0, "10") == error_code::none);
    CHECK(at.say(2, "one").error == error_code::none);
    at.loop.advance(4s);
    const auto late = at.say(2, "two");
    CHECK(late.error == error_code::rate_limited);
    CHECK(late.retry_after_ms == 6000);
    CHECK(at.say(3, "another one").error == error_code::none);
    CHECK(at.say(1, "a").error == error_code::none);
    CHECK(at.say(1, "b").error == error_code::none);
    at.loop.advance(6s);
    CHECK(at.say(2, "two").error == error_code::none);
}

TEST_CASE("what was stored is answered as stored, also when it would be refused by now") {
    effects_fixture at;
    at.say(2, "mine");
    storage::new_record deletion{.author = 2, .room = at.room, .kind = record_kind::deletion, .target_n = 1};
    deletion.id = id_of(77);
    for (const bool repeated : {false, true}) {
        std::optional<storage::appended> place;
        at.store->append(at.loop, deletion, [&](const auto& stored) { place = stored; });
        at.loop.run_ready();
        CHECK(place->seq == 2);
        CHECK(place->repeated == repeated);
    }
}

TEST_CASE("a failed transaction leaves no effect behind") {
    effects_fixture at;
    at.say(2, "mine");
    at.store.reset();
    at.options.pages_max = 1;
    at.start();
    at.disk.pool().hold();
    std::vector<error_code> answers;
    // The first one begins a transaction, what comes meanwhile is the next.
    at.store->move_cursor(1, at.room, {.delivered_seq = 1});
    at.store->append(at.loop, store_fixture::record(1, at.room, 49, "x"), [](const auto&) {});
    at.loop.run_ready();
    storage::new_record ban{.author = 1, .room = at.room, .kind = record_kind::moderation};
    ban.id = id_of(50);
    ban.action = moderation_action::ban;
    ban.subject = author_of(2);
    at.store->append(at.loop, ban, [&](const auto& place) { answers.push_back(place.error); });
    at.store->append(at.loop, store_fixture::record(1, at.room, 51, std::string(40'000, 'x')),
                     [&](const auto& place) { answers.push_back(place.error); });
    at.disk.pool().resume();
    at.loop.run_ready();
    CHECK(answers == std::vector<error_code>{error_code::no_space, error_code::no_space});
    CHECK(at.enter(2));
}

TEST_CASE("the running hash is the spec's, wherever it is asked for") {
    chat::record record;
    record.room = 7;
    record.seq = record.n = 1;
    for (unsigned i = 0; i < 16; ++i) {
        record.id[i] = std::byte(i);
        record.author[i] = std::byte(0x80 + i);
    }
    record.sent_at_ms = 1000;
    record.stored_at_ms = 1001;
    record.nick = "ada";
    record.text = "hi";
    const auto first = storage::next_chain({}, record);
    record.seq = 2;
    record.kind = record_kind::moderation;
    for (unsigned i = 0; i < 16; ++i) record.id[i] = std::byte(0x10 + i);
    record.sent_at_ms = 2000;
    record.stored_at_ms = 2001;
    record.text = "60";
    record.action = moderation_action::mute;
    record.subject.emplace();
    for (unsigned i = 0; i < 16; ++i) (*record.subject)[i] = std::byte(0xa0 + i);
    const auto second = storage::next_chain(first, record);
    std::ifstream file{SLUICE_SOURCE_DIR "/protocol/SPEC.md"};
    std::stringstream spec;
    spec << file.rdbuf();
    CHECK(spec.str().find("chain: " + tests::support::to_hex(first)) != std::string::npos);
    CHECK(spec.str().find("chain: " + tests::support::to_hex(second)) != std::string::npos);

    effects_fixture at;
    chat::chain_hash expected{};
    std::vector<chat::chain_hash> all{expected};
    for (int i = 1; i <= 150; ++i) at.say(1 + i % 3, "message " + std::to_string(i));
    effects_fixture::walk(at.read({.room = at.room}).block->bytes, [&](const chat::record& each) {
        all.push_back(storage::next_chain(all.back(), each));
    });
    REQUIRE(all.size() == 151);
    for (const bool again : {false, true}) {
        for (const std::uint64_t seq : {1, 63, 64, 65, 127, 128, 149, 150}) {
            CAPTURE(seq, again);
            CHECK(at.chain(seq) == all[seq]);
        }
        CHECK(at.chain() == all[150]);
        at.restart();
    }
    at.say(1, "one more");
    CHECK(at.enter(2)->chain == at.chain());
}

TEST_CASE(
    "retention may take all of a room, a room may keep less than its server, and late repeats are known") {
    storage::database::options options;
    options.keep.age_max_ms = 60'000;
    effects_fixture at{options};
    const auto first_id = at.last_id + 1;
    for (int i = 1; i <= 10; ++i) at.say(2, "x");
    CHECK(at.moderate(1, moderation_action::retention, 0, "4") == error_code::none);
    const auto chain_of_7 = at.chain(7);
    at.loop.advance(2s);
    const auto page = at.read({.room = at.room, .position = 2});
    CHECK(page.from_seq == 3);
    CHECK(page.gone_n == 7);
    CHECK(page.gone_chain == chain_of_7);
    const auto head = at.chain();
    at.loop.advance(61s);
    at.restart();
    const auto opened = at.enter(2);
    CHECK(opened->room.first_seq == 12);
    CHECK(opened->room.last_seq == 11);
    CHECK(opened->room.last_n == 10);
    CHECK(opened->chain == head);
    CHECK(at.change(2, record_kind::edit, 3, "gone").error == error_code::no_such_message);
    const auto late = at.post(2, at.room, first_id, "x");
    CHECK(late.repeated);
    CHECK(late.seq == 1);
    CHECK(at.say(2, "new").seq == 12);
}

TEST_CASE("a clock that is set does not make a late repeat a new record") {
    storage::database::options options;
    options.keep.records_max = 4;
    effects_fixture at{options};
    const auto first_id = at.last_id + 1;
    for (int i = 1; i <= 4; ++i) at.say(2, "x");
    // Years between a record and its removal, and again between that and the repeat.
    for (int round = 0; round < 2; ++round) {
        at.loop.set_wall_clock(24h * 365);
        for (int i = 1; i <= 4; ++i) at.say(2, "y");
        at.loop.advance(2s);
    }
    const auto late = at.post(2, at.room, first_id, "x");
    CHECK(late.repeated);
    CHECK(late.seq == 1);
}
