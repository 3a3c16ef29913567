// The chat's store as blocking calls on one SQLite connection: one caller at a time, on any thread.
//
//   database db{{.path = "chat.db"}};            // checks the file; throws open_error
//   db.begin();
//   auto place = db.append(record, now);         // numbers are given inside the transaction
//   db.commit();                                 // only now is anything of it true
//   auto page = db.read({.room = …});            // whole records as encoded blocks
//
// commit() or any other call that throws leaves the transaction to rollback(), which puts the counters back.
#pragma once

#include "chat-server/domain/rights.hpp"
#include "chat-server/storage/log_file.hpp"
#include "chat-server/storage/schema.hpp"
#include "chat-server/storage/sqlite.hpp"
#include "chat-server/storage/types.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chat_server::storage {

struct statements;

class database {
  public:
    struct options {
        std::string path;
        std::string vfs;  // empty: the operating system's
        durability kept = durability::full;
        std::size_t rooms_max = 0;
        domain::retention keep;
        std::size_t pages_max = 0;  // of 4 KiB; what is there already may stay; 0: as the disk allows
    };

    explicit database(options chosen);
    ~database();

    void begin();
    void commit();
    void rollback();

    // Inside a transaction; `now_ms` is the server's clock.
    appended append(const new_record& record, std::int64_t now_ms);
    // The person with this key; new ones get a nick made from `hint`.
    person open_person(const protocol::chat::author_id& author, std::string_view hint, std::int64_t now_ms);
    // name_taken when it belongs to someone else.
    protocol::error_code rename(person_number number, const std::string& nick);
    void set_away(person_number who, const std::optional<std::string>& why);
    void note_seen(person_number who, std::int64_t now_ms);
    // quota_exceeded when there are rooms_max of them; none also when it is there already.
    protocol::error_code create_room(const room_request& request, std::int64_t now_ms);
    // Moves forward only, and never beyond the last record.
    void move_cursor(person_number reader, room_number room, cursor to);
    // Removes up to retention_rows_per_turn records; whether there is more to remove.
    bool remove_expired(std::int64_t now_ms);

    // Takes up to so many records into the search index; whether there is more to take.
    bool index_some(std::uint32_t rows);
    bool is_behind() const { return !behind_.empty(); }
    std::uint64_t unindexed() const;
    // Whether anything can ever expire.
    bool expires() const;

    // What the transaction added, encoded. Each block once, in order for each room.
    std::vector<domain::block_ptr> take_added();
    std::vector<notice> take_notices() { return std::exchange(notices_, {}); }

    // At any time.
    std::optional<person> find_person(const protocol::chat::author_id& author);
    person_facts facts_of(std::string_view nick, const std::optional<protocol::chat::author_id>& author);
    // Told whenever somebody connects: what the access list says is not kept here.
    void note_admin(person_number who, bool admin);
    // no_such_room also when the reader must not know of it; banned
    protocol::error_code open_room(const room_request& request, opened_room& opened, std::int64_t now_ms);
    read_answer read(const read_request& request);
    cursor cursor_of(person_number reader, room_number room);
    room_page list_rooms(person_number who, std::string_view after, std::size_t count_max);
    room_page list_own_rooms(person_number who, std::string_view after, std::size_t count_max);
    const room_info* find_room(room_number room) const;
    // protocol::chat::member_flags of a person in a room.
    std::uint32_t flags_of(room_number room, person_number who, std::int64_t now_ms) const;
    member_state state_of(room_number room, person_number who, std::int64_t now_ms);
    found_page search(const search_request& request);
    // Up to and including this record; 0: the newest. no_such_message when it is not kept.
    transcript_place transcript_at(room_number room, std::uint64_t seq);

  private:
    // Both ends inclusive; when not all of it fits, the newest records of it are kept, or the oldest.
    struct range {
        std::uint64_t from_seq;
        std::uint64_t to_seq;
        bool newest_first;
    };
    using member_key = std::pair<room_number, person_number>;
    struct target {
        std::uint64_t seq = 0;
        person_number author = 0;
    };

    void load_rooms();
    room_info& touch(room_info& room);
    const person& known_person(person_number number);
    std::optional<person_number> person_of_nick(std::string_view nick);
    bool nick_is_free(const std::string& key);

