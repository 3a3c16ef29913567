#include "uploader-server/session/accounting_disk.hpp"

#include "protocol/wire/error_code.hpp"
#include "tests/catch.hpp"
#include "tests/support/memory_disk.hpp"
#include "uploader-server/session/root_folder.hpp"

using namespace uploader_server::session;
using tests::support::memory_disk;
using uploader_server::domain::quota;
using uploader_server::domain::usage;

namespace {

void stage(common::seam::disk& disk, std::string_view path, std::string_view content) {
    const auto made = disk.create(path, 0600);
    REQUIRE(made);
    REQUIRE_FALSE((*made)->write_at(std::as_bytes(std::span{content}), 0));
}

std::shared_ptr<memory_disk> make_root() {
    auto root = std::make_shared<memory_disk>();
    REQUIRE_FALSE(root->make_folder(".sluice", 0700));
    return root;
}

}  // namespace

TEST_CASE("files are counted for the key that puts them, also after a restart") {
    const auto root = make_root();
    quota space{{.key_files = 2}};
    accounting_disk alice(root, space, "alice");
    accounting_disk bob(root, space, "bob");
    stage(alice, ".sluice/s-1", "12345");
    REQUIRE_FALSE(alice.rename_new(".sluice/s-1", "a"));
    stage(bob, ".sluice/s-2", "123");
    REQUIRE_FALSE(bob.rename_new(".sluice/s-2", "b"));
    CHECK(space.of_key("alice").files == 1);
    CHECK(space.of_key("bob").files == 1);
    CHECK(owner_of(*root, "a", space) == "alice");

    quota again{{.key_files = 2}};
    REQUIRE_FALSE(count_used(*root, again));
    CHECK(again.of_key("alice") == usage{.bytes = 5, .files = 1});
    CHECK(again.of_key("bob") == usage{.bytes = 3, .files = 1});
    CHECK(again.total() == usage{.bytes = 8, .files = 2});
}

TEST_CASE("a file too many is refused before it has a name") {
    const auto root = make_root();
    quota space{{.files = 1}};
    accounting_disk alice(root, space, "alice");
    stage(alice, ".sluice/s-1", "1");
    stage(alice, ".sluice/s-2", "2");
    REQUIRE_FALSE(alice.rename_new(".sluice/s-1", "a"));
    CHECK(alice.rename_new(".sluice/s-2", "b") == make_error_code(protocol::error_code::quota_exceeded));
    CHECK(root->find("b") == nullptr);
    // A name that is taken costs nothing.
    quota two{{.files = 2}};
    two.count("", {.files = 1});
    accounting_disk other(root, two, "alice");
    CHECK(other.rename_new(".sluice/s-2", "a") == std::errc::file_exists);
    CHECK(two.total().files == 1);
}

TEST_CASE("a replaced file goes from whoever had it") {
    const auto root = make_root();
    quota space{{.key_bytes = 100}};
    accounting_disk alice(root, space, "alice");
    accounting_disk bob(root, space, "bob");
    REQUIRE(space.take("alice", {.bytes = 5}));
    stage(alice, ".sluice/s-1", "12345");
    REQUIRE_FALSE(alice.rename_new(".sluice/s-1", "a"));
    REQUIRE(space.take("bob", {.bytes = 3}));
    stage(bob, ".sluice/s-2", "123");
    REQUIRE_FALSE(bob.rename_over(".sluice/s-2", "a"));
    space.give_back("bob", {.bytes = 5});  // as the receiver does
    CHECK(space.of_key("alice") == usage{});
    CHECK(space.of_key("bob") == usage{.bytes = 3, .files = 1});
    CHECK(space.total() == usage{.bytes = 3, .files = 1});
}

TEST_CASE("without quotas per key nothing is labelled") {
    const auto root = make_root();
    quota space{{.bytes = 100}};
    accounting_disk alice(root, space, "alice");
    stage(alice, ".sluice/s-1", "1");
    CHECK(root->label(".sluice/s-1").error() == std::errc::no_message_available);
    CHECK_FALSE(check_labels(*root));
}
