#include "tests/catch.hpp"
#include "tests/common/transfer/loopback.hpp"

#include <set>

using namespace tests::transfer;
namespace upload = protocol::upload;
namespace limits = common::transfer::limits;

namespace {

void check_same(const loopback& net) {
    for (const std::string& path : net.from->paths()) {
        INFO(path);
        REQUIRE(net.to->find(path) != nullptr);
        CHECK(net.to->find(path)->content == net.from->find(path)->content);
        if (net.from->find(path)->info.kind == common::seam::file_kind::regular) {
            CHECK(net.to->find(path)->info.mtime_ns == net.from->find(path)->info.mtime_ns);
        }
    }
}

// Whatever stands under a final name is complete.
void check_nothing_partial(const loopback& net) {
    for (const std::string& path : net.to->paths()) {
        if (path.starts_with(".sluice")) continue;
        INFO(path);
        REQUIRE(net.from->find(path) != nullptr);
        CHECK(net.to->find(path)->content == net.from->find(path)->content);
    }
}

std::size_t staged_count(const loopback& net) {
    std::size_t count = 0;
    for (const std::string& path : net.to->paths()) count += path.starts_with(".sluice/") ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE("a tree of small and large files arrives bit-identical, with modes and times") {
    loopback net;
    net.from->put("a.txt", "hello", 11);
    net.from->put("empty", "", 12);
    net.from->put("deep/er/still/b", random_text(1, 60000), 13);
    net.from->put("large", random_text(2, 3 * chunk + 17), 14);
    net.from->put("exact", random_text(3, 2 * chunk), 15);
    REQUIRE(net.put());
    CHECK(net.breach == error_code::none);
    check_same(net);
    CHECK(net.done->stored == 11);
    CHECK(net.done->failed == 0);
    CHECK(net.outcomes.at("large").status == status::stored);
    CHECK(net.counts.sent_bytes == 5 + 60000 + 5 * chunk + 17);
    CHECK(net.counts.durable_bytes == net.counts.sent_bytes);
    CHECK(staged_count(net) == 0);
}

TEST_CASE("small files take no frame of their own in return and no round trip") {
    loopback net;
    for (int i = 0; i < 1000; ++i) net.from->put("d/" + std::to_string(i), random_text(7, 4096), 5);
    REQUIRE(net.put());
    check_same(net);
    CHECK(net.frames_sent[upload::offer::type] == 1002);
    CHECK(net.frames_answered[upload::stored::type] < 20);
    CHECK(net.to->syncs() < 60);
}

TEST_CASE("what is there already with the same size and time is skipped, whatever the policy") {
    for (const auto policy : {upload::conflict_policy::fail, upload::conflict_policy::rename,
                              upload::conflict_policy::overwrite}) {
        loopback net;
        net.settings.on_conflict = policy;
        net.from->put("small", "abc", 5);
        net.from->put("large", random_text(2, 2 * chunk), 6);
        REQUIRE(net.put());
        REQUIRE(net.put());
        CHECK(net.outcomes.at("small").status == status::skipped);
        CHECK(net.outcomes.at("large").status == status::skipped);
        CHECK(net.done->skipped == 2);
        CHECK(staged_count(net) == 0);
        check_same(net);
    }
}

TEST_CASE("a taken name is answered as the policy says") {
    const std::string large = random_text(2, 2 * chunk);
    const struct {
        upload::conflict_policy policy;
        status expected;
        std::string small_now, small_renamed, large_renamed;
    } rows[] = {
        {upload::conflict_policy::fail, status::failed, "old", "(missing)", "(missing)"},
        {upload::conflict_policy::rename, status::stored, "old", "new text", large},
        {upload::conflict_policy::overwrite, status::stored, "new text", "(missing)", "(missing)"},
    };
    for (const auto& row : rows) {
        loopback net;
        net.settings.on_conflict = row.policy;
        net.to->put("d/s.txt", "old", 1);
        net.to->put("d/l", "old", 1);
        net.from->put("d/s.txt", "new text", 2);
        net.from->put("d/l", large, 2);
        REQUIRE(net.put());
        CHECK(net.outcomes.at("d/s.txt").status == row.expected);
        CHECK(net.outcomes.at("d/l").status == row.expected);
        CHECK(net.to->text("d/s.txt") == row.small_now);
        CHECK(net.to->text("d/s (1).txt") == row.small_renamed);
        CHECK((net.to->text("d/l (1)") == row.large_renamed));
        if (row.expected == status::failed) {
            CHECK(net.outcomes.at("d/s.txt").error == error_code::already_exists);
        }
        if (row.policy == upload::conflict_policy::rename) CHECK(net.outcomes.at("d/l").path == "d/l (1)");
    }
}

TEST_CASE("a folder or a link is never replaced by a file") {
    loopback net;
    net.settings.on_conflict = upload::conflict_policy::overwrite;
    net.to->put("x/inside", "kept", 1);
    REQUIRE_FALSE(net.to->make_link("elsewhere", "y"));
    net.from->put("x", "file", 2);
    net.from->put("y", "file", 2);
    REQUIRE(net.put());
    CHECK(net.outcomes.at("x").error == error_code::already_exists);
    CHECK(net.outcomes.at("y").error == error_code::already_exists);
    CHECK(net.to->text("x/inside") == "kept");
}

TEST_CASE("names that lead elsewhere are refused one by one and nothing is made") {
    loopback net;
    net.from->put("fine", "1", 1);
    net.from->put("..", "2", 1);
    net.from->put("a:b", "3", 1);
    net.from->put("CON", "4", 1);
    REQUIRE(net.put());
    CHECK(net.outcomes.at("..").error == error_code::bad_name);
    CHECK(net.outcomes.at("a:b").error == error_code::bad_name);
    CHECK(net.outcomes.at("CON").error == error_code::bad_name);
    CHECK(net.to->paths() == std::vector<std::string>{".sluice", "fine"});
}

TEST_CASE("a cut transfer goes on where the disk left off, without reading or sending that again") {
    loopback net;
    net.from->put("large", random_text(2, 20 * chunk), 14);
    net.frames_to_receiver = 12;  // Offer, End and ten chunks
    REQUIRE_FALSE(net.put());
    CHECK(net.to->find("large") == nullptr);
    net.frames_to_receiver = loopback::unlimited_frames;
    net.forget_sender();
    const auto reads_before = net.from->operations();
    REQUIRE(net.put());
    check_same(net);
    CHECK(net.outcomes.at("large").status == status::resumed);
    CHECK(net.counts.sent_bytes == 10 * chunk);
    CHECK(net.counts.resumed_bytes == 10 * chunk);
    CHECK(net.from->operations() - reads_before < 10 + 10);
    CHECK(staged_count(net) == 0);
}

TEST_CASE("of a source that changed meanwhile only the changed chunks are sent again") {
    loopback net;
    std::string content = random_text(2, 20 * chunk);
    net.from->put("large", content, 14);
    net.frames_to_receiver = 17;  // Offer, End and fifteen chunks
    REQUIRE_FALSE(net.put());
    content[3 * chunk + 5] = static_cast<char>(content[3 * chunk + 5] + 1);
    net.from->put("large", content, 15);
    net.frames_to_receiver = loopback::unlimited_frames;
    net.forget_sender();
    REQUIRE(net.put());
    check_same(net);
    CHECK(net.counts.sent_bytes == 6 * chunk);
}

TEST_CASE("after two interruptions what is there of an older version is still compared") {
    loopback net;
    std::string content = random_text(2, 20 * chunk);
    net.from->put("large", content, 14);
    net.frames_to_receiver = 17;
    REQUIRE_FALSE(net.put());
    net.forget_sender();
    content[3 * chunk + 5] = static_cast<char>(content[3 * chunk + 5] + 1);
    net.from->put("large", content, 15);
    net.frames_to_receiver = 1;  // the offer alone
    REQUIRE_FALSE(net.put());
    net.forget_sender();
    net.frames_to_receiver = loopback::unlimited_frames;
    REQUIRE(net.put());
    CHECK((net.to->text("large") == content));
}

TEST_CASE("a source that grew or shrank meanwhile keeps the chunks both versions share") {
    for (const std::size_t size : {7 * chunk + 100, 30 * chunk + 3}) {
        loopback net;
        const std::string content = random_text(2, 40 * chunk);
        net.from->put("large", content.substr(0, 20 * chunk + 9), 14);
        net.frames_to_receiver = 21;
        REQUIRE_FALSE(net.put());
        net.from->put("large", content.substr(0, size), 15);
        net.frames_to_receiver = loopback::unlimited_frames;
        net.forget_sender();
        REQUIRE(net.put());
        check_same(net);
        CHECK(net.counts.sent_bytes == size - std::min<std::size_t>(size / chunk, 19) * chunk);
    }
}

TEST_CASE("a connection cut at any frame in either direction loses nothing and breaks nothing") {
    for (std::uint64_t cut = 0; cut < 34; ++cut) {
        for (const bool reconnect : {true, false}) {
            for (const bool outbound : {true, false}) {
                INFO("cut " << cut << (reconnect ? " reconnect" : " new run")
                            << (outbound ? " out" : " back"));
                loopback net{cut};
                net.from->put("a/small", "hello", 11);
                net.from->put("large", random_text(2, 9 * chunk + 17), 14);
                net.from->put("second", random_text(3, 2 * chunk), 15);
                (outbound ? net.frames_to_receiver : net.frames_to_sender) = cut;
                const bool whole = net.put();
                check_nothing_partial(net);
                if (!whole) {
                    if (!reconnect) net.forget_sender();
                    net.frames_to_receiver = net.frames_to_sender = loopback::unlimited_frames;
                    REQUIRE(net.put());
                }
                CHECK(net.breach == error_code::none);
                CHECK(net.done->failed == 0);
                check_same(net);
                CHECK(staged_count(net) == 0);
            }
        }
    }
}

TEST_CASE("after each failing disk operation nothing partial is visible and the next run completes") {
    for (const auto why : {std::errc::io_error, std::errc::no_space_on_device}) {
        for (const bool forever : {false, true}) {
            std::uint64_t failures = 0;
            for (std::uint64_t n = 0;; ++n) {
                INFO("operation " << n << (forever ? " and all after it" : ""));
                loopback net{n};
                net.from->put("a/small", "hello", 11);
                net.from->put("b/large", random_text(2, 3 * chunk + 17), 14);
                if (forever) {
                    net.to->fail_from(n, why);
                } else {
                    net.to->fail_at(n, why);
                }
                const auto before = net.to->operations();
                REQUIRE(net.put());
                const bool reached = net.to->operations() - before > n;
                net.to->heal();
                check_nothing_partial(net);
                for (const auto& [path, each] : net.outcomes) {
                    if (each.status != status::failed) CHECK(net.to->find(path) != nullptr);
                }
                failures += net.done->failed;
                REQUIRE(net.put());
                CHECK(net.done->failed == 0);
                check_same(net);
                if (!reached) break;
            }
            CHECK(failures > 5);
        }
    }
}

TEST_CASE("bytes that wait for the disk are bounded") {
    loopback net;
    net.from->put("large", random_text(2, 100 * chunk), 14);
    REQUIRE(net.put());
    check_same(net);
    CHECK(net.waiting_peak <= limits::inbound_high_bytes + limits::chunk_bytes_max);
}

TEST_CASE("a stream of unknown length arrives whole") {
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{5}, std::size_t{1024 * 1024}, 11 * chunk + 3}) {
        INFO(size);
        loopback net;
        net.from->put("hidden", random_text(4, size), 1);
        class one_stream final : public outgoing_source {
          public:
            explicit one_stream(std::shared_ptr<common::seam::file> from) : from_(std::move(from)) {}
            common::seam::result<std::vector<outgoing>> next(std::size_t) override {
                std::vector<outgoing> items;
                if (from_) {
                    items.emplace_back();
                    items.back().path = "piped";
                    items.back().size = upload::size_unknown;
                    items.back().stream = std::exchange(from_, nullptr);
                }
                return items;
            }

          private:
            std::shared_ptr<common::seam::file> from_;
        };
        auto opened = net.from->open_read("hidden");
        REQUIRE(opened);
        net.source = std::make_shared<one_stream>(*std::move(opened));
        REQUIRE(net.put());
        CHECK(net.outcomes.at("piped").status == status::stored);
        CHECK((net.to->text("piped") == net.from->text("hidden")));
    }
}

