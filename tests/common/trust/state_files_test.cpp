// The client's identity, the server's key and the folder that both live in.
#include "common/trust/identity.hpp"
#include "common/trust/server_key.hpp"
#include "tests/catch.hpp"
#include "tests/common/trust/scratch_folder.hpp"

#include <atomic>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace common::trust;
using tests::contains;
using tests::failure_of;
using tests::scratch_folder;

TEST_CASE("state_folder makes missing folders private") {
    const scratch_folder scratch;
    const state_folder folder(scratch.path_of("a/b"));
    CHECK(scratch.mode("a") == 0700);
    CHECK(scratch.mode("a/b") == 0700);
}

TEST_CASE("state_folder says which folder cannot be made and why") {
    const scratch_folder scratch;
    scratch.write("file", "");
    const auto why = failure_of([&] { state_folder{scratch.path_of("file/state")}; });
    CHECK(contains(why, scratch.path_of("file") + ": cannot make the folder"));
}

TEST_CASE("state_folder refuses a folder that others may write to") {
    const scratch_folder scratch;
    state_folder{scratch.path_of("state")};
    scratch.set_mode("state", 0770);
    const auto why = failure_of([&] { state_folder{scratch.path_of("state")}; });
    CHECK(contains(why, "mode 0770"));
    CHECK(contains(why, "chmod 700"));
}

TEST_CASE("state_folder creates once, replaces whole, and leaves nothing behind") {
    const scratch_folder scratch;
    const state_folder folder(scratch.path());
    scratch.write(".thing.new", "left by a crash");
    const auto lock = folder.lock();
    CHECK(folder.stamp("thing") == file_stamp{});
    CHECK(folder.create(lock, "thing", "first"));
    CHECK_FALSE(folder.create(lock, "thing", "second"));
    CHECK(folder.read("thing", 100)->view() == "first");
    CHECK(scratch.mode("thing") == 0600);
    const auto before = folder.stamp("thing");
    folder.replace(lock, "thing", "third");
    CHECK(folder.read("thing", 100)->view() == "third");
    CHECK_FALSE(folder.stamp("thing") == before);
    CHECK_FALSE(std::filesystem::exists(scratch.path_of(".thing.new")));
    CHECK_FALSE(folder.read("other", 100));
}

TEST_CASE("state_folder refuses files that are open to others, links, pipes, folders and oversize") {
    const scratch_folder scratch;
    const state_folder folder(scratch.path());
    const auto why = [&](const char* name) {
        return failure_of([&] { static_cast<void>(folder.read(name, 8)); });
    };
    for (const unsigned mode : {0640U, 0604U, 0620U, 0601U}) {
        scratch.write("open", "x", mode);
        CHECK(contains(why("open"), "chmod 600"));
    }
    std::filesystem::create_symlink(scratch.path_of("open"), scratch.path_of("link"));
    CHECK(contains(why("link"), "symbolic link"));
    REQUIRE(::mkfifo(scratch.path_of("pipe").c_str(), 0600) == 0);
    CHECK(contains(why("pipe"), "not a regular file"));
    std::filesystem::create_directory(scratch.path_of("folder"));
    CHECK(contains(why("folder"), "not a regular file"));
    scratch.write("large", "123456789");
    CHECK(contains(why("large"), "larger than 8 bytes"));
    scratch.write("fits", "12345678");
    CHECK(why("fits").empty());
}

TEST_CASE("an identity is made once and stays") {
    const scratch_folder scratch;
    const state_folder folder(scratch.path_of("config"));
    const auto first = load_or_create_identity(folder);
    const auto again = load_or_create_identity(folder);
    CHECK(first.key.public_bytes() == again.key.public_bytes());
    CHECK(scratch.mode("config/identity") == 0600);
    CHECK(first.id().size() == key_id_chars);
    CHECK(first.full_fingerprint().substr(0, key_id_chars) == first.id());
    const auto message = std::as_bytes(std::span{first.file});
    CHECK(verify_signature(first.key.public_bytes(), message, again.key.sign(message)));
}

TEST_CASE("identities made at the same time are one identity") {
    const scratch_folder scratch;
    const state_folder folder(scratch.path());
    std::vector<public_key> made(8);
    std::vector<std::thread> threads;
    for (auto& key : made)
        threads.emplace_back([&] { key = load_or_create_identity(folder).key.public_bytes(); });
    for (auto& thread : threads) thread.join();
    for (const auto& key : made) CHECK(key == made.front());
}

TEST_CASE("an identity with any bit flipped, cut or extended is refused and left alone") {
    const scratch_folder scratch;
    const state_folder folder(scratch.path());
    load_or_create_identity(folder);
    const std::string good = scratch.read("identity");
    std::vector<std::string> damaged{"", good + "\n", good.substr(0, good.size() - 1)};
    for (std::size_t i = 0; i < good.size(); ++i)
        for (const int bit : {1, 4, 32, 128}) {
            damaged.push_back(good);
            damaged.back()[i] = static_cast<char>(damaged.back()[i] ^ bit);
        }
    for (const auto& content : damaged) {
        scratch.write("identity", content);
        const auto why = failure_of([&] { load_or_create_identity(folder); });
        CHECK(contains(why, scratch.path_of("identity") + ": is damaged"));
        CHECK(scratch.read("identity") == content);
    }
}

TEST_CASE("a server key and its certificate are made once and stay") {
    const scratch_folder scratch;
    const state_folder folder(scratch.path());
    const auto first = load_or_create_server_key(folder);
    const auto again = load_or_create_server_key(folder);
    CHECK(first.print() == again.print());
    CHECK(scratch.mode("server-key.pem") == 0600);
    CHECK(scratch.mode("server-cert.pem") == 0600);
}

TEST_CASE("a server with only one of its two files refuses to start") {
    for (const std::string missing : {"server-key.pem", "server-cert.pem"}) {
        const scratch_folder scratch;
        const state_folder folder(scratch.path());
        load_or_create_server_key(folder);
        std::filesystem::remove(scratch.path_of(missing));
        const auto why = failure_of([&] { load_or_create_server_key(folder); });
        CHECK(contains(why, scratch.path_of(missing) + ": is missing"));
        CHECK_FALSE(std::filesystem::exists(scratch.path_of(missing)));
    }
}

TEST_CASE("a damaged or exchanged server key is refused, or is still the same key") {
    const scratch_folder scratch;
    const state_folder folder(scratch.path());
    const auto print = load_or_create_server_key(folder).print();
    for (const std::string name : {"server-key.pem", "server-cert.pem"}) {
        const std::string good = scratch.read(name);
        for (std::size_t i = 0; i < good.size(); ++i) {
            std::string bad = good;
            bad[i] = static_cast<char>(bad[i] ^ (1 << (i % 8)));
            scratch.write(name, bad);
            // PEM overlooks some white space: what matters is that another key never comes out.
            fingerprint loaded;
            const auto why = failure_of([&] { loaded = load_or_create_server_key(folder).print(); });
            CHECK((why.empty() ? loaded == print : contains(why, "is damaged")));
        }
        scratch.write(name, good);
    }
    const scratch_folder other;
    load_or_create_server_key(state_folder(other.path()));
    scratch.write("server-key.pem", other.read("server-key.pem"));
    CHECK(contains(failure_of([&] { load_or_create_server_key(folder); }), "does not belong to"));
}
