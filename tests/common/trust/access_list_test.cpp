#include "common/trust/access_list.hpp"

#include "common/trust/access_file.hpp"
#include "common/trust/text_codec.hpp"
#include "tests/catch.hpp"
#include "tests/common/trust/scratch_folder.hpp"

#include <atomic>
#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace common::trust;
using namespace std::chrono_literals;
using tests::contains;
using tests::failure_of;
using tests::scratch_folder;

namespace {

const common::seam::wall_time noon{1'800'000'000'000ms};
const channel on{"sluice-chat/1", sha256(bytes_of("one connection"))};

public_key client(unsigned number) {
    return sha256(join_fields({bytes_of("client"), bytes_of(std::to_string(number))}));
}

enrolment claim_of(const token& with, const public_key& key, std::string name = "ann") {
    return {id_of(with.key()), client_token_proof(with.key(), on, key), key, std::move(name)};
}

struct fixture {
    scratch_folder scratch;
    state_folder folder{scratch.path()};
    access_list access{folder, {access_mode::enrolled, ""}};

    token offer(std::uint32_t uses = 10) {
        return access.new_token({.uses = uses, .lifetime = 24h, .rights = "put,get", .folder = "inbox"},
                                noon);
    }
    bool enrols(const token& with, unsigned number, common::seam::wall_time now = noon) {
        return access.enrol(claim_of(with, client(number)), on, now).admitted.has_value();
    }
};

}  // namespace

TEST_CASE_METHOD(fixture,
                 "a token enrols a key with the token's rights and the server proves it knows the token") {
    const token shared = offer();
    CHECK_FALSE(access.authorize(client(1)));
    const auto result = access.enrol(claim_of(shared, client(1)), on, noon);
    REQUIRE(result.admitted);
    CHECK(result.admitted->rights == grant{"put,get", "inbox", "ann", true});
    CHECK(proofs_match(result.admitted->server_proof, server_token_proof(shared.key(), on, client(1))));
    CHECK(access.authorize(client(1)) == grant{"put,get", "inbox", "ann", true});
    CHECK_FALSE(access.authorize(client(2)));
    CHECK(access_list(folder, {}).authorize(client(1)));
    CHECK(scratch.mode("access") == 0600);
}

TEST_CASE_METHOD(fixture, "unknown, wrong, expired and used-up tokens are refused alike") {
    const token shared = offer(1);
    const auto refused = [&](const enrolment& claim, common::seam::wall_time now) {
        const auto before = scratch.read("access");
        const auto result = access.enrol(claim, on, now);
        return !result.admitted && result.problem.empty() && scratch.read("access") == before;
    };
    CHECK(refused(claim_of(token::generate(), client(1)), noon));
    auto wrong = claim_of(shared, client(1));
    wrong.client_proof[31] ^= std::byte{1};
    CHECK(refused(wrong, noon));
    CHECK(refused(claim_of(shared, client(1)), noon + 24h));
    auto stolen = claim_of(shared, client(1));
    stolen.client = client(2);
    CHECK(refused(stolen, noon));
    REQUIRE(enrols(shared, 1, noon + 24h - 1s));
    CHECK(refused(claim_of(shared, client(2)), noon));
}

TEST_CASE_METHOD(fixture, "trying again after a lost answer costs no second use") {
    const token shared = offer(2);
    CHECK(enrols(shared, 1));
    CHECK(enrols(shared, 1));
    CHECK(enrols(shared, 2));
    CHECK(enrols(shared, 1));
    CHECK_FALSE(enrols(shared, 3));
    CHECK_FALSE(access.is_usable(shared, noon));
}

TEST_CASE_METHOD(fixture, "a clock set back does not revive a token") {
    const token old = offer();
    CHECK(access.is_usable(old, noon));
    // An enrolment a day later moves the remembered clock, and leaves the expired token in the file.
    const token lasting = access.new_token({.uses = 1, .lifetime = 48h}, noon);
    REQUIRE(enrols(lasting, 2, noon + 25h));
    CHECK_FALSE(access.is_usable(old, noon));
    CHECK_FALSE(enrols(old, 1, noon));
}

TEST_CASE_METHOD(fixture, "a revoked key stays out until a newer token lets it in") {
    const token shared = offer();
    REQUIRE(enrols(shared, 1));
    CHECK(access.revoke(key_id(client(1)), noon));
    CHECK_FALSE(access.authorize(client(1)));
    CHECK_FALSE(enrols(shared, 1));
    CHECK(enrols(shared, 2));
    const token second = access.new_token({}, noon + 1s);
    CHECK(enrols(second, 1, noon + 2s));
    CHECK(access.authorize(client(1)));
    CHECK_FALSE(access.revoke(key_id(client(9)), noon));
    CHECK(contains(failure_of([&] { access.revoke("nobody", noon); }), "16 characters"));
}

