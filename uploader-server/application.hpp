// The uploader-server put together: one root folder, one session for each client, and what the operator sees.
//
//   application uploads{host, options};         prepares the root: throws app::failure
//   return host.run(uploads.handlers());
//
// A drain needs nothing of its own: when the host closes the links, every session makes durable what it has
// and lets its place go.
#pragma once

#include "common/service/server_host.hpp"
#include "uploader-server/audit_log.hpp"
#include "uploader-server/options.hpp"
#include "uploader-server/session/transfer_registry.hpp"
#include "uploader-server/session/upload_session.hpp"

#include <memory>

namespace uploader_server {

common::service::server_definition definition(const upload_options& options);

class application {
  public:
    application(common::service::server_host& host, const upload_options& options);

    common::service::server_application handlers();

  private:
    void take_in(common::service::accepted_client client);
    session::observers make_observers();
    void audit_stored(const session::observers::stored& what);
    void expire();

    common::service::server_host& host_;
    const upload_options options_;
    std::shared_ptr<common::seam::disk> disk_;
    std::shared_ptr<common::transfer::claims> claims_;
    std::shared_ptr<common::transfer::content_index> index_;
    domain::quota quota_;
    std::unique_ptr<audit_log> audit_;  // none unless asked for
    session::transfer_registry transfers_;
    session::observers observers_;
    common::seam::timer expiry_timer_;
};

}  // namespace uploader_server
