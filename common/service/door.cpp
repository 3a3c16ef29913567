#include "common/service/door.hpp"

#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

namespace common::service {
namespace {

client_identity identity_of(const trust::public_key& key, trust::grant grant) {
    return {.key = key, .key_id = trust::key_id(key), .grant = std::move(grant)};
}

}  // namespace

door::door(trust::access_list& access, const trust::server_key& server, seam::serial_executor& files)
    : access_(access), server_(server.print()), files_(files) {}

void door::judge(seam::event_loop& home, const protocol::session::hello& hello, const trust::channel& on,
                 std::function<void(verdict)> done) {
    verdict found;
    if (!trust::verify_client_auth(on, server_, hello.client_key, hello.signature)) {
        home.post([done = std::move(done)] { done({}); });
    } else if (hello.enrol) {
        enrol(home,
              {.id = hello.enrol->token,
               .client_proof = hello.enrol->proof,
               .client = hello.client_key,
               .name = trust::trim_name(hello.enrol->name)},
              on, std::move(done));
    } else {
        found.client = known_client(hello.client_key);
        if (found.client) note_seen(home, hello.client_key);
        home.post([done = std::move(done), found = std::move(found)] { done(found); });
    }
}

std::optional<client_identity> door::known_client(const trust::public_key& key) const {
    auto grant = access_.authorize(key);
    if (!grant) return std::nullopt;
    return identity_of(key, *std::move(grant));
}

// For `access list`; the file is written at most once an hour for each key.
void door::note_seen(seam::event_loop& home, const trust::public_key& key) {
    const auto problem = std::make_shared<std::string>();
    auto work = [this, key, now = home.wall_now(), problem] { *problem = access_.note_seen(key, now); };
    files_.run(home, std::move(work), [problem] {
        if (!problem->empty()) spdlog::warn("access list: {}", *problem);
    });
}

void door::enrol(seam::event_loop& home, trust::enrolment claim, const trust::channel& on,
                 std::function<void(verdict)> done) {
    const auto found = std::make_shared<verdict>();
    const seam::wall_time now = home.wall_now();
    auto work = [this, claim = std::move(claim), on, now, found] {
        trust::enrol_result result = access_.enrol(claim, on, now);
        found->problem = std::move(result.problem);
        if (!result.admitted) {
            // The token has expired or is used up; a client that is enrolled already does not need it.
            if (found->problem.empty()) found->client = known_client(claim.client);
            return;
        }
        found->client = identity_of(claim.client, std::move(result.admitted->rights));
        found->server_proof = result.admitted->server_proof;
    };
    files_.run(home, std::move(work), [done = std::move(done), found] { done(std::move(*found)); });
}

}  // namespace common::service