TEST_CASE_METHOD(fixture, "an enrolled key may be granted other rights, nobody else's") {
    REQUIRE(enrols(offer(), 1));
    CHECK(access.grant_rights(key_id(client(1)), "chat,admin", noon));
    CHECK(access.authorize(client(1))->rights == "chat,admin");
    CHECK_FALSE(access.grant_rights(key_id(client(9)), "chat", noon));
    CHECK(contains(failure_of([&] { access.grant_rights(key_id(client(1)), "All!", noon); }), "words"));
}

TEST_CASE_METHOD(fixture, "an open server lets everybody in but the revoked, a closed one nobody new") {
    access_list open(folder, {access_mode::open, "get"});
    CHECK(open.authorize(client(1)) == grant{"get", "", "", false});
    open.revoke(key_id(client(1)), noon);
    CHECK_FALSE(open.authorize(client(1)));
    const token shared = offer();
    REQUIRE(enrols(shared, 2));
    access_list closed(folder, {access_mode::closed, ""});
    CHECK_FALSE(closed.enrol(claim_of(shared, client(3)), on, noon).admitted);
    CHECK(closed.authorize(client(2)));
    CHECK(closed.enrol(claim_of(shared, client(2)), on, noon).admitted);
}

TEST_CASE_METHOD(fixture, "a running server notices what a command changed") {
    access_list server(folder, {});
    CHECK_FALSE(server.refresh().changed);
    const token shared = offer();
    CHECK(server.enrol(claim_of(shared, client(1)), on, noon).admitted);
    CHECK(server.authorize(client(1)));
    access.revoke(key_id(client(1)), noon);
    CHECK(server.authorize(client(1)));
    CHECK(server.refresh().changed);
    CHECK_FALSE(server.authorize(client(1)));
}

TEST_CASE_METHOD(fixture, "last seen is written at most once an hour") {
    REQUIRE(enrols(offer(), 1));
    const auto before = scratch.read("access");
    CHECK(access.note_seen(client(1), noon + 59min).empty());
    CHECK(access.note_seen(client(2), noon + 2h).empty());
    CHECK(scratch.read("access") == before);
    CHECK(access.note_seen(client(1), noon + 60min).empty());
    CHECK(access.table().keys.at(client(1)).last_seen == std::chrono::floor<std::chrono::seconds>(noon + 1h));
}

TEST_CASE_METHOD(fixture, "a token offer that breaks a limit is refused") {
    const token_offer bad[] = {
        {.uses = 0},           {.uses = 1'000'001},      {.lifetime = 0s},
        {.lifetime = -1s},     {.lifetime = 24h * 4000}, {.rights = "Put"},
        {.rights = "put get"}, {.folder = "a\nb"},       {.folder = std::string(256, 'a')}};
    for (const auto& offer : bad)
        CHECK(contains(failure_of([&] { access.new_token(offer, noon); }), "new token:"));
    CHECK_FALSE(std::filesystem::exists(scratch.path_of("access")));
}

TEST_CASE_METHOD(fixture, "names are made printable and short") {
    const token shared = offer();
    const auto named = [&](unsigned number, std::string name) {
        return access.enrol(claim_of(shared, client(number), std::move(name)), on, noon)
            .admitted->rights.name;
    };
    CHECK(named(1, "a\x1b[2J\n") == "a?[2J?");
    CHECK(named(2, std::string(63, 'a') + "\xc3\xa9") == std::string(63, 'a'));
    CHECK(access_list(folder, {}).authorize(client(2))->name == std::string(63, 'a'));
}

