// Asks what is in a folder of the server; entries come in pieces, sorted by name.
//
//   auto list = list_conversation::create(loop, "photos", [](const protocol::upload::entry& each) { … });
//   list->begin(link, …);      // see conversation.hpp
//
// After a lost connection it asks again and leaves out what it has shown already.
#pragma once

#include "protocol/upload/messages.hpp"
#include "uploader-client/session/conversation.hpp"

#include <functional>
#include <string>

namespace uploader_client::session {

class list_conversation final : public conversation {
  public:
    using visitor = std::function<void(const protocol::upload::entry&)>;
    static std::shared_ptr<list_conversation> create(seam::event_loop& loop, std::string path, visitor visit);

  private:
    list_conversation(seam::event_loop& loop, std::string path, visitor visit);

    void open() override;
    protocol::error_code on_message(const transport::incoming_frame& frame) override;

    const std::string path_;
    const visitor visit_;
    std::string last_;  // name that was shown; empty: none
};

}  // namespace uploader_client::session
