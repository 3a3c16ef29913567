#include "uploader-client/session/list_conversation.hpp"

#include "protocol/wire/codec.hpp"

#include <utility>

namespace uploader_client::session {

namespace upload = protocol::upload;
using protocol::error_code;

std::shared_ptr<list_conversation> list_conversation::create(seam::event_loop& loop, std::string path,
                                                             visitor visit) {
    return std::shared_ptr<list_conversation>(new list_conversation(loop, std::move(path), std::move(visit)));
}

list_conversation::list_conversation(seam::event_loop& loop, std::string path, visitor visit)
    : conversation(loop), path_(std::move(path)), visit_(std::move(visit)) {}

void list_conversation::open() {
    transfer::send_message(*this, upload::list{.path = path_}, request_number);
}

error_code list_conversation::on_message(const transport::incoming_frame& frame) {
    if (frame.header.type != upload::listing::type || frame.header.request != request_number) {
        return error_code::unexpected;
    }
    upload::listing part;
    const auto error = decode(protocol::wire::bytes_view{frame.payload}, part);
    if (error != error_code::none) return error;
    for (const upload::entry& each : part.entries) {
        if (each.name <= last_) continue;
        last_ = each.name;
        visit_(each);
    }
    if (!part.more) finish();
    return error_code::none;
}

}  // namespace uploader_client::session
