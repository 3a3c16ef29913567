// Signs what was stored for one client, when it asked for receipts. One session's.
//
//   receipts signed(around, client, host);
//   signed.want();                        the client asked
//   signed.begin(transfer, …);            a put begins
//   signed.add(file_no, entry);           stored, durably; the receipt follows in a moment
//
// Entries of one turn of the loop share a signature. See common/transfer/receipt.hpp for the text.
#pragma once

#include "common/transfer/receipt.hpp"
#include "uploader-server/session/request_host.hpp"
#include "uploader-server/session/settings.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace uploader_server::session {

class receipts {
  public:
    // All of them outlive it.
    receipts(const surroundings& around, const peer& client, request_host& host)
        : around_(around), client_(client), host_(host) {}

    void want() { wanted_ = true; }
    void begin(const protocol::upload::transfer_id& transfer) { transfer_ = transfer; }
    // True when a flush is needed: flush() at the end of this turn.
    bool add(std::uint32_t file_no, common::transfer::receipt_entry entry);
    void flush();

  private:
    const surroundings& around_;
    const peer& client_;
    request_host& host_;
    bool wanted_ = false;
    protocol::upload::transfer_id transfer_{};
    std::vector<std::uint32_t> numbers_;
    std::vector<common::transfer::receipt_entry> entries_;
};

}  // namespace uploader_server::session
