#include "chat-server/session/conversation.hpp"
#include "chat-server/session/limits.hpp"
#include "protocol/chat/messages.hpp"

#include <utility>

namespace chat_server::session {

namespace chat = protocol::chat;
using protocol::error_code;

void conversation::handle(const chat::post& asked, std::uint32_t request) {
    slow_down(posts_.charge(home_.loop_.mono_now()));
    if (!reader_.has_joined(asked.room)) return fail(request, error_code::no_such_room, "not joined");
    if (asked.text.size() > home_.chosen_.text_bytes_max) {
        return fail(request, error_code::not_permitted,
                    "the message is longer than " + std::to_string(home_.chosen_.text_bytes_max) + " bytes");
    }
    if (typing_in_ == asked.room) stop_typing(asked.room);
    storage::new_record record{.author = me_.number,
                               .room = asked.room,
                               .kind = asked.kind,
                               .id = asked.id,
                               .sent_at_ms = asked.sent_at_ms,
                               .target_n = asked.target_n,
                               .text = std::string{asked.text},
                               .action = asked.action,
                               .subject = asked.subject};
    const std::size_t bytes = limits::small_answer_bytes + asked.text.size();
    home_.store_.append(home_.loop_, std::move(record),
                        answered(bytes, [this, request, id = asked.id](const storage::appended& place) {
                            if (place.error != error_code::none) {
                                return fail(request, place.error, place.reason, place.retry_after_ms);
                            }
                            link_.send(chat::posted{.room = place.room,
                                                    .seq = place.seq,
                                                    .n = place.n,
                                                    .id = id,
                                                    .durable = place.durable,
                                                    .repeated = place.repeated},
                                       request);
                        }));
}

}  // namespace chat_server::session
