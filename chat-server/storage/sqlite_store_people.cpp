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

void sqlite_store::set_away(event_loop& home, person_number who, std::optional<std::string> why,
                            answer_to<protocol::error_code> then) {
    enqueue(write{
        .home = &home,
        .bytes = why.value_or("").size(),
        .apply = [=](database& db, std::int64_t) { db.set_away(who, why); },
        .answer = then,
    });
}

void sqlite_store::note_seen(person_number who) {
    on_home([this, who] {
        if (closed_) return;
        seen_.insert(who);
        start_cursor_timer();
    });
}

void sqlite_store::find_person(event_loop& home, std::string nick,
                               std::optional<protocol::chat::author_id> author,
                               answer_to<person_facts> then) {
    auto facts = std::make_shared<person_facts>();
    requests_.add(home, [this] { cursors_due_ = true; });
    enqueue(query{
        .home = &home,
        .ask = [=](database& db, std::int64_t) { *facts = db.facts_of(nick, author); },
        .answer = [=] { then(*facts); },
    });
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

// Behind the commits: at once while nobody waits, in small steps while somebody does.
void sqlite_store::plan_indexing(const turn& done) {
    if (closed_ || done.failed != protocol::error_code::none) return;
    if (done.more_to_index && writes_.empty()) {
        index_due_ = true;
    } else if ((!done.added.empty() || done.more_to_index) && !index_timer_.running() && !index_due_) {
        index_timer_.start(limits::index_delay, [this] {
            index_due_ = true;
            start_turn();
        });
    }
}

void sqlite_store::search(event_loop& home, search_request request, answer_to<found_page> then) {
    auto page = std::make_shared<found_page>();
    query added{
        .home = &home,
        .ask = [=](database& db, std::int64_t) { *page = db.search(request); },
        .answer = [=] { then(*page); },
    };
    requests_.add(home, [this, page, added = std::move(added)]() mutable {
        if (searches_.size() >= limits::searches_waiting_max) {
            page->error = protocol::error_code::rate_limited;
            added.ask = [](database&, std::int64_t) {};
            queries_.push_back(std::move(added));
            return;
        }
        ++counters_.searches;
        index_due_ = true;
        searches_.push_back(std::move(added));
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