TEST_CASE("a full quota fails the file and not the transfer") {
    class small_space final : public allowance {
      public:
        std::error_code take(std::uint64_t bytes) override {
            if (bytes > left) return make_error_code(error_code::quota_exceeded);
            left -= bytes;
            return {};
        }
        void give_back(std::uint64_t bytes) override { left += bytes; }
        std::uint64_t left = 2 * chunk;
    } space;
    loopback net;
    net.from->put("fits", "1234", 1);
    net.from->put("large", random_text(1, 3 * chunk), 2);
    queue_channel out;
    struct silent final : receiver_events {
        void on_offer(upload::entry_kind, std::uint64_t) override {}
        void on_outcome(const receiver_outcome& what) override {
            if (what.outcome.status == status::failed) failed.insert(std::string{what.path});
        }
        void on_counts(const receiver_counts&) override {}
        void on_done(const upload::done&) override {}
        std::set<std::string> failed;
    } events;
    const auto half = receiver::create({net.loop, net.pool, *net.to, net.random, *net.claimed, space},
                                       net.settings, out, events);
    const auto give = [&](const auto& message) {
        const auto bytes = protocol::frame::encode(message);
        protocol::frame::decoder decoder{protocol::limits::data_payload_bytes_max};
        const auto step = decoder.next(bytes);
        return half->on_frame({step.frame.header, step.frame.payload, nullptr});
    };
    CHECK(give(upload::offer{.file_no = 0, .size = 3 * chunk, .chunk_bytes = chunk, .path = "large"}) ==
          error_code::none);
    CHECK(events.failed == std::set<std::string>{"large"});
    CHECK(space.left == 2 * chunk);
    const std::string text = "1234";
    CHECK(give(upload::offer{.file_no = 1,
                             .size = 4,
                             .digest = digest_of(protocol::wire::as_bytes(text)),
                             .path = "fits",
                             .content = protocol::wire::as_bytes(text)}) == error_code::none);
    net.loop.run_ready();
    CHECK(net.to->text("fits") == "1234");
    CHECK(space.left == 2 * chunk - 4);
    half->stop([] {});
    net.loop.run_ready();
}
