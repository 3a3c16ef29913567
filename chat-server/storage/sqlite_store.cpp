#include "chat-server/storage/sqlite_store.hpp"

#include "chat-server/storage/turn.hpp"
#include "common/seam/mutation.hpp"

#include <algorithm>
#include <iterator>

namespace chat_server::storage {

using protocol::error_code;

namespace {

// A failed transaction as the answer to one of its writes.
template <class T>
result<T> or_error(error_code failed, error_code refused, T value) {
    if (failed != error_code::none) return make_error_code(failed);
    if (refused != error_code::none) return make_error_code(refused);
    return value;
}

}  // namespace

sqlite_store::sqlite_store(event_loop& home, common::seam::serial_executor& disk,
                           const database::options& options)
    : home_(home),
      disk_(disk),
      durable_(options.kept == durability::full),
      db_(std::make_shared<database>(options)),
      cursor_timer_(home),
      expiry_timer_(home),
      index_timer_(home) {
    on_home([this] {
        start_expiry_timer();
        index_due_ = true;
        start_turn();
    });
}

sqlite_store::~sqlite_store() {
    *alive_ = false;
}

void sqlite_store::on_home(std::function<void()> task) {
    home_.post([alive = alive_, run = std::move(task)] {
        if (*alive) run();
    });
}

void sqlite_store::subscribe(event_loop& home, std::function<void(const domain::block_ptr&)> each) {
    auto shared = std::make_shared<std::function<void(const domain::block_ptr&)>>(std::move(each));
    on_home([this, home = &home, shared] { subscribers_.push_back({home, shared}); });
}

// Opening what is there already is a question, not a write: it works while the disk is full.
void sqlite_store::open_person(event_loop& home, const protocol::chat::author_id& author, std::string hint,
                               bool admin, answer_to<result<person>> then) {
    auto found = std::make_shared<std::optional<person>>();
    auto make = [=, this, &home] {
        enqueue(write{
            .home = &home,
            .bytes = hint.size(),
            .apply =
                [=](database& db, std::int64_t now_ms) {
                    *found = db.open_person(author, hint, now_ms);
                    db.note_admin((*found)->number, admin);
                },
            .answer =
                [=](error_code failed) {
                    then(or_error(failed, error_code::none, found->value_or(person{})));
                },
        });
    };
    enqueue(query{
        .home = &home,
        .ask =
            [=](database& db, std::int64_t) {
                *found = db.find_person(author);
                if (*found) db.note_admin((*found)->number, admin);
            },
        .answer = [=] { return *found ? then(**found) : make(); },
    });
}

void sqlite_store::rename(event_loop& home, person_number who, std::string nick,
                          answer_to<result<std::string>> then) {
    auto refused = std::make_shared<error_code>();
    enqueue(write{
        .home = &home,
        .bytes = nick.size(),
        .apply = [=](database& db, std::int64_t) { *refused = db.rename(who, nick); },
        .answer = [=](error_code failed) { then(or_error(failed, *refused, nick)); },
    });
}

void sqlite_store::open_room(event_loop& home, room_request request, answer_to<result<opened_room>> then) {
    struct outcome {
        opened_room room;
        error_code refused = error_code::none;
    };
    auto opened = std::make_shared<outcome>();
    auto make = [=, this, &home] {
        enqueue(write{
            .home = &home,
            .bytes = request.name.size(),
            .apply =
                [=](database& db, std::int64_t now_ms) {
                    opened->refused = db.create_room(request, now_ms);
                    if (opened->refused == error_code::none)
                        opened->refused = db.open_room(request, opened->room, now_ms);
                },
            .answer = [=](error_code failed) { then(or_error(failed, opened->refused, opened->room)); },
        });
    };
    // The cursor that the answer tells may still wait for its transaction.
    requests_.add(home, [this] { cursors_due_ = true; });
    enqueue(query{
        .home = &home,
        .ask = [=](database& db,
                   std::int64_t now_ms) { opened->refused = db.open_room(request, opened->room, now_ms); },
        .answer =
            [=] {
                const bool missing = opened->refused == error_code::no_such_room && request.create;
                return missing ? make() : then(or_error(error_code::none, opened->refused, opened->room));
            },
    });
}

void sqlite_store::append(event_loop& home, new_record record, answer_to<appended> then) {
    struct outcome {
        new_record record;
        appended place;
    };
    auto shared = std::make_shared<outcome>(outcome{std::move(record), {}});
    enqueue(write{
        .home = &home,
        .bytes = protocol::chat::limits::record_overhead_bytes_max + shared->record.text.size(),
        .apply =
            [this, shared](database& db, std::int64_t now_ms) {
                shared->place = db.append(shared->record, now_ms);
                shared->place.durable = durable_;
                counters_.posts += shared->place.error == error_code::none && !shared->place.repeated ? 1 : 0;
                counters_.repeats += shared->place.repeated ? 1 : 0;
            },
        .answer =
            [shared, then](error_code failed) {
                if (failed != error_code::none) shared->place = {.error = failed};
                then(shared->place);
            },
    });
}

void sqlite_store::move_cursor(person_number reader, room_number room, cursor to) {
    on_home([=, this] {
        if (closed_) return;
        cursor& at = cursors_[{reader, room}];
        at.delivered_seq = std::max(at.delivered_seq, to.delivered_seq);
        at.read_seq = std::max(at.read_seq, to.read_seq);
        start_cursor_timer();
    });
}

void sqlite_store::read(event_loop& home, read_request request, answer_to<read_answer> then) {
    page_read added;
    added.request = request;
    added.readers.push_back({&home, std::move(then)});
    requests_.add(home, [this, added = std::move(added)] { enqueue(added); });
}

void sqlite_store::enqueue(write added) {
    event_loop& asker = *added.home;
    requests_.add(asker, [this, added = std::move(added)]() mutable {
        if (closed_) {
            const error_code why = failed_ ? error_code::storage_failed : error_code::shutting_down;
            added.home->post([answer = std::move(added.answer), why] { answer(why); });
            return;
        }
        writes_.push_back(std::move(added));
        counters_.waiting = writes_.size();
    });
}

void sqlite_store::enqueue(query added) {
    event_loop& asker = *added.home;
    requests_.add(asker,
                  [this, added = std::move(added)]() mutable { queries_.push_back(std::move(added)); });
}

void sqlite_store::enqueue(page_read added) {
    // Readers that resume together ask for the same pages: the newest questions are compared.
    const std::size_t looked = std::min(reads_.size(), limits::reads_compared_max);
    for (std::size_t i = reads_.size() - looked; i < reads_.size(); ++i) {
        if (reads_[i].request != added.request) continue;
        reads_[i].readers.push_back(std::move(added.readers.front()));
        return;
    }
    reads_.push_back(std::move(added));
}

void sqlite_store::start_cursor_timer() {
    if (cursor_timer_.running()) return;
    cursor_timer_.start(limits::cursor_delay_max, [this] {
        cursors_due_ = true;
        start_turn();
    });
}

void sqlite_store::start_expiry_timer() {
    if (closed_) return;
    expiry_timer_.start(limits::retention_interval, [this] {
        expiry_due_ = true;
        start_turn();
        start_expiry_timer();
    });
}

bool sqlite_store::idle() const {
    return writes_.empty() && reads_.empty() && queries_.empty() && searches_.empty() && !expiry_due_ &&
           !index_due_ && (!cursors_due_ || (cursors_.empty() && seen_.empty()));
}

void sqlite_store::start_turn() {
    if (running_ || failed_ || idle()) return;
    running_ = true;
    run_turn(take_turn());
}

std::shared_ptr<sqlite_store::turn> sqlite_store::take_turn() {
    auto next = std::make_shared<turn>();
    next->now_ms = home_.wall_now().time_since_epoch().count();
    std::size_t bytes = 0;
    while (!writes_.empty() && next->writes.size() < limits::batch_writes_max) {
        bytes += writes_.front().bytes;
        if (bytes > limits::batch_bytes_max && !next->writes.empty()) break;
        next->writes.push_back(std::move(writes_.front()));
        writes_.pop_front();
    }
    counters_.waiting = writes_.size();
    // Cursors ride with the writes, but not where their weight could sink the ones that still fit.
    if (short_of_space_ ? cursors_due_ && next->writes.empty() : cursors_due_ || !next->writes.empty()) {
        next->cursors = std::exchange(cursors_, {});
        next->seen = std::exchange(seen_, {});
        cursors_due_ = false;
        cursor_timer_.stop();
    }
    while (!reads_.empty() && next->reads.size() < limits::reads_per_turn_max) {
        next->reads.push_back(std::move(reads_.front()));
        reads_.pop_front();
    }
    next->queries.assign(std::make_move_iterator(queries_.begin()), std::make_move_iterator(queries_.end()));
    queries_.clear();
    const std::size_t plain = next->queries.size();
    while (!searches_.empty() && next->queries.size() - plain < limits::searches_per_turn_max) {
        next->queries.push_back(std::move(searches_.front()));
        searches_.pop_front();
    }
    next->expire = std::exchange(expiry_due_, false);
    // Nor the search index: it can wait for space.
    if (std::exchange(index_due_, false) && !short_of_space_) {
        next->index_rows = next->writes.empty() ? limits::index_rows_idle : limits::index_rows_busy;
    }
    return next;
}

void sqlite_store::run_turn(const std::shared_ptr<turn>& next) {
    using common::seam::mutated;
    using common::seam::mutation;
    if (mutated(mutation::ack_before_commit) || mutated(mutation::publish_before_commit)) {
        return run_turn_in_two_steps(next);
    }
    disk_.run(
        home_,
        [db = db_, next] {
            next->prepare(*db);
            next->commit(*db);
            next->look_up(*db);
        },
        [this, alive = alive_, next] {
            if (*alive) finish_turn(*next);
        });
}

// The same turn with a defect: somebody hears of it before it is committed.
void sqlite_store::run_turn_in_two_steps(const std::shared_ptr<turn>& next) {
    const bool answers_too = common::seam::mutated(common::seam::mutation::ack_before_commit);
    auto commit = [this, alive = alive_, next, answers_too] {
        if (!*alive) return;
        if (next->failed == error_code::none) {
            turn early;
            early.added.swap(next->added);
            if (answers_too) early.writes.swap(next->writes);
            tell(early);
        }
        disk_.run(
            home_,
            [db = db_, next] {
                next->commit(*db);
                next->look_up(*db);
            },
            [this, alive, next] {
                if (*alive) finish_turn(*next);
            });
    };
    disk_.run(
        home_, [db = db_, next] { next->prepare(*db); }, commit);
}

void sqlite_store::finish_turn(turn& done) {
    running_ = false;
    count(done);
    if (done.wrote) short_of_space_ = false;
    if (done.failed == error_code::no_space) {
        short_of_space_ = true;
        for (const auto& [key, at] : done.cursors) cursors_.try_emplace(key, at);
        if (!cursors_.empty()) start_cursor_timer();
    }
    expiry_due_ = expiry_due_ || done.more_to_expire;
    plan_indexing(done);
    tell(done);
    if (!done.fatal.empty()) {
        failed_ = closed_ = true;
        if (on_fatal) on_fatal(done.fatal);
    }
    start_turn();
    if (!running_ && closed_) {
        for (auto& then : std::exchange(close_waiters_, {})) then();
    }
}

// Each loop hears all of a turn at once: what was added first, then the answers.
void sqlite_store::tell(turn& done) {
    std::map<event_loop*, std::vector<std::function<void()>>> answers;
    for (write& each : done.writes) {
        answers[each.home].push_back(
            [answer = std::move(each.answer), failed = done.failed] { answer(failed); });
    }
    for (page_read& page : done.reads) {
        for (page_reader& reader : page.readers) {
            answers[reader.home].push_back(
                [then = std::move(reader.then), answer = page.answer] { then(answer); });
        }
    }
    for (query& each : done.queries) answers[each.home].push_back(std::move(each.answer));
    if (!done.added.empty()) {
        const auto added = std::make_shared<std::vector<domain::block_ptr>>(done.added);
        for (const subscriber& each : subscribers_) {
            each.home->post([added, heard = each.each] {
                for (const domain::block_ptr& block : *added) (*heard)(block);
            });
        }
    }
    tell_notices(done);
    for (auto& [home, all] : answers) {
        home->post([all = std::move(all)] {
            for (const auto& answer : all) answer();
        });
    }
    done.writes.clear();
    done.reads.clear();
    done.queries.clear();
}

void sqlite_store::count(const turn& done) {
    counters_.commits += done.wrote ? 1 : 0;
    counters_.cursors_moved += done.wrote ? done.cursors.size() : 0;
    counters_.unindexed = done.unindexed;
    counters_.pages_read += done.reads.size();
    counters_.no_space += done.failed == error_code::no_space ? 1 : 0;
    counters_.batch_writes_max = std::max<std::uint64_t>(counters_.batch_writes_max, done.writes.size());
}

void sqlite_store::close(std::function<void()> then) {
    on_home([this, then = std::move(then)] {
        requests_.take();
        closed_ = true;
        cursors_due_ = true;
        expiry_timer_.stop();
        index_timer_.stop();
        expiry_due_ = index_due_ = false;
        close_waiters_.push_back(then);
        start_turn();
        if (running_) return;
        for (auto& waiter : std::exchange(close_waiters_, {})) waiter();
    });
}

}  // namespace chat_server::storage
