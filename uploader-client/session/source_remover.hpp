// --delete-source: deletes here what is stored there, durably, and has not changed since.
//
//   source_remover remover(loop, pool, [](const std::string& path, std::error_code why) { … kept … });
//   remover.remove(item);                     in the order of the outcomes
//   remover.when_idle([] { … });              once, when nothing is left to do
#pragma once

#include "common/seam/event_loop.hpp"
#include "common/transfer/outgoing.hpp"

#include <functional>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace uploader_client::session {

class source_remover : public std::enable_shared_from_this<source_remover> {
  public:
    using kept_handler = std::function<void(const std::string& path, std::error_code why)>;

    source_remover(common::seam::event_loop& loop, common::seam::blocking_pool& pool, kept_handler kept)
        : loop_(loop), pool_(pool), kept_(std::move(kept)) {}

    void remove(const common::transfer::outgoing& item);
    void when_idle(common::seam::handler done);

  private:
    void start();

    common::seam::event_loop& loop_;
    common::seam::blocking_pool& pool_;
    kept_handler kept_;
    std::vector<common::transfer::outgoing> waiting_;
    bool busy_ = false;
    common::seam::handler idle_;
};

// Deletes the file or link unless it is another one by now (protocol::error_code::source_changed).
std::error_code remove_source(const common::transfer::outgoing& item);

}  // namespace uploader_client::session
