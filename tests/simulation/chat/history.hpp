// What a client keeps on its disk: the records it got, and the messages it has still to send.
//
//   history kept{disk};                 // reads and syncs what an earlier run left; throws if it cannot
//   kept.add(room, seq, id);            // written; a kill leaves it, a power failure may not
//   kept.sync();                        // from now on a power failure leaves it too
//   kept.put_out(message);              // safe when it returns no error: may be promised to the author
//   kept.take_in(message.id);           // acknowledged: not sent again
#pragma once

#include "common/seam/disk.hpp"
#include "protocol/chat/basic.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <system_error>

namespace tests::simulation::chat {

struct outgoing {
    protocol::chat::message_id id{};
    std::string room;
    std::string text;
    std::uint64_t order = 0;  // in which it was written
};

class history {
  public:
    explicit history(common::seam::disk& disk);

    std::error_code add(const std::string& room, std::uint64_t seq);
    std::error_code sync();
    std::uint64_t last_seq(const std::string& room) const;

    std::error_code put_out(outgoing message);
    std::error_code take_in(const protocol::chat::message_id& id);
    // In the order they were written.
    const std::deque<outgoing>& outbox() const { return outbox_; }

  private:
    void read_positions();
    void read_outbox();

    common::seam::disk& disk_;
    std::unique_ptr<common::seam::file> positions_;
    std::uint64_t positions_bytes_ = 0;
    std::map<std::string, std::uint64_t> last_seq_;
    std::deque<outgoing> outbox_;
    std::uint64_t next_order_ = 0;
};

}  // namespace tests::simulation::chat
