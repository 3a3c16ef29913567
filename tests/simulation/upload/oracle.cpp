#include "tests/simulation/upload/oracle.hpp"

#include "protocol/upload/name_policy.hpp"

#include <cstring>

namespace tests::simulation::upload {

namespace {

bool is_staged(const std::string& path) {
    return path.starts_with(std::string{protocol::upload::staging_folder} + "/");
}

}  // namespace

void oracle::watch(node& receiver) {
    receiver_ = &receiver;
    receiver.disk().on_names_changed = [this] { check_disk("when a name changed"); };
    receiver.on_death([this](bool power) { check_disk(power ? "after a power failure" : "after a kill"); });
}

void oracle::check_file(const std::string& path, const std::string& when) {
    const auto* found = receiver_->disk().look(path);
    const auto original = sent_.find(path);
    if (found == nullptr || original == sent_.end()) return;
    const auto& whole = original->second;
    if (found->size() == whole.size() && std::memcmp(found->data(), whole.data(), whole.size()) == 0) return;
    sim_.fail(path + " stands under its final name " + when + " with " + std::to_string(found->size()) +
              " of " + std::to_string(whole.size()) + " bytes, or with other ones");
}

void oracle::check_disk(const std::string& when) {
    for (const auto& path : receiver_->disk().files("")) {
        if (is_staged(path)) continue;
        if (!sent_.contains(path)) {
            sim_.fail("a file that nobody sent: " + path);
        } else {
            check_file(path, when);
        }
    }
    for (const auto& path : stored_) {
        if (!receiver_->disk().look(path)) sim_.fail(path + " was reported as stored and is gone " + when);
    }
}

void oracle::stored(const std::string& path) {
    sim_.note("receiver", "has stored " + path);
    stored_.insert(path);
    if (!receiver_->disk().look(path)) sim_.fail(path + " is reported as stored but is not there");
    check_file(path, "when it was reported as stored");
}

void oracle::check_all() {
    check_disk("at the end");
    for (const auto& [path, contents] : sent_) {
        if (!receiver_->disk().look(path)) sim_.fail(path + " never arrived");
    }
}

}  // namespace tests::simulation::upload
