// What a tree is: links, folders with their times and modes, holes, folders of any size.
#include "tests/catch.hpp"
#include "tests/common/transfer/loopback.hpp"

using namespace tests::transfer;
namespace upload = protocol::upload;
namespace limits = common::transfer::limits;
namespace seam = common::seam;
using upload::entry_kind;
using upload::verdict;

namespace {

struct tree : loopback {
    explicit tree(bool links = true) {
        source = std::make_shared<tree_scan>(from, "", "", tree_scan::options{.links = links});
    }
    // The same source again, for another run.
    bool put_again() {
        source = std::make_shared<tree_scan>(from, "", "", tree_scan::options{.links = true});
        return put();
    }
};

std::vector<std::string> all_paths(tree_scan& scan, std::size_t at_once) {
    std::vector<std::string> found;
    for (;;) {
        const auto some = scan.next(at_once);
        REQUIRE(some);
        if (some->empty()) return found;
        CHECK(some->size() <= at_once + 1);
        for (const outgoing& each : *some) {
            found.push_back((each.kind == entry_kind::folder_end ? "end of " : "") + each.path);
        }
    }
}

}  // namespace

TEST_CASE("a tree is listed parents first, and each folder once more behind what is in it") {
    tree net;
    net.from->put("b/x", "1", 1);
    net.from->put("b/c/y", "2", 1);
    net.from->put("a", "3", 1);
    for (const std::size_t at_once : {std::size_t{1}, std::size_t{3}, std::size_t{512}}) {
        tree_scan scan(net.from, "", "");
        CHECK(all_paths(scan, at_once) ==
              std::vector<std::string>{"a", "b", "b/c", "b/c/y", "end of b/c", "b/x", "end of b"});
    }
    tree_scan renamed(net.from, "b", "other");
    CHECK(all_paths(renamed, 512) == std::vector<std::string>{"other", "other/c", "other/c/y",
                                                              "end of other/c", "other/x", "end of other"});
}

TEST_CASE("folders that are deeper than may be open at once are listed as well") {
    loopback net;
    std::string path;
    for (std::size_t i = 0; i < limits::open_folders_max + 20; ++i) path += "d/";
    net.from->put(path + "deep", "1", 1);
    net.from->put("d/e", "2", 1);
    REQUIRE(net.put());
    CHECK(net.to->text(path + "deep") == "1");
    CHECK(net.to->text("d/e") == "2");
}

