// The copy of one server's rooms behind the event loop.
//
//   cached_log log(loop, thread, {.folder = state, .server = "host:7400", .bytes_max = …});
//   log.open([](opened_cache found) { … });       what was kept; a damaged file is set aside, and said so
//   log.add(part, [](news) { … });                written, and how that part and what it changed look now
//   log.slice(room, wish, [](log_slice) { … });
//   log.save(room);   log.add_history(line);   log.set_setting(…);
//
// Answers come in the order of the calls. A disk that cannot be written ends in a copy in memory, once told.
// `thread` has nothing else to do with this file; the owner limits what waits with waiting_bytes(). Only from
// the loop's thread.
#pragma once

#include "chat-client/storage/log_cache.hpp"
#include "common/seam/event_loop.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace chat_client::storage {

struct cache_place {
    std::string folder;  // empty: only in memory
    std::string server{};
    std::size_t bytes_max = 0;
};

struct opened_cache {
    std::vector<saved_room> rooms{};
    std::vector<std::string> history{};
    std::string theme{};
    std::vector<std::string> ignored{};  // keys
    std::string trouble{};               // for a person: the file was set aside, or cannot be used
};

struct cache_news {
    domain::log_slice part{};                  // what was added
    std::vector<domain::log_slice> changed{};  // messages in front of it that it changed
    std::uint64_t mentions = 0;                // unread
};

struct reader {
    domain::author_id you{};
    std::string nick{};
    std::uint64_t read_seq = 0;
};

class cached_log {
  public:
    cached_log(common::seam::event_loop& home, common::seam::serial_executor& thread, cache_place place);
    ~cached_log();
    cached_log(const cached_log&) = delete;
    cached_log& operator=(const cached_log&) = delete;

    template <class Answer>
    using then = std::function<void(Answer)>;

    void open(then<opened_cache> done);
    void add(log_part part, reader who, then<cache_news> done);
    void slice(std::string room, domain::slice_wish wish, then<domain::log_slice> done);
    // How many messages there are up to a record, and how many mentions behind it.
    void count(std::string room, reader who, then<std::pair<std::uint64_t, std::uint64_t>> done);
    void forget(std::string room);
    void save(saved_room room);
    void add_history(std::string line);
    void set_setting(std::string name, std::string value);

    // Of parts that are not written yet.
    std::size_t waiting_bytes() const { return waiting_bytes_; }
    bool idle() const { return jobs_ == 0; }
    // Called once when the disk failed and memory took its place.
    std::function<void(std::string)> on_trouble;
    std::function<void()> on_idle;

  private:
    struct keeper;

    template <class Answer, class Work>
    void run(Work work, then<Answer> done);

    common::seam::event_loop& home_;
    common::seam::serial_executor& thread_;
    std::shared_ptr<keeper> keeper_;
    std::size_t waiting_bytes_ = 0;
    std::size_t jobs_ = 0;
};

}  // namespace chat_client::storage
