#include "chat-server/domain/names.hpp"
#include "chat-server/storage/database.hpp"
#include "chat-server/storage/statements.hpp"

#include <cassert>

namespace chat_server::storage {

using protocol::error_code;

std::optional<person> database::find_person(const protocol::chat::author_id& author) {
    sql_->find_person.start(author);
    if (!sql_->find_person.step()) return std::nullopt;
    person found{.number = static_cast<person_number>(sql_->find_person.integer(0)),
                 .author = author,
                 .nick = std::string{sql_->find_person.text(1)}};
    if (!sql_->find_person.is_null(2)) found.away = std::string{sql_->find_person.text(2)};
    sql_->find_person.reset();
    return found;
}

person_facts database::facts_of(std::string_view nick,
                                const std::optional<protocol::chat::author_id>& author) {
    person_facts facts;
    std::optional<protocol::chat::author_id> wanted = author;
    if (!wanted) {
        const auto number = person_of_nick(nick);
        if (!number) return facts;
        wanted = known_person(*number).author;
    }
    const auto found = find_person(*wanted);
    if (!found) return facts;
    facts.who = *found;
    facts.admin = admins_.contains(found->number);
    sql_->seen_at.start(found->number);
    if (sql_->seen_at.step()) {
        facts.first_seen_ms = static_cast<std::int64_t>(sql_->seen_at.integer(0));
        facts.last_seen_ms = static_cast<std::int64_t>(sql_->seen_at.integer(1));
    }
    sql_->seen_at.reset();
    return facts;
}

void database::set_away(person_number who, const std::optional<std::string>& why) {
    std::optional<std::string_view> text;
    if (why) text = *why;
    sql_->set_away.run(text, who);
}

void database::note_seen(person_number who, std::int64_t now_ms) {
    sql_->note_seen.run(now_ms, who);
}

bool database::nick_is_free(const std::string& key) {
    sql_->nick_owner.start(std::string_view{key});
    const bool taken = sql_->nick_owner.step();
    sql_->nick_owner.reset();
    return !taken;
}

person database::open_person(const protocol::chat::author_id& author, std::string_view hint,
                             std::int64_t now_ms) {
    if (auto known = find_person(author)) return *known;
    person added{.number = 0, .author = author, .nick = {}};
    for (unsigned attempt = 0; added.nick.empty() || !nick_is_free(domain::nick_key(added.nick)); ++attempt) {
        added.nick = domain::nick_from_hint(hint, attempt);
    }
    const std::string key = domain::nick_key(added.nick);
    sql_->add_person.start(author, std::string_view{added.nick}, std::string_view{key}, now_ms);
    const bool there = sql_->add_person.step();
    assert(there);
    added.number = static_cast<person_number>(sql_->add_person.integer(0));
    sql_->add_person.reset();
    return added;
}

error_code database::rename(person_number number, const std::string& nick) {
    const std::string key = domain::nick_key(nick);
    sql_->nick_owner.start(std::string_view{key});
    const bool taken = sql_->nick_owner.step() && sql_->nick_owner.integer(0) != number;
    sql_->nick_owner.reset();
    if (taken) return error_code::name_taken;
    sql_->rename.run(std::string_view{nick}, std::string_view{key}, number);
    people_.erase(number);
    return error_code::none;
}

std::optional<person_number> database::person_of_nick(std::string_view nick) {
    const std::string key = domain::nick_key(nick);
    sql_->nick_owner.start(std::string_view{key});
    if (!sql_->nick_owner.step()) return std::nullopt;
    const auto number = static_cast<person_number>(sql_->nick_owner.integer(0));
    sql_->nick_owner.reset();
    return number;
}

}  // namespace chat_server::storage