TEST_CASE("an access table survives the way to the file and back") {
    access_table table;
    table.clock = unix_time(1'800'000'000s);
    table.keys[client(1)] = {unix_time(1s), unix_time(2s), "put", "a\xc3\xa9/b c", "100% ann"};
    table.keys[client(2)] = {};
    const token shared = token(secret<16>{});
    table.tokens[id_of(shared.key())] = {shared.key(), unix_time(3s), unix_time(4s), 5, "", ""};
    table.revoked[key_id(client(3))] = unix_time(6s);
    const auto text = format_access(table);
    CHECK(contains(std::string(text.view()), "\tput\ta\xc3\xa9/b c\t100%25 ann\n"));
    const auto back = parse_access(text.view(), "access");
    CHECK(format_access(back).view() == text.view());
    CHECK(back.keys.at(client(1)).name == "100% ann");
    CHECK(back.tokens.begin()->second.uses_left == 5);
}

TEST_CASE_METHOD(fixture,
                 "an access file with any bit flipped, cut or extended is refused, named and left alone") {
    REQUIRE(enrols(offer(), 1));
    access.revoke(key_id(client(2)), noon);
    const std::string good = scratch.read("access");
    std::vector<std::string> damaged{"", good + "\n", good + good, good.substr(0, good.size() - 1)};
    for (std::size_t i = 0; i < good.size(); ++i) {
        damaged.push_back(good.substr(0, i));
        for (const int bit : {1, 2, 16, 64}) {
            damaged.push_back(good);
            damaged.back()[i] = static_cast<char>(damaged.back()[i] ^ bit);
        }
    }
    for (const auto& content : damaged) {
        const auto why = failure_of([&] { parse_access(content, "STATE/access"); });
        CHECK(why.starts_with("STATE/access:"));
        CHECK(contains(why, "is damaged"));
    }
    scratch.write("access", damaged[5]);
    CHECK(contains(failure_of([&] { access_list(folder, {}); }), scratch.path_of("access") + ":"));
    CHECK(contains(failure_of([&] { offer(); }), "is damaged"));
    CHECK(scratch.read("access") == damaged[5]);
}

TEST_CASE_METHOD(fixture,
                 "while the access file cannot be read nobody is admitted, and all are when it can again") {
    const token shared = offer();
    REQUIRE(enrols(shared, 1));
    const std::string good = scratch.read("access");
    scratch.write("access", good + "x");
    CHECK(contains(access.refresh().problem, "is damaged"));
    CHECK_FALSE(access.authorize(client(1)));
    CHECK(contains(access.enrol(claim_of(shared, client(2)), on, noon).problem, "is damaged"));
    std::filesystem::remove(scratch.path_of("access"));
    CHECK(contains(access.refresh().problem, "has disappeared"));
    CHECK(contains(access.refresh().problem, "has disappeared"));
    CHECK_FALSE(access.authorize(client(1)));
    scratch.write("access", good, 0644);
    CHECK(contains(access.refresh().problem, "chmod 600"));
    scratch.set_mode("access", 0600);
    CHECK(access.refresh().problem.empty());
    CHECK(access.authorize(client(1)));
}

TEST_CASE_METHOD(fixture,
                 "a disk without space keeps new keys out, loses nobody, and works again with space") {
    const token shared = offer();
    REQUIRE(enrols(shared, 1));
    const std::string before = scratch.read("access");
    // A file size limit of this process fails its writes as a full disk does.
    rlimit usual{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &usual) == 0);
    const auto previous = ::signal(SIGXFSZ, SIG_IGN);
    const rlimit none{16, usual.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &none) == 0);
    const auto result = access.enrol(claim_of(shared, client(2)), on, noon);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &usual) == 0);
    ::signal(SIGXFSZ, previous);
    CHECK_FALSE(result.admitted);
    CHECK(contains(result.problem, "cannot write"));
    CHECK(scratch.read("access") == before);
    CHECK(access.authorize(client(1)));
    CHECK_FALSE(access.authorize(client(2)));
    CHECK(enrols(shared, 2));
}

TEST_CASE_METHOD(fixture, "several processes spend exactly the uses that a token has") {
    const token shared = offer(25);
    std::vector<pid_t> children;
    for (unsigned child = 0; child < 4; ++child) {
        const pid_t id = ::fork();
        if (id == 0) {
            const state_folder mine(scratch.path());
            access_list list(mine, {});
            int enrolled = 0;
            for (unsigned i = 0; i < 10; ++i)
                enrolled += list.enrol(claim_of(shared, client(child * 10 + i)), on, noon).admitted ? 1 : 0;
            ::_exit(enrolled);
        }
        children.push_back(id);
    }
    int enrolled = 0;
    for (const pid_t id : children) {
        int status = -1;
        REQUIRE(::waitpid(id, &status, 0) == id);
        REQUIRE(WIFEXITED(status));
        enrolled += WEXITSTATUS(status);
    }
    CHECK(enrolled == 25);
    CHECK(access_list(folder, {}).table().keys.size() == 25);
}

TEST_CASE_METHOD(fixture, "threads may enrol, authorise and refresh at the same time") {
    const token shared = offer(100);
    std::atomic<unsigned> failures{0};
    std::vector<std::thread> threads;
    for (unsigned thread = 0; thread < 4; ++thread)
        threads.emplace_back([&, thread] {
            for (unsigned i = 0; i < 5; ++i) {
                const public_key key = client(thread * 5 + i);
                const bool enrolled = access.enrol(claim_of(shared, key), on, noon).admitted.has_value();
                access.refresh();
                if (!enrolled || !access.authorize(key)) ++failures;
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK(failures == 0);
    CHECK(access.table().keys.size() == 20);
}
