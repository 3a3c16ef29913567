// A copy of one server's rooms on this machine: what was read once is here at the next start.
//
//   log_cache cache(path, 256 MiB);            path ":memory:" keeps nothing
//   cache.add({.room = "lobby", .from_seq = 1, .to_seq = 9, .records = …});
//   cache.slice("lobby", {.from = before, .at = 10, .count = 50})      a part of the log, holes and all
//   cache.save(room);   cache.rooms();         what a person has open, drafts, read marks
//
//   seq  1 ████░░░░░░██████████ head           █ known: a record, or not kept by the server any more
//        known   hole    known                 ░ never read by this machine
//
// Records that point at others (edits, deletions, reactions) are found by what they point at. When the file
// has grown to its limit, the oldest records go and become a hole again. Everything blocks and throws
// database::sqlite_error; one caller at a time.
#pragma once

#include "chat-client/domain/log_slice.hpp"
#include "chat-client/domain/records.hpp"
#include "common/database/sqlite.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat_client::storage {

// A part of the log as it came. Records that are missing in the range are not kept by the server.
struct log_part {
    std::string room{};  // room_key()
    std::uint64_t from_seq = 0;
    std::uint64_t to_seq = 0;
    std::vector<domain::record> records{};     // inside of the range
    std::vector<domain::record> amendments{};  // outside of it
};

struct saved_room {
    std::string key;
    std::string name;
    std::string topic{};
    bool open = false;
    std::uint64_t place = 0;  // in the list
    std::uint64_t read_seq = 0;
    std::uint64_t read_n = 0;
    std::uint64_t last_seq = 0;  // of the server, as far as known
    std::uint64_t last_n = 0;
    std::uint32_t flags = 0;
    bool muted = false;
    std::string draft{};

    bool operator==(const saved_room&) const = default;
};

class log_cache {
  public:
    // Makes the file (0600) when it is not there.
    log_cache(const std::string& path, std::size_t bytes_max);
    ~log_cache();

    void add(const log_part& part);
    domain::log_slice slice(const std::string& room, const domain::slice_wish& wish);
    // The same for one record each: messages that were amended, and the newest that quote them.
    std::vector<domain::log_slice> messages(const std::string& room,
                                            const std::vector<std::uint64_t>& numbers);
    // How far everything is known from the last record that is; nothing: an empty copy.
    std::optional<domain::seq_range> head(const std::string& room);
    std::uint64_t n_at(const std::string& room, std::uint64_t seq);
    // Of those behind a record; `nick` is this person's.
    std::uint64_t count_mentions(const std::string& room, std::uint64_t after_seq, std::string_view nick,
                                 const domain::author_id& you);
    void forget(const std::string& room);

    std::vector<saved_room> rooms();
    void save(const saved_room& room);
    // Typed lines, oldest first, at most limits::history_lines_max.
    std::vector<std::string> history();
    void add_history(std::string_view line);
    std::string setting(std::string_view name);
    void set_setting(std::string_view name, std::string_view value);

  private:
    struct statements;

    std::uint64_t room_number(const std::string& key);
    void insert(std::uint64_t room, const domain::record& record);
    void cover(std::uint64_t room, domain::seq_range range);
    domain::seq_range range_of(std::uint64_t room, const domain::slice_wish& wish);
    domain::seq_range clip_to_holes(std::uint64_t room, domain::seq_range range,
                                    const domain::slice_wish& wish);
    std::vector<domain::seq_range> known(std::uint64_t room, domain::seq_range range);
    domain::log_slice read(std::uint64_t room, const std::string& key, domain::seq_range range);
    void read_amendments(std::uint64_t room, domain::log_slice& of);
    void read_quotes(std::uint64_t room, domain::log_slice& of);
    void shrink();

    common::database::connection db_;
    const std::size_t bytes_max_;
    std::size_t added_since_check_ = 0;
    std::unique_ptr<statements> sql_;
};

}  // namespace chat_client::storage
