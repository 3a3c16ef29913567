// Answers what a client asks about stored files: list, delete, rename, its unfinished uploads. One session's.
//
//   file_requests requests(around, client, host);
//   if (file_requests::knows(type)) requests.on_frame(frame);
//
// One request at a time: the next one is refused until the answer is on its way.
#pragma once

#include "common/transfer/claims.hpp"
#include "common/transport/frame_reader.hpp"
#include "uploader-server/session/request_host.hpp"
#include "uploader-server/session/settings.hpp"

#include <deque>
#include <memory>
#include <string>

namespace uploader_server::session {

class tree_removal;

class file_requests {
  public:
    // All of them outlive it.
    file_requests(const surroundings& around, const peer& client, request_host& host)
        : around_(around), client_(client), host_(host) {}
    ~file_requests();

    static bool knows(std::uint16_t type);
    void on_frame(const common::transport::incoming_frame& frame);
    // The connection is gone.
    void stop() { claim_.reset(); }

  private:
    using incoming_frame = common::transport::incoming_frame;
    void on_list(const incoming_frame& frame);
    void on_remove(const incoming_frame& frame);
    void on_rename(const incoming_frame& frame);
    void on_list_unfinished(const incoming_frame& frame);
    void on_discard(const incoming_frame& frame);

    // Answers, and returns false, when the key may not do that.
    bool permit(bool may, std::uint32_t request, std::string_view what);
    // The path, unless it means the folder the client is confined to: that one stays.
    bool resolve_inside(std::string_view asked, std::uint32_t request, std::string& path);
    void go_on_removing(const std::shared_ptr<tree_removal>& job, const std::string& path,
                        std::uint32_t request);
    void discard_claimed(const std::string& name, const std::string& path, std::uint32_t request);
    void finish(std::deque<common::stream::slice> frames);
    void finish_failed(std::uint32_t request, std::error_code why);

    const surroundings& around_;
    const peer& client_;
    request_host& host_;
    bool busy_ = false;
    std::shared_ptr<common::transfer::claims::ticket> claim_;  // of the upload that is discarded
};

}  // namespace uploader_server::session
