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

#include "chat-server/storage/schema.hpp"
#include "chat-server/storage/sqlite.hpp"
#include "chat-server/storage/types.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chat_server::storage {

// What --retention asks for; 0: no limit.
struct retention {
    std::uint64_t records_max = 0;  // of each room
    std::int64_t age_max_ms = 0;

    bool any() const { return records_max != 0 || age_max_ms != 0; }
};

struct statements;

class database {
  public:
    struct options {
        std::string path;
        std::string vfs;  // empty: the operating system's
        durability kept = durability::full;
        std::size_t rooms_max = 0;
        retention keep;
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
    // quota_exceeded when there are rooms_max of them; none also when it is there already.
    protocol::error_code create_room(const std::string& name, std::int64_t now_ms);
    // Moves forward only, and never beyond the last record.
    void move_cursor(person_number reader, room_number room, cursor to);
    // Removes up to retention_rows_per_turn records; whether there is more to remove.
    bool remove_expired(std::int64_t now_ms);

    // What the transaction added, encoded. Each block once, in order for each room.
    std::vector<domain::block_ptr> take_added();

    // At any time.
    std::optional<person> find_person(const protocol::chat::author_id& author);
    protocol::error_code open_room(const room_request& request, opened_room& opened);  // no_such_room
    read_answer read(const read_request& request);
    cursor cursor_of(person_number reader, room_number room);
    room_page list_rooms(std::string_view after, std::size_t count_max) const;
    const room_info* find_room(room_number room) const;

  private:
    // Both ends inclusive; when not all of it fits, the newest records of it are kept, or the oldest.
    struct range {
        std::uint64_t from_seq;
        std::uint64_t to_seq;
        bool newest_first;
    };

    void load_rooms();
    room_info& touch(room_info& room);
    const person& known_person(person_number number);
    bool nick_is_free(const std::string& key);
    appended repeated(const new_record& record);
    std::uint64_t n_at(const room_info& room, std::uint64_t seq);
    std::uint64_t seq_of(const room_info& room, std::uint64_t n);
    std::uint64_t next_seq_for(const room_info& room, const room_request& request, const cursor& at);
    range range_of(const room_info& room, const read_request& request);
    std::uint64_t fit_newest(const room_info& room, const range& wanted, std::size_t bytes_max);
    void encode_range(const room_info& room, const range& wanted, std::size_t bytes_max, read_answer& answer);
    std::uint64_t expired_up_to(const room_info& room, std::int64_t now_ms);

    const options options_;
    connection db_;
    const std::unique_ptr<statements> sql_;
    // The counters of all rooms; rollback() puts those of the touched ones back.
    std::map<room_number, room_info> rooms_;
    std::map<std::string, room_number, std::less<>> room_names_;
    std::map<room_number, room_info> touched_;  // as they were when the transaction began
    std::vector<room_number> created_;          // in this transaction
    std::unordered_map<person_number, person> people_;
    std::map<room_number, domain::block_builder> added_;
    room_number expiry_next_ = 0;
};

}  // namespace chat_server::storage
