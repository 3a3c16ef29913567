// The store on SQLite: many writers, one transaction at a time.
//
//   sqlite_store store{home, disk_thread, options};      opens and checks the file; throws open_error
//   store.on_fatal = …;           a commit failed: nothing of it was acknowledged, the process must end
//   … use it as storage::store …
//   store.close(then);            commits what waits; afterwards all answers are shutting_down
//
// A turn is one visit to the disk thread: a transaction with everything that was waiting when it began, and a
// few pages for readers. What comes meanwhile waits for the next turn, so transactions grow with the load
// by themselves. A full disk fails one transaction with no_space and the next one is tried as usual; any
// other failure of a transaction is fatal, because the disk may have forgotten what it said it had.
#pragma once

#include "chat-server/storage/database.hpp"
#include "chat-server/storage/intake.hpp"
#include "chat-server/storage/limits.hpp"
#include "chat-server/storage/store.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace chat_server::storage {

// Read by the metrics page on any thread.
struct store_counters {
    std::atomic<std::uint64_t> posts{0};
    std::atomic<std::uint64_t> repeats{0};
    std::atomic<std::uint64_t> commits{0};
    std::atomic<std::uint64_t> batch_writes_max{0};
    std::atomic<std::uint64_t> pages_read{0};
    std::atomic<std::uint64_t> no_space{0};
    std::atomic<std::uint64_t> waiting{0};
    std::atomic<std::uint64_t> searches{0};
    std::atomic<std::uint64_t> unindexed{0};
    std::atomic<std::uint64_t> cursors_moved{0};
};

class sqlite_store final : public store {
  public:
    // `home` is the loop on which queue and answers are kept in order; `disk` runs one job at a time. Both
    // outlive the store; the store outlives every loop that subscribed, or those loops have stopped.
    sqlite_store(event_loop& home, common::seam::serial_executor& disk, const database::options& options);
    ~sqlite_store() override;

    // On `home`, at most once, with one line for a person.
    std::function<void(std::string)> on_fatal;
    void close(std::function<void()> then);
    const store_counters& counters() const { return counters_; }

    void subscribe(event_loop& home, std::function<void(const domain::block_ptr&)> each) override;
    void subscribe_notices(event_loop& home, std::function<void(const notice&)> each) override;
    void open_person(event_loop& home, const protocol::chat::author_id& author, std::string hint, bool admin,
                     answer_to<result<person>> then) override;
    void rename(event_loop& home, person_number who, std::string nick,
                answer_to<result<std::string>> then) override;
    void set_away(event_loop& home, person_number who, std::optional<std::string> why,
                  answer_to<protocol::error_code> then) override;
    void note_seen(person_number who) override;
    void find_person(event_loop& home, std::string nick, std::optional<protocol::chat::author_id> author,
                     answer_to<person_facts> then) override;
    void open_room(event_loop& home, room_request request, answer_to<result<opened_room>> then) override;
    void append(event_loop& home, new_record record, answer_to<appended> then) override;
    void move_cursor(person_number reader, room_number room, cursor to) override;
    void read(event_loop& home, read_request request, answer_to<read_answer> then) override;
    void list_rooms(event_loop& home, person_number who, bool own, std::string after,
                    answer_to<room_page> then) override;
    void list_states(event_loop& home, room_number room, std::vector<person_number> people,
                     answer_to<std::vector<member_state>> then) override;
    void search(event_loop& home, search_request request, answer_to<found_page> then) override;
    void transcript(event_loop& home, room_number room, std::uint64_t seq,
                    answer_to<transcript_place> then) override;

  private:
    // Something to do inside the transaction, and how its answer is given afterwards. `failed` is the
    // error of the whole transaction, or none.
    struct write {
        event_loop* home = nullptr;
        std::size_t bytes = 0;
        std::function<void(database&, std::int64_t now_ms)> apply;
        std::function<void(protocol::error_code failed)> answer;
    };
    struct page_reader {
        event_loop* home;
        answer_to<read_answer> then;
    };
    struct page_read {
        read_request request;
        std::vector<page_reader> readers;  // several readers at the same place share one page
        read_answer answer;
    };
    struct query {
        event_loop* home = nullptr;
        std::function<void(database&, std::int64_t now_ms)> ask;
        std::function<void()> answer;
    };
    struct subscriber {
        event_loop* home;
        std::shared_ptr<std::function<void(const domain::block_ptr&)>> each;
    };
    struct notice_subscriber {
        event_loop* home;
        std::shared_ptr<std::function<void(const notice&)>> each;
    };
    using cursor_key = std::pair<person_number, room_number>;
    struct turn;

    void on_home(std::function<void()> task);
    void enqueue(write added);
    void enqueue(query added);
    void enqueue(page_read added);
    bool idle() const;
    void start_turn();
    std::shared_ptr<turn> take_turn();
    void run_turn(const std::shared_ptr<turn>& next);
    void run_turn_in_two_steps(const std::shared_ptr<turn>& next);
    void finish_turn(turn& done);
    void tell(turn& done);
    void tell_notices(turn& done);
    void count(const turn& done);
    void start_cursor_timer();
    void start_expiry_timer();
    void plan_indexing(const turn& done);

    event_loop& home_;
    common::seam::serial_executor& disk_;
    const bool durable_;
    // Shared with the turn that runs: it may outlive the store on the disk thread.
    std::shared_ptr<database> db_;
    store_counters counters_;
    // Posts to `home` may arrive after the store is gone.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

    intake requests_{home_, [this] { start_turn(); }};
    std::deque<write> writes_;
    std::deque<page_read> reads_;
    std::deque<query> queries_;
    std::deque<query> searches_;  // a few go with each turn
    std::map<cursor_key, cursor> cursors_;
    std::set<person_number> seen_;  // kept with the cursors
    std::vector<subscriber> subscribers_;
    std::vector<notice_subscriber> notice_subscribers_;
    bool running_ = false;
    bool cursors_due_ = false;
    bool expiry_due_ = false;
    bool index_due_ = false;
    bool short_of_space_ = false;
    bool failed_ = false;
    bool closed_ = false;
    std::vector<std::function<void()>> close_waiters_;
    common::seam::timer cursor_timer_;
    common::seam::timer expiry_timer_;
    common::seam::timer index_timer_;
};

}  // namespace chat_server::storage
