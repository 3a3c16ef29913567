#include "chat-client/storage/log_cache.hpp"

#include "chat-client/storage/cached_log.hpp"
#include "tests/catch.hpp"
#include "tests/support/manual_loop.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

using namespace chat_client::domain;
using namespace chat_client::storage;

namespace {

constexpr std::size_t plenty = std::size_t{64} << 20;

record message(std::uint64_t seq, std::string text = "t") {
    return {.room = "den", .seq = seq, .n = seq, .nick = "ada", .text = std::move(text)};
}

record pointing(std::uint64_t seq, record_kind kind, std::uint64_t target, std::string text) {
    record made = message(seq, std::move(text));
    made.kind = kind;
    made.n = 0;
    made.target_n = target;
    return made;
}

log_part part(std::uint64_t from, std::uint64_t to) {
    log_part made{.room = "den", .from_seq = from, .to_seq = to};
    for (std::uint64_t seq = from; seq <= to; ++seq) made.records.push_back(message(seq));
    return made;
}

std::vector<std::uint64_t> seqs(const log_slice& slice) {
    std::vector<std::uint64_t> all;
    for (const record& each : slice.records) all.push_back(each.seq);
    return all;
}

using numbers = std::vector<std::uint64_t>;
using ranges = std::vector<seq_range>;

class scratch_folder {
  public:
    scratch_folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "chat-cache-XXXXXX").string();
        path = ::mkdtemp(pattern.data());
    }
    ~scratch_folder() { std::filesystem::remove_all(path); }
    std::string path;
};

class inline_thread final : public common::seam::serial_executor {
  public:
    void run(common::seam::event_loop& home, common::seam::handler work,
             common::seam::handler done) override {
        work();
        home.post(std::move(done));
    }
};

}  // namespace

TEST_CASE("log_cache gives back what it was given, and says what it does not know") {
    log_cache cache(":memory:", plenty);
    cache.add(part(1, 5));
    cache.add(part(11, 15));
    const auto newest = cache.slice("den", {.from = slice_from::newest, .count = 3});
    CHECK(seqs(newest) == numbers{13, 14, 15});
    CHECK(newest.complete());
    CHECK(newest.last_seq == 15);
    // Over the hole, and no further.
    const auto before = cache.slice("den", {.from = slice_from::before, .at = 13, .count = 4});
    CHECK(before.range == seq_range{6, 12});
    CHECK(before.known == ranges{{11, 12}});
    CHECK(before.n_before == 5);
    const auto older = cache.slice("den", {.from = slice_from::before, .at = 6, .count = 2});
    CHECK(seqs(older) == numbers{4, 5});
    cache.add(part(6, 10));
    CHECK(cache.head("den") == seq_range{1, 15});
    CHECK(cache.slice("den", {.from = slice_from::before, .at = 13, .count = 4}).complete());
}

TEST_CASE("log_cache finds a place in the middle, or says that it is in a hole") {
    log_cache cache(":memory:", plenty);
    cache.add(part(10, 30));
    CHECK(seqs(cache.slice("den", {.from = slice_from::around, .at = 20, .count = 4})) ==
          numbers{19, 20, 21, 22});
    CHECK(seqs(cache.slice("den", {.from = slice_from::around_n, .at = 20, .count = 4})) ==
          numbers{19, 20, 21, 22});
    CHECK(seqs(cache.slice("den", {.from = slice_from::after, .at = 28, .count = 4})) == numbers{29, 30});
    CHECK_FALSE(cache.slice("den", {.from = slice_from::around_n, .at = 5, .count = 4}).found);
    CHECK(cache.slice("empty", {.from = slice_from::newest, .count = 4}).range.empty());
}

TEST_CASE("log_cache keeps apart what the server does not keep and what was never read") {
    log_cache cache(":memory:", plenty);
    log_part gone{.room = "den", .from_seq = 1, .to_seq = 7};
    cache.add(gone);
    cache.add(part(8, 9));
    const auto all = cache.slice("den", {.from = slice_from::exactly, .at = 1, .to = 9});
    CHECK(all.complete());
    CHECK(seqs(all) == numbers{8, 9});
}

TEST_CASE("log_cache gives messages with what changed them, from a page or from the stream") {
    log_cache cache(":memory:", plenty);
    log_part page = part(1, 3);
    page.amendments = {pointing(9, record_kind::edit, 2, "new")};
    cache.add(page);
    const auto slice = cache.slice("den", {.from = slice_from::exactly, .at = 1, .to = 3});
    REQUIRE(slice.amendments.size() == 1);
    CHECK(slice.amendments[0].text == "new");
    // What an amendment alone is does not make its place known.
    CHECK(cache.slice("den", {.from = slice_from::exactly, .at = 9, .to = 9}).records.empty());
    log_part reply{.room = "den", .from_seq = 4, .to_seq = 4, .records = {message(4)}};
    reply.records[0].target_n = 2;
    cache.add(reply);
    const auto quoting = cache.slice("den", {.from = slice_from::exactly, .at = 4, .to = 4});
    REQUIRE(quoting.quoted.size() == 2);
    CHECK(quoting.quoted[0].seq == 2);
}

