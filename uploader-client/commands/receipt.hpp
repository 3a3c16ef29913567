// Delivery receipts: the file that put --receipt writes, and `receipt check`.
//
//   receipt_file kept(file, with);       throws app::failure when it cannot be written
//   …                                    takes what the server signed, as it comes
//   kept.finish();                       on disk
//
// A receipt is a list of blocks, each signed by itself: see docs/uploader.md.
#pragma once

#include "common/runtime/unique_fd.hpp"
#include "uploader-client/commands/runner.hpp"
#include "uploader-client/session/put_conversation.hpp"

#include <string>

namespace uploader_client::commands {

class receipt_file final : public session::receipt_taker {
  public:
    // Appends to what is there. `with` outlives it.
    receipt_file(std::string file, const runner& with);

    bool take(const protocol::upload::transfer_id& transfer, const protocol::upload::receipt& signed_by,
              const std::vector<common::transfer::receipt_entry>& entries) override;
    // Throws app::failure when not all of it could be written.
    void finish();

  private:
    const std::string file_;
    const runner& with_;
    common::runtime::unique_fd fd_;
    std::error_code failed_;
};

}  // namespace uploader_client::commands
