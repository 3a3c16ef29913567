// Compares local files with those on the server: both ends read their disks, only digests travel.
//
//   auto verify = verify_conversation::create(around, {.folder = "photos"}, source, observer);
//   verify->begin(link, …);       // see conversation.hpp
//
//   source ─▶ batch of names ─┬─▶ Examine ─▶ Examined ─┬─▶ observer, one verdict for each name
//                             └─▶ read and hashed here ┘
//
// Holds at most batches_max batches. What a lost connection left unanswered is asked again.
#pragma once

#include "common/transfer/content_hasher.hpp"
#include "common/transfer/outgoing.hpp"
#include "uploader-client/domain/comparison.hpp"
#include "uploader-client/session/conversation.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace uploader_client::session {

struct verify_settings {
    std::string folder{};  // on the server; empty: its root
    protocol::upload::digest_kind kind = protocol::upload::digest_kind::xxh3_128;
};

class verify_conversation final : public conversation {
  public:
    // The pool and the observer outlive it.
    static std::shared_ptr<verify_conversation> create(seam::event_loop& loop, seam::blocking_pool& pool,
                                                       verify_settings settings,
                                                       std::shared_ptr<transfer::outgoing_source> source,
                                                       domain::comparison_observer& observer);
    static constexpr std::size_t batches_max = 3;

  private:
    struct batch {
        std::vector<transfer::outgoing> items;
        std::vector<domain::compared_state> here;
        std::vector<domain::compared_state> there;
        bool asked = false;  // over this connection
    };

    verify_conversation(seam::event_loop& loop, seam::blocking_pool& pool, verify_settings settings,
                        std::shared_ptr<transfer::outgoing_source> source,
                        domain::comparison_observer& observer);

    void open() override;
    protocol::error_code on_message(const transport::incoming_frame& frame) override;
    void wind_up(seam::handler done) override;

    void pump();
    void list();
    void ask(batch& about);
    void hash();
    void conclude();

    seam::blocking_pool& pool_;
    const verify_settings settings_;
    const std::shared_ptr<transfer::outgoing_source> source_;
    domain::comparison_observer& observer_;
    std::deque<std::shared_ptr<batch>> batches_;
    bool up_ = false;
    bool listing_ = false;
    bool listed_ = false;
    bool hashing_ = false;
    std::unique_ptr<transfer::file_hash> hash_;  // of the file that is read now
};

static_assert(verify_conversation::batches_max <= protocol::upload::limits::examinations_in_flight_max);

}  // namespace uploader_client::session
