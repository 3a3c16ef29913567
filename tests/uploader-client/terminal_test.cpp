#include "tests/catch.hpp"
#include "tests/support/manual_loop.hpp"
#include "uploader-client/domain/limit_steps.hpp"
#include "uploader-client/session/wait_shares.hpp"
#include "uploader-client/terminal/listing.hpp"
#include "uploader-client/terminal/reporter.hpp"

#include <cmath>

using namespace std::chrono_literals;
using namespace uploader_client;
namespace upload = protocol::upload;

TEST_CASE("the summary tells what was stored, sent, skipped and failed", "[uploader-client]") {
    const terminal::reporter_settings words{.past = "stored", .moved = "sent"};
    domain::tally sum;
    CHECK(summary_line(words, sum, 0, 40ms) == "stored 0 files, 0 B in 0.0 s (sent 0 B)");
    sum.add({.path = "a", .bytes = 2048, .status = upload::status::stored});
    CHECK(summary_line(words, sum, 2048, 240ms) == "stored 1 file, 2.0 KiB in 0.2 s (sent 2.0 KiB)");
    sum.add({.path = "b", .bytes = 2048, .status = upload::status::skipped});
    sum.add({.path = "c", .status = upload::status::failed, .error = make_error_code(std::errc::io_error)});
    CHECK(summary_line(words, sum, 2048, 61s) ==
          "stored 2 files, 4.0 KiB in 61 s (sent 2.0 KiB); 1 of them were there already; 1 failed");
}

TEST_CASE("an entry of a listing is safe to show", "[uploader-client]") {
    const upload::entry file{.name = "holiday\x1b[2J.mov",
                             .kind = upload::entry_kind::file,
                             .size = 1'572'864,
                             .mtime_ns = 1'790'000'000'000'000'000,
                             .mode = 0640};
    CHECK(terminal::format_entry(file, false) == "holiday\\x1b[2J.mov");
    CHECK(terminal::format_entry(file, true) ==
          "-rw-r-----   1.5 MiB  2026-09-21 14:13  holiday\\x1b[2J.mov");
    const upload::entry folder{
        .name = "photos", .kind = upload::entry_kind::folder, .size = 4096, .mtime_ns = 0, .mode = 0755};
    CHECK(terminal::format_entry(folder, true) == "drwxr-xr-x         -  1970-01-01 00:00  photos/");

    const common::app::json_event event{"entry", {}};
    CHECK(terminal::entry_event(event, folder).line() ==
          R"({"event":"entry","time":"1970-01-01T00:00:00.000Z","name":"photos","kind":"folder",)"
          R"("bytes":4096,"mtime":"1970-01-01T00:00:00.000Z","mode":493})"
          "\n");
}

TEST_CASE("steps of the limit begin at what flows now and end in no limit", "[uploader-client]") {
    using domain::faster;
    using domain::slower;
    CHECK(faster(0) == 0);
    CHECK(faster(4 << 20) == 5 << 20);
    CHECK(faster(domain::limit_max) == 0);
    CHECK(slower(0, 10 << 20) == 8 << 20);
    CHECK(slower(0, 0) < domain::limit_without_rate);
    CHECK(slower(5 << 20, 1) == 4 << 20);
    CHECK(slower(domain::limit_min, 0) == domain::limit_min);
    for (std::uint64_t limit = domain::limit_min; limit != 0; limit = faster(limit)) {
        CHECK((faster(limit) == 0 || faster(limit) > limit));
    }
}

TEST_CASE("what a transfer waits for is told in order", "[uploader-client]") {
    CHECK(terminal::why_line({}) == "waiting for nothing in particular");
    CHECK(terminal::why_line({.source_disk = 0.12, .network = 0.607, .target_cpu = 0.004}) ==
          "waiting for: network 61 %, source disk 12 %");
}

TEST_CASE("a blocked sender waits for the receiver's disk before it waits for the network",
          "[uploader-client]") {
    const common::transfer::wait_times sender{
        .elapsed = 10s, .disk = 1s, .cpu = 1s, .network = 6s, .limit = 0s, .peer = 2s};
    const common::transfer::wait_times receiver{
        .elapsed = 10s, .disk = 4s, .cpu = 1s, .network = 5s, .limit = 0s, .peer = 0s};
    const auto shares = session::shares_of(sender, receiver);
    CHECK(std::abs(shares.source_disk - 0.1) < 1e-9);
    CHECK(std::abs(shares.source_cpu - 0.1) < 1e-9);
    CHECK(std::abs(shares.target_disk - 0.4) < 1e-9);
    CHECK(std::abs(shares.target_cpu - 0.1) < 1e-9);
    CHECK(std::abs(shares.network - 0.3) < 1e-9);
    CHECK(session::shares_of({}, {}).network == 0);
}
