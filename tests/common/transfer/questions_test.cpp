#include "tests/catch.hpp"
#include "tests/common/transfer/loopback.hpp"

using namespace tests::transfer;
namespace upload = protocol::upload;
namespace limits = common::transfer::limits;
using upload::conflict_policy;
using upload::verdict;

namespace {

struct asking : loopback {
    asking() { opened.fresh = false; }
    std::uint64_t offers_sent() { return frames_sent[upload::offer::type]; }
};

}  // namespace

TEST_CASE("an unchanged tree costs a frame for hundreds of files, and no content") {
    asking net;
    for (int i = 0; i < 3000; ++i) {
        net.from->put("d" + std::to_string(i % 7) + "/" + std::to_string(i), std::string(4096, 'x'), 5);
    }
    net.from->put("large", std::string(600'000, 'y'), 6);
    REQUIRE(net.put());
    CHECK(net.counts.sent_bytes == 3000 * 4096 + 600'000);
    REQUIRE(net.put());
    CHECK(net.offers_sent() == 0);
    CHECK(net.frames_sent[upload::ask::type] < 16);
    CHECK(net.frames_answered[upload::checked::type] == net.frames_sent[upload::ask::type]);
    CHECK(net.frames_answered[upload::stored::type] == 0);
    CHECK(net.done->skipped == 3015);
    CHECK(net.counts.sent_bytes == 0);
    CHECK(net.counts.files_done == 3001);
    CHECK(net.counts.durable_bytes == net.counts.found_bytes);
    CHECK(net.receiver_counted.skipped_bytes == net.counts.found_bytes);
    CHECK(net.outcomes.at("large").verdict == verdict::same);
}

TEST_CASE("only what changed is offered") {
    asking net;
    for (int i = 0; i < 1000; ++i) net.from->put(std::to_string(i), "content", 5);
    REQUIRE(net.put());
    net.settings.on_conflict = conflict_policy::overwrite;
    net.from->put("7", "changed", 6);
    net.from->put("new", "one more", 6);
    net.from->put("large", std::string(600'000, 'y'), 6);
    REQUIRE(net.put());
    CHECK(net.offers_sent() == 3);
    CHECK(net.to->text("7") == "changed");
    CHECK(net.to->text("new") == "one more");
    CHECK(net.outcomes.at("7").verdict == verdict::replace);
    CHECK(net.outcomes.at("new").verdict == verdict::send);
    CHECK(net.done->stored == 3);
    CHECK(net.done->skipped == 999);
}

TEST_CASE("the verdict on a taken name follows the policy, before content travels") {
    const struct {
        conflict_policy policy;
        std::int64_t our_time;
        verdict expected;
        status outcome;
        std::string now;
    } rows[] = {
        {conflict_policy::fail, 20, verdict::conflict, status::failed, "theirs"},
        {conflict_policy::rename, 20, verdict::rename, status::stored, "theirs"},
        {conflict_policy::overwrite, 5, verdict::replace, status::stored, "ours"},
        {conflict_policy::skip, 20, verdict::passed, status::skipped, "theirs"},
        {conflict_policy::newer, 20, verdict::replace, status::stored, "ours"},
        {conflict_policy::newer, 5, verdict::passed, status::skipped, "theirs"},
    };
    for (const bool fresh : {false, true}) {
        for (const auto& row : rows) {
            INFO(static_cast<int>(row.policy) << " " << row.our_time << " " << fresh);
            loopback net;
            net.opened.fresh = fresh;
            net.settings.on_conflict = row.policy;
            net.to->put("a", "theirs", 10);
            net.to->put("large", "theirs", 10);
            net.from->put("a", "ours", row.our_time);
            net.from->put("large", std::string(100'000, 'l'), row.our_time);
            REQUIRE(net.put());
            CHECK(net.to->text("a") == row.now);
            CHECK((net.to->text("large") == "theirs") == (row.now == "theirs"));
            for (const char* name : {"a", "large"}) {
                CHECK(net.outcomes.at(name).status == row.outcome);
                if (!fresh) CHECK(net.outcomes.at(name).verdict == row.expected);
                if (row.outcome == status::failed) {
                    CHECK(net.outcomes.at(name).error == error_code::already_exists);
                }
            }
            if (row.outcome != status::stored) CHECK((fresh || net.counts.sent_bytes == 0));
        }
    }
}

TEST_CASE("with checksums the contents decide, not the times") {
    asking net;
    net.sending.checksum = true;
    net.settings.checksum = true;
    net.settings.on_conflict = conflict_policy::overwrite;
    const std::string large(3 * 256 * 1024 + 5, 'l');
    net.from->put("same", "content", 2);
    net.to->put("same", "content", 1);
    net.from->put("same-large", large, 2);
    net.to->put("same-large", large, 1);
    net.from->put("other", "content", 1);
    net.to->put("other", "c0ntent", 1);
    net.from->put("empty", "", 2);
    net.to->put("empty", "", 1);
    REQUIRE(net.put());
    CHECK(net.outcomes.at("same").verdict == verdict::same);
    CHECK(net.outcomes.at("same-large").verdict == verdict::same);
    CHECK(net.outcomes.at("empty").verdict == verdict::same);
    CHECK(net.outcomes.at("other").verdict == verdict::replace);
    CHECK(net.to->text("other") == "content");
    CHECK(net.counts.sent_bytes == 7);
}

TEST_CASE("a dry run says what would become of everything and changes nothing") {
    asking net;
    net.opened.fresh = true;  // even then
    net.sending.dry_run = true;
    net.settings.dry_run = true;
    net.from->put("same", "x", 1);
    net.to->put("same", "x", 1);
    net.from->put("taken", "x", 1);
    net.to->put("taken", "y", 2);
    net.from->put("d/new", "x", 1);
    net.from->put("a:b", "x", 1);
    const auto before = net.to->paths();
    REQUIRE(net.put());
    CHECK(net.outcomes.at("same").verdict == verdict::same);
    CHECK(net.outcomes.at("taken").verdict == verdict::conflict);
    CHECK(net.outcomes.at("d/new").verdict == verdict::send);
    CHECK(net.outcomes.at("d/new").status == status::stored);
    CHECK(net.outcomes.at("a:b").error == error_code::bad_name);
    CHECK(net.to->paths() == before);
    CHECK(net.counts.sent_bytes == 0);
}

TEST_CASE("questions that were not answered when the connection broke are asked again") {
    for (std::uint64_t frames = 0; frames < 8; ++frames) {
        INFO(frames);
        asking net;
        for (int i = 0; i < 1200; ++i) net.from->put(std::to_string(i), "content", 5);
        for (int i = 0; i < 600; ++i) net.to->put(std::to_string(i), "content", 5);
        net.frames_to_sender = frames;
        if (!net.put()) {
            net.frames_to_sender = loopback::unlimited_frames;
            REQUIRE(net.put());
        }
        CHECK(net.outcomes.size() == 1200);
        for (int i = 0; i < 1200; ++i) CHECK(net.to->text(std::to_string(i)) == "content");
    }
}

TEST_CASE(
    "a question beyond what may be under way breaks the protocol, and so does an answer nobody asked for") {
    loopback net;
    queue_channel out;
    silent_events silent;
    const auto half = receiver::create({net.loop, net.pool, *net.to, net.random, *net.claimed, net.space},
                                       net.settings, out, silent);
    const auto tell = [&](const auto& message) {
        const auto bytes = protocol::frame::encode(message);
        protocol::frame::decoder decoder{protocol::limits::data_payload_bytes_max};
        const auto step = decoder.next(bytes);
        return half->on_frame({step.frame.header, step.frame.payload, nullptr});
    };
    upload::ask empty{.first_file_no = 1, .entries = {}};
    CHECK(tell(empty) == error_code::unexpected);
    upload::ask two{.first_file_no = 1, .entries = {}};
    two.entries.resize(2);
    two.entries[0].path = "a";
    two.entries[1].path = "../b";
    CHECK(tell(two) == error_code::none);
    CHECK(tell(two) == error_code::unexpected);
    CHECK(tell(upload::checked{.first_file_no = 1, .verdicts = {}}) == error_code::unexpected);
    bool stopped = false;
    half->stop([&] { stopped = true; });
    net.loop.run_ready();
    CHECK(stopped);
}
