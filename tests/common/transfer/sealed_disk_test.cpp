#include "common/transfer/sealed_disk.hpp"

#include "tests/catch.hpp"
#include "tests/common/transfer/loopback.hpp"

using namespace tests::transfer;
using common::transfer::sealed_disk;
using common::transfer::sealing;
using tests::support::memory_disk;

namespace {

std::shared_ptr<const sealing> keys_of(std::string_view key) {
    const std::string_view text = key;
    return std::make_shared<const sealing>(
        stream::seal_secret::from_key(stream::seal_secret::key_of_file(std::as_bytes(std::span{text}))),
        std::array<std::byte, stream::seal_salt_bytes>{});
}

const std::string large(700'000, 'L');

void fill(memory_disk& disk) {
    disk.put("a/small", "hello", 7);
    disk.put("a/empty", "", 7);
    disk.put("b/c/large", large, 8);
}

// Everything of `from`, sealed on the way.
std::shared_ptr<outgoing_source> sealed_source(const loopback& net,
                                               const std::shared_ptr<const sealing>& keys) {
    return std::make_shared<tree_scan>(std::make_shared<sealed_disk>(net.from, keys), "", "");
}

}  // namespace

TEST_CASE("a sealed upload shows neither contents nor names, and comes back whole") {
    const auto keys = keys_of("0123456789abcdef0123456789abcdef");
    loopback net;
    fill(*net.from);
    net.source = sealed_source(net, keys);
    REQUIRE(net.put());
    CHECK(net.outcomes.size() >= 3);
    for (const std::string& path : net.to->paths()) {
        INFO(path);
        CHECK(path.find("small") == path.npos);
        CHECK(path.find("large") == path.npos);
        CHECK(net.to->text(path).find("hello") == std::string::npos);
        CHECK(net.to->text(path).find("LLLLLLLL") == std::string::npos);
    }

    const auto back = std::make_shared<memory_disk>();
    REQUIRE_FALSE(prepare_staging(*back, durability::full));
    loopback other;
    other.from = net.to;
    const auto opening = std::make_shared<sealed_disk>(back, keys);
    other.receiving_disk = opening;
    REQUIRE(other.put());
    CHECK(back->text("a/small") == "hello");
    CHECK(back->text("a/empty").empty());
    CHECK(back->text("b/c/large") == large);
    CHECK(back->find("b/c/large")->info.mtime_ns == 8);
    // A second time everything is there.
    REQUIRE(other.put());
    std::size_t skipped = 0;
    for (const auto& [path, told] : other.outcomes) skipped += told.status == status::skipped ? 1 : 0;
    CHECK(skipped == 3);
}

TEST_CASE("a sealed upload goes on where it stopped, with the same ciphertext") {
    const auto keys = keys_of("0123456789abcdef0123456789abcdef");
    for (std::uint64_t frames = 3; frames < 9; ++frames) {
        INFO("cut after " << frames);
        loopback net;
        net.from->put("large", large + large + large, 8);
        net.source = sealed_source(net, keys);
        net.frames_to_receiver = frames;
        CHECK_FALSE(net.put());
        net.forget_sender();
        net.frames_to_receiver = loopback::unlimited_frames;
        net.source = sealed_source(net, keys);
        REQUIRE(net.put());
        const auto sealed = *keys->seal_path("large");
        loopback whole;
        whole.from->put("large", large + large + large, 8);
        whole.source = sealed_source(whole, keys);
        REQUIRE(whole.put());
        CHECK(net.to->text(sealed) == whole.to->text(sealed));
    }
}

TEST_CASE("a wrong key and damaged content leave nothing under a final name") {
    const auto keys = keys_of("0123456789abcdef0123456789abcdef");
    for (const bool damaged : {false, true}) {
        loopback net;
        fill(*net.from);
        net.source = sealed_source(net, keys);
        REQUIRE(net.put());
        const auto back = std::make_shared<memory_disk>();
        REQUIRE_FALSE(prepare_staging(*back, durability::full));
        loopback other;
        other.from = net.to;
        if (damaged) {
            for (const char* const path : {"a/small", "b/c/large"}) {
                const std::string sealed = *keys->seal_path(path);
                std::string content = net.to->text(sealed);
                content[content.size() / 2] = static_cast<char>(content[content.size() / 2] ^ 1);
                net.to->put(sealed, content, 9);
            }
        }
        other.receiving_disk = std::make_shared<sealed_disk>(
            back, damaged ? keys : keys_of("another key of 32 bytes, as they go"));
        REQUIRE(other.put());
        std::size_t failed = 0;
        for (const auto& [path, told] : other.outcomes) {
            if (told.status != status::failed) continue;
            ++failed;
            CHECK(told.error == make_error_code(error_code::verification_failed));
        }
        CHECK(failed >= 2);
        for (const std::string& path : back->paths()) {
            INFO(path);
            const bool folder = back->find(path)->info.kind == common::seam::file_kind::folder;
            const bool intact = damaged && path == "a/empty";
            CHECK((folder || intact || path.starts_with(".sluice/")));
        }
    }
}

TEST_CASE("names that become too long are not sent, not even in clear") {
    const auto keys = keys_of("0123456789abcdef0123456789abcdef");
    loopback net;
    const std::string name(200, 'n');
    net.from->put(name + "/x", "hello", 7);
    net.from->put(std::string(180, 'm'), "hello", 7);
    net.source = sealed_source(net, keys);
    REQUIRE(net.put());
    for (const auto& [path, told] : net.outcomes) CHECK(told.status == status::failed);
    for (const std::string& path : net.to->paths()) CHECK(path.find("nnn") == path.npos);
}