    // Writing a record
    std::optional<appended> earlier(const new_record& record);
    appended judge(const room_info& room, const new_record& record, std::int64_t now_ms, target& at);
    appended judge_target(const room_info& room, const new_record& record, target& at);
    appended judge_pace(const room_info& room, const new_record& record, std::int64_t now_ms);
    protocol::chat::record insert(room_info& room, const new_record& record, std::int64_t now_ms);
    void take_effect(room_info& room, const new_record& record, const target& at, std::int64_t now_ms);
    void tell_other(const room_info& room, const new_record& record);
    void erase(room_info& room, std::uint64_t n, std::uint64_t seq);
    void moderate(room_info& room, const new_record& record, std::int64_t now_ms);
    void invite_readers(const room_info& room);
    void keep(const room_info& room);

    // What somebody is in a room
    domain::standing standing_of(const room_info& room, person_number who, std::int64_t now_ms) const;
    membership membership_of(room_number room, person_number who) const;
    void set_membership(room_number room, person_number who, const membership& to);
    bool may_enter(const room_info& room, person_number who) const;
    bool is_banned(const room_info& room, person_number who) const;
    std::string name_for(const room_info& room, person_number who);
    std::optional<std::string> stored_name(const room_request& request, person_number& other);
    listed_room listed(const room_info& room, person_number who, bool with_cursor);

    // Reading
    std::uint64_t n_at(const room_info& room, std::uint64_t seq);
    std::uint64_t seq_of(const room_info& room, std::uint64_t n);
    std::uint64_t next_seq_for(const room_info& room, const room_request& request, const cursor& at);
    range range_of(const room_info& room, const read_request& request);
    std::uint64_t fit_newest(const room_info& room, const range& wanted, std::size_t bytes_max);
    void encode_range(const room_info& room, const range& wanted, std::size_t bytes_max, read_answer& answer);
    void fold(const room_info& room, read_answer& answer);
    std::optional<protocol::chat::record> record_at(room_number room, std::uint64_t seq);

    // The transcript's hash; see transcript.hpp
    // Nothing when it is older than what is kept.
    std::optional<protocol::chat::chain_hash> chain_at(const room_info& room, std::uint64_t seq);
    protocol::chat::chain_hash& chain_of(const room_info& room);
    void extend_chain(const room_info& room, const protocol::chat::record& added);

    // The search index
    void index(room_info& room, const protocol::chat::record& record, person_number author);
    void unindex(const room_info& room, std::uint64_t seq, std::uint64_t n);
    void set_indexed(room_info& room, std::uint64_t seq);
    std::string text_of(const room_info& room, std::uint64_t seq, std::uint64_t n, std::uint64_t as_of_seq);
    bool wanted(const search_request& request, person_number author_wanted, const found_message& found,
                person_number author);

    std::uint64_t expired_up_to(const room_info& room, std::int64_t now_ms);
    void remove_up_to(room_info& room, std::uint64_t last, std::int64_t now_ms);
    void forget_gone_ids(std::int64_t now_ms);

    const options options_;
    connection db_;
    const std::unique_ptr<statements> sql_;
    log_room log_;
    // The counters of all rooms; rollback() puts those of the touched ones back.
    std::map<room_number, room_info> rooms_;
    std::map<std::string, room_number, std::less<>> room_names_;
    std::map<room_number, room_info> touched_;  // as they were when the transaction began
    std::vector<room_number> created_;          // in this transaction
    std::unordered_map<person_number, person> people_;
    std::map<member_key, membership> members_;
    std::vector<std::pair<member_key, membership>> members_before_;  // what the transaction changed
    std::map<room_number, domain::block_builder> added_;
    std::vector<notice> notices_;
    std::unordered_map<room_number, protocol::chat::chain_hash> chains_;  // of each room's newest record
    // When somebody last wrote in a room with slow mode; forgotten with the process.
    std::map<member_key, std::int64_t> wrote_at_ms_;
    std::set<person_number> admins_;
    std::map<std::pair<room_number, std::uint64_t>, protocol::chat::chain_hash> chains_asked_;
    std::set<room_number> behind_;  // rooms whose newest records are not in the search index yet
    bool remembers_gone_ = false;   // ids of removed records
    room_number expiry_next_ = 0;
};

}  // namespace chat_server::storage
