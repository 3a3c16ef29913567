// What the parts of a session need of it to answer requests.
#pragma once

#include "common/seam/event_loop.hpp"
#include "common/stream/slice.hpp"
#include "protocol/wire/error_code.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace uploader_server::session {

class request_host {
  public:
    virtual ~request_host() = default;
    // Answers the request with a failure; the connection goes on.
    virtual void fail(std::uint32_t request, protocol::error_code code, std::string_view reason) = 0;
    // The peer broke the protocol.
    virtual void refuse(protocol::error_code code) = 0;
    // The path in the root that the client's path means; false when it may not be used (answered).
    virtual bool resolve(std::string_view asked, std::uint32_t request, std::string& path) = 0;
    // Runs on the pool; `done` on the loop, unless the connection has closed meanwhile.
    virtual void run(common::seam::handler work, common::seam::handler done) = 0;
    // Sends this frame when the connection takes it, after those that were given before.
    virtual void reply(common::stream::slice frame) = 0;
};

}  // namespace uploader_server::session
