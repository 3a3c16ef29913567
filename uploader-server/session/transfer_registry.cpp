#include "uploader-server/session/transfer_registry.hpp"

#include "uploader-server/session/hosted_transfer.hpp"

namespace uploader_server::session {

std::shared_ptr<hosted_transfer> transfer_registry::enter(const std::string& key_id,
                                                          const protocol::upload::transfer_id& id,
                                                          std::weak_ptr<hosted_transfer> transfer) {
    const hosted_transfer* const which = transfer.lock().get();
    const std::lock_guard lock{mutex_};
    entry& at = entries_[{key_id, id}];
    auto older = at.transfer.lock();
    at = {which, std::move(transfer)};
    return older;
}

std::shared_ptr<hosted_transfer> transfer_registry::find(const std::string& key_id,
                                                         const protocol::upload::transfer_id& id) {
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find({key_id, id});
    return found == entries_.end() ? nullptr : found->second.transfer.lock();
}

void transfer_registry::leave(const std::string& key_id, const protocol::upload::transfer_id& id,
                              const hosted_transfer& transfer) {
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find({key_id, id});
    if (found != entries_.end() && found->second.which == &transfer) entries_.erase(found);
}

}  // namespace uploader_server::session
