#include "chat-server/domain/names.hpp"
#include "chat-server/storage/database.hpp"
#include "chat-server/storage/limits.hpp"
#include "chat-server/storage/statements.hpp"

#include <algorithm>

namespace chat_server::storage {

using protocol::error_code;

bool database::wanted(const search_request& request, person_number author_wanted, const found_message& found,
                      person_number author) {
    if (found.stored_at_ms < request.since_ms || found.stored_at_ms >= request.until_ms) return false;
    const room_info* room = find_room(found.room);
    if (room == nullptr || !may_enter(*room, request.who)) return false;
    if (request.author.empty() || author == author_wanted) return true;
    const auto record = record_at(found.room, found.seq);
    const bool then = record && domain::nick_key(record->nick) == domain::nick_key(request.author);
    sql_->read_again.reset();
    return then;
}

found_page database::search(const search_request& request) {
    found_page page;
    std::string match = request.match;
    room_number only = 0;
    if (request.room) {
        person_number other = 0;
        const auto stored = stored_name(*request.room, other);
        const auto named = stored ? room_names_.find(*stored) : room_names_.end();
        if (named == room_names_.end() || !may_enter(rooms_.at(named->second), request.who)) {
            page.error = error_code::no_such_room;
            return page;
        }
        only = named->second;
        if (!match.empty()) match += " AND place : \"r" + std::to_string(only) + "\"";
    }
    const person_number author = request.author.empty() ? 0 : person_of_nick(request.author).value_or(0);
    const std::uint64_t before =
        request.before == 0 ? INT64_MAX : std::min<std::uint64_t>(request.before, INT64_MAX);
    statement& row = match.empty() ? sql_->search_all : sql_->search;
    if (match.empty()) row.start(before);
    if (!match.empty()) row.start(std::string_view{match}, before);
    std::size_t looked = 0;
    while (row.step()) {
        const std::uint64_t g = row.integer(0);
        found_message found{.room = static_cast<room_number>(row.integer(1)),
                            .seq = row.integer(2),
                            .stored_at_ms = static_cast<std::int64_t>(row.integer(4))};
        const auto by = static_cast<person_number>(row.integer(3));
        if ((only == 0 || found.room == only) && wanted(request, author, found, by)) {
            page.messages.push_back(std::move(found));
        }
        if (page.messages.size() < request.count && ++looked < limits::search_rows_looked_at_max) continue;
        page.next = g;
        break;
    }
    row.reset();
    for (found_message& each : page.messages) {
        const room_info& room = rooms_.at(each.room);
        const auto record = record_at(each.room, each.seq);
        if (!record) continue;
        each.n = record->n;
        each.author = record->author;
        each.nick = record->nick;
        sql_->read_again.reset();
        each.room_name = name_for(room, request.who);
        each.text = text_of(room, each.seq, each.n, room.last_seq);
    }
    return page;
}

}  // namespace chat_server::storage
