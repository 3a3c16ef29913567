#include "chat-server/storage/sqlite_store.hpp"
#include "chat-server/storage/turn.hpp"

#include <utility>

namespace chat_server::storage {

void sqlite_store::subscribe_notices(event_loop& home, std::function<void(const notice&)> each) {
    auto shared = std::make_shared<std::function<void(const notice&)>>(std::move(each));
    on_home([this, home = &home, shared] { notice_subscribers_.push_back({home, shared}); });
}

void sqlite_store::tell_notices(turn& done) {
    if (done.notices.empty()) return;
    const auto all = std::make_shared<std::vector<notice>>(std::move(done.notices));
    for (const notice_subscriber& each : notice_subscribers_) {
        each.home->post([all, heard = each.each] {
            for (const notice& one : *all) (*heard)(one);
        });
    }
    done.notices.clear();
}

void sqlite_store::list_rooms(event_loop& home, person_number who, bool own, std::string after,
                              answer_to<room_page> then) {
    auto page = std::make_shared<room_page>();
    if (own) requests_.add(home, [this] { cursors_due_ = true; });
    enqueue(query{
        .home = &home,
        .ask =
            [=](database& db, std::int64_t) {
                constexpr std::size_t count_max = protocol::chat::limits::rooms_per_frame_max;
                *page = own ? db.list_own_rooms(who, after, count_max) : db.list_rooms(who, after, count_max);
            },
        .answer = [=] { then(*page); },
    });
}

void sqlite_store::list_states(event_loop& home, room_number room, std::vector<person_number> people,
                               answer_to<std::vector<member_state>> then) {
    auto states = std::make_shared<std::vector<member_state>>();
    requests_.add(home, [this] { cursors_due_ = true; });
    enqueue(query{
        .home = &home,
        .ask =
            [=](database& db, std::int64_t now_ms) {
                for (const person_number each : people) states->push_back(db.state_of(room, each, now_ms));
            },
        .answer = [=] { then(*states); },
    });
}

void sqlite_store::transcript(event_loop& home, room_number room, std::uint64_t seq,
                              answer_to<transcript_place> then) {
    auto place = std::make_shared<transcript_place>();
    enqueue(query{
        .home = &home,
        .ask = [=](database& db, std::int64_t) { *place = db.transcript_at(room, seq); },
        .answer = [=] { then(*place); },
    });
}

}  // namespace chat_server::storage
