#include "uploader-client/session/request_conversation.hpp"

#include <utility>

namespace uploader_client::session {

using protocol::error_code;

std::shared_ptr<request_conversation> request_conversation::create(
    seam::event_loop& loop, std::vector<std::vector<std::byte>> questions, answers& to) {
    return std::shared_ptr<request_conversation>(new request_conversation(loop, std::move(questions), to));
}

request_conversation::request_conversation(seam::event_loop& loop,
                                           std::vector<std::vector<std::byte>> questions, answers& to)
    : conversation(loop), questions_(std::move(questions)), answers_(to) {}

void request_conversation::open() {
    if (at_ == questions_.size()) return finish();
    repeated_ = asked_;
    asked_ = true;
    answer(questions_[at_]);
}

void request_conversation::ask_next() {
    ++at_;
    asked_ = false;
    open();
}

error_code request_conversation::on_message(const transport::incoming_frame& frame) {
    if (frame.header.request != request_number || at_ == questions_.size()) return error_code::unexpected;
    bool complete = false;
    const auto error = answers_.on_answer(at_, frame, complete);
    if (error == error_code::none && complete) ask_next();
    return error;
}

bool request_conversation::take_failure(error_code code, std::string_view reason) {
    if (at_ == questions_.size()) return false;
    answers_.on_failed(at_, code, reason, repeated_);
    ask_next();
    return true;
}

}  // namespace uploader_client::session
