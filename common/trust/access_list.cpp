#include "common/trust/access_list.hpp"

#include "common/trust/access_file.hpp"

#include <algorithm>
#include <utility>

namespace common::trust {
namespace {

void require_offer(const token_offer& offer) {
    const bool lifetime_fits =
        offer.lifetime > std::chrono::seconds(0) && offer.lifetime <= limits::token_lifetime_max;
    if (offer.uses == 0 || offer.uses > limits::token_uses_max)
        throw state_error("new token: the number of uses must be 1 to " +
                          std::to_string(limits::token_uses_max));
    if (!lifetime_fits) throw state_error("new token: it must expire within ten years, and not at once");
    if (!is_rights(offer.rights))
        throw state_error("new token: rights are small letters and commas, like put,get");
    if (!is_folder(offer.folder)) throw state_error("new token: the folder is too long or not printable");
}

}  // namespace

access_list::access_list(const state_folder& folder, access_rules rules)
    : folder_(folder), rules_(std::move(rules)) {
    read();
}

access_list::table_pointer access_list::read() {
    if (!unsynced_.empty()) throw state_error(unsynced_);
    // The stamp first: a change in between is then noticed by the next refresh.
    const file_stamp stamp = folder_.stamp(access_file_name);
    const auto content = folder_.read(access_file_name, limits::access_file_bytes_max);
    const std::string file = folder_.path_of(access_file_name);
    if (!content && stamp_ != file_stamp{})
        throw state_error(file + ": has disappeared; put it back, or restart to begin with nobody enrolled");
    const access_table table = content ? parse_access(content->view(), file) : access_table{};
    publish(std::make_shared<const access_table>(table));
    stamp_ = stamp;
    return current();
}

access_list::table_pointer access_list::current() const {
    const std::scoped_lock hold(pointer_mutex_);
    return table_;
}

void access_list::publish(table_pointer table) {
    const std::scoped_lock hold(pointer_mutex_);
    table_ = std::move(table);
}

void access_list::update(const std::function<bool(access_table&)>& change, seam::wall_time now) try {
    const std::scoped_lock one_at_a_time(disk_mutex_);
    const folder_lock lock = folder_.lock();
    access_table table = *read();
    if (!change(table)) return;
    table.clock = effective_time(table, now);
    folder_.replace(lock, access_file_name, format_access(table).view());
    stamp_ = folder_.stamp(access_file_name);
    publish(std::make_shared<const access_table>(std::move(table)));
} catch (const sync_error& problem) {
    const std::scoped_lock one_at_a_time(disk_mutex_);
    unsynced_ = problem.what();
    publish(nullptr);
    throw;
}

std::optional<grant> access_list::authorize(public_key_view client) const {
    const auto table = current();
    return table ? find_grant(*table, rules_, client) : std::nullopt;
}

enrol_result access_list::enrol(const enrolment& claim, const channel& on, seam::wall_time now) try {
    // Guessing must not cost us a lock and a sync: only what the table in memory would admit goes further.
    refresh_result fresh = refresh();
    const auto known = current();
    if (!known) return {std::nullopt, std::move(fresh.problem)};
    enrol_result outcome{check_token(*known, rules_, claim, on, now), {}};
    if (!outcome.admitted || known->keys.contains(claim.client)) return outcome;
    const auto consume = [&](access_table& table) {
        outcome.admitted = use_token(table, rules_, claim, on, now);
        return outcome.admitted.has_value();
    };
    update(consume, now);
    return outcome;
} catch (const state_error& problem) {
    return {std::nullopt, problem.what()};
}

refresh_result access_list::refresh() try {
    const std::scoped_lock one_at_a_time(disk_mutex_);
    if (current() && folder_.stamp(access_file_name) == stamp_) return {};
    read();
    return {true, {}};
} catch (const state_error& problem) {
    publish(nullptr);
    return {true, problem.what()};
}

std::string access_list::note_seen(public_key_view client, seam::wall_time now) try {
    public_key key{};
    std::ranges::copy(client, key.begin());
    const auto is_due = [&](const access_table& table) {
        const auto found = table.keys.find(key);
        return found != table.keys.end() &&
               effective_time(table, now) - found->second.last_seen >= limits::last_seen_step;
    };
    const auto known = current();
    if (!known || !is_due(*known)) return {};
    const auto mark = [&](access_table& table) {
        if (!is_due(table)) return false;
        table.keys.at(key).last_seen = effective_time(table, now);
        return true;
    };
    update(mark, now);
    return {};
} catch (const state_error& problem) {
    return problem.what();
}

token access_list::new_token(const token_offer& offer, seam::wall_time now) {
    require_offer(offer);
    const token made = token::generate();
    const auto add = [&](access_table& table) {
        const unix_time time = effective_time(table, now);
        std::erase_if(table.tokens, [&](const auto& entry) { return entry.second.expires <= time; });
        if (table.tokens.size() >= limits::tokens_max)
            throw state_error("new token: there are " + std::to_string(limits::tokens_max) +
                              " unexpired tokens already; wait until some expire");
        const token_key key = made.key();
        table.tokens.emplace(id_of(key), access_token{key, time, time + offer.lifetime, offer.uses,
                                                      offer.rights, offer.folder});
        return true;
    };
    update(add, now);
    return made;
}

bool access_list::is_usable(const token& offered, seam::wall_time now) const {
    const auto table = current();
    if (!table) return false;
    const auto found = table->tokens.find(id_of(offered.key()));
    return found != table->tokens.end() && found->second.uses_left > 0 &&
           found->second.expires > effective_time(*table, now);
}

bool access_list::revoke(const std::string& id, seam::wall_time now) {
    if (!is_key_id(id)) throw state_error("revoke: a key id has 16 characters, as `access list` shows it");
    bool was_enrolled = false;
    const auto remove = [&](access_table& table) {
        if (table.revoked.size() >= limits::revoked_keys_max && !table.revoked.contains(id))
            throw state_error("revoke: " + std::to_string(limits::revoked_keys_max) +
                              " keys are revoked already");
        const std::size_t before = table.keys.size();
        revoke_key(table, id, now);
        was_enrolled = table.keys.size() < before;
        return true;
    };
    update(remove, now);
    return was_enrolled;
}

bool access_list::grant_rights(const std::string& id, const std::string& rights, seam::wall_time now) {
    if (!is_key_id(id)) throw state_error("grant: a key id has 16 characters, as `access list` shows it");
    if (!is_rights(rights) || rights.size() > limits::rights_bytes_max)
        throw state_error("grant: rights are words of small letters with commas between them");
    bool known = false;
    const auto change = [&](access_table& table) {
        for (auto& [key, entry] : table.keys) {
            if (key_id(key) != id) continue;
            entry.rights = rights;
            known = true;
        }
        return known;
    };
    update(change, now);
    return known;
}

access_table access_list::table() const {
    const auto table = current();
    return table ? *table : access_table{};
}

}  // namespace common::trust
