// The transfers under way, by key and id: for connections that attach to one, and for a new run of a client
// that takes an old one over. From any thread.
#pragma once

#include "protocol/upload/messages.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace uploader_server::session {

class hosted_transfer;

class transfer_registry {
  public:
    // Returns the older one of the same name, which is no longer found.
    std::shared_ptr<hosted_transfer> enter(const std::string& key_id, const protocol::upload::transfer_id& id,
                                           std::weak_ptr<hosted_transfer> transfer);
    std::shared_ptr<hosted_transfer> find(const std::string& key_id, const protocol::upload::transfer_id& id);
    void leave(const std::string& key_id, const protocol::upload::transfer_id& id,
               const hosted_transfer& transfer);

  private:
    using name = std::pair<std::string, protocol::upload::transfer_id>;
    struct entry {
        const hosted_transfer* which = nullptr;
        std::weak_ptr<hosted_transfer> transfer;
    };

    std::mutex mutex_;
    std::map<name, entry> entries_;
};

}  // namespace uploader_server::session
