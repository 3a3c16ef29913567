// The chat's store as sessions see it: questions with an answer on the asker's loop, and one stream of
// what was added.
//
//   store.subscribe(loop, [](const domain::block_ptr& block) { … });        once for each loop, first
//   store.append(loop, record, [](const appended& place) { … });            answered after COMMIT
//   store.read(loop, {.room = …, .position = seq}, [](const read_answer& page) { … });
//
//          sessions on any loop                         what a loop hears, in this order
//   append ─┐                                     ┌─▶ blocks of commit 1 ─▶ its answers ─▶
//   append ─┼─▶ queue ─▶ one transaction ─▶ COMMIT┤
//   append ─┘   (grows while the last one syncs)  └─▶ blocks of commit 2 ─▶ its answers ─▶ …
//
// Every loop hears the blocks of a room in order, each once, and an answer after everything that was
// committed before it: a room's head in an answer is never behind what the loop was told. Nothing here is
// called back from inside a call. Implementations: sqlite_store.hpp.
#pragma once

#include "chat-server/storage/types.hpp"
#include "common/seam/event_loop.hpp"
#include "common/seam/result.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace chat_server::storage {

template <class T>
using answer_to = std::function<void(T)>;

using common::seam::event_loop;
using common::seam::result;

class store {
  public:
    virtual ~store() = default;

    virtual void subscribe(event_loop& home, std::function<void(const domain::block_ptr&)> each) = 0;
    // Once for each loop that wants them: told after the blocks of their transaction, before its answers.
    virtual void subscribe_notices(event_loop& home, std::function<void(const notice&)> each) = 0;

    // The person with this key, with a nick made from `hint` when the key is new.
    virtual void open_person(event_loop& home, const protocol::chat::author_id& author, std::string hint,
                             bool admin, answer_to<result<person>> then) = 0;
    // Answers with the nick, which must have passed domain::nick_name().
    virtual void rename(event_loop& home, person_number who, std::string nick,
                        answer_to<result<std::string>> then) = 0;
    // Why somebody is away; nothing: is back.
    virtual void set_away(event_loop& home, person_number who, std::optional<std::string> why,
                          answer_to<protocol::error_code> then) = 0;
    // It is here, or was until now. Not answered.
    virtual void note_seen(person_number who) = 0;
    // By author, when there is one, or else by nick.
    virtual void find_person(event_loop& home, std::string nick,
                             std::optional<protocol::chat::author_id> author,
                             answer_to<person_facts> then) = 0;
    // The name must have passed domain::room_name(), or domain::nick_name() when it is a direct room.
    virtual void open_room(event_loop& home, room_request request, answer_to<result<opened_room>> then) = 0;

    virtual void append(event_loop& home, new_record record, answer_to<appended> then) = 0;
    // Not answered: cursors of a lost second are made good by the client, which tells them again.
    virtual void move_cursor(person_number reader, room_number room, cursor to) = 0;

    virtual void read(event_loop& home, read_request request, answer_to<read_answer> then) = 0;
    // What this person may see; or, with `own`, what it reads and is invited to.
    virtual void list_rooms(event_loop& home, person_number who, bool own, std::string after,
                            answer_to<room_page> then) = 0;
    // The states of these people, in their order.
    virtual void list_states(event_loop& home, room_number room, std::vector<person_number> people,
                             answer_to<std::vector<member_state>> then) = 0;
    // rate_limited when too many searches wait.
    virtual void search(event_loop& home, search_request request, answer_to<found_page> then) = 0;
    virtual void transcript(event_loop& home, room_number room, std::uint64_t seq,
                            answer_to<transcript_place> then) = 0;
};

}  // namespace chat_server::storage
