#include "uploader-client/session/source_remover.hpp"

#include "protocol/wire/error_code.hpp"

#include <utility>

namespace uploader_client::session {

namespace transfer = common::transfer;
using protocol::upload::entry_kind;

std::error_code remove_source(const transfer::outgoing& item) {
    if (item.kind == entry_kind::link) {
        const auto target = item.disk->read_link(item.source_path);
        if (!target) return target.error();
        if (*target != item.link_target) return make_error_code(protocol::error_code::source_changed);
    } else {
        const auto info = item.disk->info(item.source_path);
        if (!info) return info.error();
        if (transfer::identity_of(*info) != item.identity) {
            return make_error_code(protocol::error_code::source_changed);
        }
    }
    return item.disk->remove(item.source_path);
}

void source_remover::remove(const transfer::outgoing& item) {
    if (!item.disk || (item.kind != entry_kind::file && item.kind != entry_kind::link)) return;
    waiting_.push_back(item);
    start();
}

void source_remover::when_idle(common::seam::handler done) {
    idle_ = std::move(done);
    start();
}

void source_remover::start() {
    if (busy_) return;
    if (waiting_.empty()) {
        if (idle_) std::exchange(idle_, nullptr)();
        return;
    }
    busy_ = true;
    struct kept {
        std::string path;
        std::error_code why;
    };
    auto items = std::make_shared<std::vector<transfer::outgoing>>(std::exchange(waiting_, {}));
    auto failed = std::make_shared<std::vector<kept>>();
    pool_.run(
        loop_,
        [items, failed] {
            for (const transfer::outgoing& item : *items) {
                if (const auto error = remove_source(item)) failed->push_back({item.path, error});
            }
        },
        [self = shared_from_this(), failed] {
            self->busy_ = false;
            for (const kept& each : *failed) self->kept_(each.path, each.why);
            self->start();
        });
}

}  // namespace uploader_client::session