TEST_CASE("folders get their modes and times when everything in them is there") {
    for (const bool fresh : {true, false}) {
        tree net;
        net.opened.fresh = fresh;
        net.from->put("d/sub/file", "1", 1);
        net.from->put("d/sub/large", std::string(300'000, 'x'), 1);
        REQUIRE_FALSE(net.from->make_folder("d/empty", 0700));
        REQUIRE_FALSE(net.from->set_attributes("d/sub", 0751, 77));
        REQUIRE_FALSE(net.from->set_attributes("d/empty", 0700, 78));
        REQUIRE(net.put());
        CHECK(net.to->find("d/sub")->info.mode == 0751);
        CHECK(net.to->find("d/sub")->info.mtime_ns == 77);
        CHECK(net.to->find("d/empty")->info.mode == 0700);
        CHECK(net.to->find("d/empty")->info.mtime_ns == 78);
        net.opened.fresh = false;
        REQUIRE(net.put_again());
        CHECK(net.frames_sent[upload::offer::type] == 0);
        REQUIRE_FALSE(net.from->set_attributes("d/sub", 0711, 79));
        REQUIRE(net.put_again());
        CHECK(net.frames_sent[upload::offer::type] == 1);
        CHECK(net.to->find("d/sub")->info.mode == 0711);
        CHECK(net.to->find("d/sub")->info.mtime_ns == 79);
    }
}

TEST_CASE("links travel as links, are never followed, and only when they stay inside") {
    for (const bool fresh : {true, false}) {
        tree net;
        net.opened.fresh = fresh;
        net.from->put("d/file", "1", 1);
        REQUIRE_FALSE(net.from->make_link("d/file", "inside"));
        REQUIRE_FALSE(net.from->make_link("../file", "d/up"));
        REQUIRE_FALSE(net.from->make_link("nowhere", "dangling"));
        REQUIRE_FALSE(net.from->make_link("/etc/passwd", "absolute"));
        REQUIRE_FALSE(net.from->make_link("../../x", "d/out"));
        REQUIRE_FALSE(net.from->make_link("inside/../x", "doubtful"));
        REQUIRE(net.put());
        for (const char* name : {"inside", "d/up", "dangling"}) {
            INFO(name);
            REQUIRE(net.to->find(name) != nullptr);
            CHECK(net.to->find(name)->info.kind == seam::file_kind::link);
            CHECK(net.to->text(name) == net.from->text(name));
        }
        for (const char* name : {"absolute", "d/out", "doubtful"}) {
            INFO(name);
            CHECK(net.to->find(name) == nullptr);
            CHECK(net.outcomes.at(name).error == error_code::link_leads_out);
        }
        // The same again is skipped, another target is a conflict or replaces the link.
        net.opened.fresh = false;
        REQUIRE(net.put_again());
        CHECK(net.outcomes.at("inside").verdict == verdict::same);
        REQUIRE_FALSE(net.from->remove("inside"));
        REQUIRE_FALSE(net.from->make_link("d", "inside"));
        REQUIRE(net.put_again());
        CHECK(net.outcomes.at("inside").verdict == verdict::conflict);
        net.settings.on_conflict = upload::conflict_policy::overwrite;
        REQUIRE(net.put_again());
        CHECK(net.to->text("inside") == "d");
    }
}

TEST_CASE("links that are not wanted are left out and named") {
    loopback net;
    net.from->put("file", "1", 1);
    REQUIRE_FALSE(net.from->make_link("file", "link"));
    std::vector<std::string> left_out;
    net.source = std::make_shared<tree_scan>(
        net.from, "", "", tree_scan::options{.on_left_out = [&](const std::string& path, seam::file_kind) {
            left_out.push_back(path);
        }});
    REQUIRE(net.put());
    CHECK(left_out == std::vector<std::string>{"link"});
    CHECK(net.to->paths() == std::vector<std::string>{".sluice", "file"});
}

TEST_CASE("chunks of nothing but zeros are told, not sent, and take no place") {
    loopback net;
    std::string content(40 * chunk + 100, '\0');
    content[5 * chunk + 7] = 'x';
    content[20 * chunk] = 'y';
    net.from->put("sparse", content, 5);
    net.from->put("empty", std::string(3 * chunk, '\0'), 5);
    REQUIRE(net.put());
    CHECK((net.to->text("sparse") == content));
    CHECK((net.to->text("empty") == std::string(3 * chunk, '\0')));
    CHECK(net.counts.sent_bytes == 2 * chunk);
    CHECK(net.frames_sent[upload::chunk::type] == 2);
    CHECK(net.counts.durable_bytes == net.counts.found_bytes);
    CHECK(net.receiver_counted.skipped_bytes == 39 * chunk + 100 + 3 * chunk - chunk);
}

TEST_CASE("zeros that were something else before replace it, also when the transfer was cut") {
    loopback net;
    std::string content(20 * chunk, 'a');
    net.from->put("file", content, 5);
    net.frames_to_receiver = 12;
    REQUIRE_FALSE(net.put());
    net.forget_sender();
    net.frames_to_receiver = loopback::unlimited_frames;
    std::fill_n(content.begin() + 3 * chunk, 4 * chunk, '\0');
    net.from->put("file", content, 6);
    REQUIRE(net.put());
    CHECK((net.to->text("file") == content));
    CHECK(net.outcomes.at("file").status == status::resumed);
}
