// What is here already is copied here: a changed file, a renamed one, a duplicate.
#include "common/transfer/content_index.hpp"
#include "tests/catch.hpp"
#include "tests/common/transfer/loopback.hpp"

using namespace tests::transfer;
namespace upload = protocol::upload;
namespace limits = common::transfer::limits;
using common::transfer::content_index;
using upload::conflict_policy;

namespace {

struct copying : loopback {
    copying() {
        settings.on_conflict = conflict_policy::overwrite;
        index = content_index::create(*to);
    }
    std::size_t staged_count() const {
        std::size_t count = 0;
        for (const std::string& path : to->paths()) {
            count += path.starts_with(".sluice/") && !path.starts_with(".sluice/index-") ? 1 : 0;
        }
        return count;
    }
};

}  // namespace

TEST_CASE("of a changed large file only the changed chunks are sent") {
    copying net;
    std::string content = random_text(1, 300 * chunk + 77);
    net.from->put("large", content, 5);
    REQUIRE(net.put());
    content[7] ^= 1;
    content[200 * chunk] ^= 1;
    content.back() ^= 1;
    net.from->put("large", content, 6);
    REQUIRE(net.put());
    CHECK_FALSE(net.outcomes.at("large").error);
    CHECK((net.to->text("large") == content));
    CHECK(net.counts.sent_bytes == 2 * chunk + 77);
    CHECK(net.outcomes.at("large").status == status::stored);
    // Longer and shorter ones keep what they have in common.
    content += random_text(2, 3 * chunk);
    net.from->put("large", content, 7);
    REQUIRE(net.put());
    CHECK((net.to->text("large") == content));
    // The last chunk was shorter, so it is another one now.
    CHECK(net.counts.sent_bytes == 3 * chunk + 77);
    content.resize(100 * chunk);
    net.from->put("large", content, 8);
    REQUIRE(net.put());
    CHECK((net.to->text("large") == content));
    CHECK(net.counts.sent_bytes == 0);
    CHECK(net.staged_count() == 0);
}

TEST_CASE("a copy that was cut goes on where it was, and the old version stays until the new one is whole") {
    for (std::uint64_t frames = 1; frames < 12; frames += 2) {
        INFO(frames);
        copying net;
        const std::string old_content = random_text(1, 20 * chunk);
        std::string content = old_content;
        net.from->put("large", content, 5);
        REQUIRE(net.put());
        for (std::size_t i = 0; i < 20; i += 2) content[i * chunk] ^= 1;
        net.from->put("large", content, 6);
        net.frames_to_receiver = frames;
        if (net.put()) continue;
        CHECK((net.to->text("large") == old_content));
        net.forget_sender();
        net.frames_to_receiver = loopback::unlimited_frames;
        REQUIRE(net.put());
        CHECK_FALSE(net.outcomes.at("large").error);
        CHECK((net.to->text("large") == content));
        CHECK(net.counts.sent_bytes <= 10 * chunk);
    }
}

TEST_CASE("a renamed or duplicated file of the same owner is not sent again") {
    copying net;
    const std::string content = random_text(1, 30 * chunk + 5);
    net.from->put("one", content, 5);
    REQUIRE(net.put());
    net.from->put("two", content, 6);
    REQUIRE(net.put());
    CHECK((net.to->text("two") == content));
    CHECK(net.counts.sent_bytes == 0);
    CHECK(net.outcomes.at("two").status == status::stored);
    // Another run of the server reads what was kept.
    net.index = content_index::create(*net.to);
    net.from->put("three", content, 7);
    REQUIRE(net.put());
    CHECK(net.counts.sent_bytes == 0);
    CHECK((net.to->text("three") == content));
}

TEST_CASE("another owner's files are never looked at, nor one's own that somebody replaced") {
    copying net;
    const std::string content = random_text(1, 30 * chunk);
    net.from->put("one", content, 5);
    REQUIRE(net.put());
    net.settings.owner = "somebody else";
    net.from->put("two", content, 6);
    REQUIRE(net.put());
    CHECK(net.counts.sent_bytes == 30 * chunk);
    net.settings.owner = "owner";
    net.to->put("one", content, 50);  // the same size, but not what we stored
    REQUIRE_FALSE(net.from->remove("one"));
    REQUIRE_FALSE(net.from->remove("two"));
    net.from->put("three", content, 6);
    REQUIRE(net.put());
    CHECK(net.outcomes.at("three").status == status::stored);
    CHECK(net.counts.sent_bytes == 30 * chunk);
}

TEST_CASE("who may not read learns nothing of what is replaced") {
    copying net;
    net.settings.may_compare = false;
    net.index = nullptr;
    std::string content = random_text(1, 30 * chunk);
    net.to->put("large", content, 5);
    net.from->put("large", content, 6);
    REQUIRE(net.put());
    CHECK(net.counts.sent_bytes == 30 * chunk);
}

TEST_CASE("an index forgets the oldest, survives torn records, and stays small") {
    tests::support::memory_disk disk;
    REQUIRE_FALSE(prepare_staging(disk, durability::full));
    const auto digest_one = digest_of(std::as_bytes(std::span{std::string_view{"one"}}));
    disk.put("stored", "content", 5);
    const auto identity = common::transfer::identity_of(disk.find("stored")->info);
    const auto index = content_index::create(disk);
    index->add("owner", {.path = "stored", .size = 7, .sample = digest_one, .identity = identity});
    CHECK(index->find("owner", 7, digest_one) == "stored");
    CHECK_FALSE(index->find("owner", 8, digest_one));
    CHECK_FALSE(index->find("other", 7, digest_one));
    for (std::size_t i = 0; i < limits::index_entries_max; ++i) {
        index->add("owner", {.path = "stored", .size = 8, .sample = {}, .identity = identity});
    }
    CHECK_FALSE(index->find("owner", 7, digest_one));
    index->add("owner", {.path = "stored", .size = 7, .sample = digest_one, .identity = identity});
    std::string name;
    for (const std::string& path : disk.paths()) {
        if (path.starts_with(".sluice/index-") && disk.find(path)->info.size > 0) name = path;
    }
    CHECK(disk.find(name)->info.size <= limits::index_file_bytes_max);
    CHECK(content_index::create(disk)->find("owner", 7, digest_one) == "stored");
    disk.put(name, disk.text(name).substr(0, disk.text(name).size() - 1), 1);
    CHECK_FALSE(content_index::create(disk)->find("owner", 7, digest_one));
    CHECK(content_index::create(disk)->find("owner", 8, {}) == "stored");
}
