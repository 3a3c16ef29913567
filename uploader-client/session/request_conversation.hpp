// Asks a server a list of things, one after the other: each is answered by frames of its own kind, or fails
// by itself.
//
//   auto ask = request_conversation::create(loop, questions, answers);
//   ask->begin(link, …);       // see conversation.hpp
//
// What a lost connection left unanswered is asked again over the next one: it may have been done already.
#pragma once

#include "uploader-client/session/conversation.hpp"

#include <cstddef>
#include <vector>

namespace uploader_client::session {

class request_conversation final : public conversation {
  public:
    class answers {
      public:
        virtual ~answers() = default;
        // A frame for the question `index`. `complete`: there is no more to come for it.
        virtual protocol::error_code on_answer(std::size_t index, const transport::incoming_frame& frame,
                                               bool& complete) = 0;
        // `repeated`: it was asked before, over a connection that was lost.
        virtual void on_failed(std::size_t index, protocol::error_code code, std::string_view reason,
                               bool repeated) = 0;
    };

    template <protocol::wire::message M>
    static std::vector<std::byte> question(const M& asked) {
        return protocol::frame::encode(asked, request_number);
    }

    // `to` outlives the conversation.
    static std::shared_ptr<request_conversation> create(seam::event_loop& loop,
                                                        std::vector<std::vector<std::byte>> questions,
                                                        answers& to);

  private:
    request_conversation(seam::event_loop& loop, std::vector<std::vector<std::byte>> questions, answers& to);

    void open() override;
    protocol::error_code on_message(const transport::incoming_frame& frame) override;
    bool take_failure(protocol::error_code code, std::string_view reason) override;
    void ask_next();

    const std::vector<std::vector<std::byte>> questions_;
    answers& answers_;
    std::size_t at_ = 0;
    bool asked_ = false;     // the one at `at_`
    bool repeated_ = false;  // … and more than once
};

}  // namespace uploader_client::session
