// Reads stored files from the disk and tells their digests, for clients that compare. One session's.
//
//   examinations reads(around, client, host);
//   reads.on_frame(frame);         // an Examine frame; answered by Examined, in the order they came
//
// One file is read at a time, in pieces, so that a client that compares does not hold up the others.
#pragma once

#include "common/transfer/content_hasher.hpp"
#include "common/transport/frame_reader.hpp"
#include "uploader-server/session/request_host.hpp"
#include "uploader-server/session/settings.hpp"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace uploader_server::session {

class examinations {
  public:
    // All of them outlive it.
    examinations(const surroundings& around, const peer& client, request_host& host)
        : around_(around), client_(client), host_(host) {}

    void on_frame(const common::transport::incoming_frame& frame);
    void stop() { waiting_.clear(); }

  private:
    struct wanted_file {
        std::string path;  // empty: the name may not be used
        std::uint64_t size = 0;
    };
    struct found_file {
        protocol::upload::entry_kind kind = protocol::upload::entry_kind::other;
        protocol::error_code code = protocol::error_code::none;
        std::uint64_t size = 0;
        std::vector<std::byte> digest;
    };
    struct request {
        std::uint32_t number = 0;
        protocol::upload::digest_kind kind = protocol::upload::digest_kind::xxh3_128;
        std::vector<wanted_file> files;
        std::vector<found_file> found;
    };
    struct job;

    void next();
    void go_on(const std::shared_ptr<job>& with);
    void answer(const request& done);

    const surroundings& around_;
    const peer& client_;
    request_host& host_;
    std::deque<std::shared_ptr<request>> waiting_;  // the first is being worked on
    bool busy_ = false;
};

}  // namespace uploader_server::session