TEST_CASE("log_cache forgets the text of a deleted message") {
    log_cache cache(":memory:", plenty);
    cache.add(part(1, 3));
    log_part later{.room = "den", .from_seq = 4, .to_seq = 5};
    later.records = {pointing(4, record_kind::edit, 2, "secret"), pointing(5, record_kind::deletion, 2, "")};
    cache.add(later);
    const auto slice = cache.slice("den", {.from = slice_from::exactly, .at = 1, .to = 5});
    CHECK(slice.records[1].text.empty());
    CHECK(slice.amendments[0].text.empty());
}

TEST_CASE("log_cache drops the oldest records when it has grown too large, and they are a hole again") {
    const scratch_folder folder;
    log_cache cache(folder.path + "/c.db", std::size_t{1} << 20);
    log_part large = part(1, 9000);
    for (record& each : large.records) each.text = std::string(300, 'x');
    cache.add(large);
    const auto head = cache.head("den");
    REQUIRE(head);
    CHECK(head->to == 9000);
    CHECK(head->from > 4000);
    CHECK(cache.slice("den", {.from = slice_from::exactly, .at = 1, .to = 10}).known.empty());
}

TEST_CASE("log_cache keeps what a person has open, and read marks only go forward") {
    log_cache cache(":memory:", plenty);
    saved_room den{
        .key = "den", .name = "Den", .open = true, .place = 2, .read_seq = 7, .read_n = 6, .draft = "unsent"};
    cache.save(den);
    den.read_seq = 3;
    cache.save(den);
    den.read_seq = 7;
    CHECK(cache.rooms() == std::vector<saved_room>{den});
    for (int i = 0; i < 600; ++i) cache.add_history("line " + std::to_string(i));
    CHECK(cache.history().size() == 500);
    CHECK(cache.history().back() == "line 599");
    cache.set_setting("theme", "light");
    CHECK(cache.setting("theme") == "light");
}

TEST_CASE("log_cache counts mentions behind what was read") {
    log_cache cache(":memory:", plenty);
    log_part talk = part(1, 4);
    talk.records[1].text = "bob: hi";
    talk.records[3].text = "thanks @Bob";
    cache.add(talk);
    author_id bob{};
    bob[0] = std::byte{9};
    CHECK(cache.count_mentions("den", 0, "bob", bob) == 2);
    CHECK(cache.count_mentions("den", 2, "bob", bob) == 1);
    CHECK(cache.count_mentions("den", 0, "bob", author_id{}) == 0);  // one's own
}

TEST_CASE("cached_log sets a damaged file aside and says so") {
    const scratch_folder folder;
    std::filesystem::create_directory(folder.path + "/cache");
    std::ofstream(folder.path + "/cache/s:1.db") << std::string(5000, 'x');
    tests::support::manual_loop loop;
    inline_thread thread;
    cached_log log(loop, thread, {.folder = folder.path, .server = "s:1", .bytes_max = plenty});
    std::string trouble;
    log.open([&](opened_cache found) { trouble = found.trouble; });
    loop.run_ready();
    CHECK(trouble.find("set aside") != std::string::npos);
    CHECK(std::filesystem::exists(folder.path + "/cache/s:1.db.damaged"));
    struct stat info {};
    REQUIRE(::stat((folder.path + "/cache/s:1.db").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("cached_log tells what a part changed in front of it") {
    tests::support::manual_loop loop;
    inline_thread thread;
    cached_log log(loop, thread, {.folder = {}, .bytes_max = plenty});
    log.add(part(1, 3), {}, [](cache_news) {});
    log_part later{
        .room = "den", .from_seq = 4, .to_seq = 4, .records = {pointing(4, record_kind::edit, 2, "x")}};
    std::vector<std::uint64_t> changed;
    log.add(later, {}, [&](cache_news news) {
        for (const log_slice& each : news.changed) changed.push_back(each.range.from);
        CHECK(news.part.range == seq_range{4, 4});
    });
    loop.run_ready();
    CHECK(changed == numbers{2});
    CHECK(log.waiting_bytes() == 0);
    CHECK(log.idle());
}

TEST_CASE("cached_log shows replies anew when what they quote has changed") {
    tests::support::manual_loop loop;
    inline_thread thread;
    cached_log log(loop, thread, {.folder = {}, .bytes_max = plenty});
    log_part talk = part(1, 3);
    talk.records[2].target_n = 1;
    log.add(talk, {}, [](cache_news) {});
    log_part later{
        .room = "den", .from_seq = 4, .to_seq = 4, .records = {pointing(4, record_kind::deletion, 1, "")}};
    std::vector<std::uint64_t> changed;
    log.add(later, {}, [&](cache_news news) {
        for (const log_slice& each : news.changed) changed.push_back(each.range.from);
    });
    loop.run_ready();
    CHECK(changed == numbers{1, 3});
}
