// A store on a real SQLite file in a folder of its own, driven by a loop whose time the test moves.
#pragma once

#include "chat-server/storage/sqlite_store.hpp"
#include "tests/support/manual_loop.hpp"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tests::chat_server {

namespace storage = ::chat_server::storage;
namespace domain = ::chat_server::domain;
namespace chat = protocol::chat;

class temporary_folder {
  public:
    temporary_folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "sluice-chat-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    ~temporary_folder() { std::filesystem::remove_all(path_); }
    std::string file(const std::string& name) const { return (path_ / name).string(); }

  private:
    std::filesystem::path path_;
};

// One job at a time, on the loop itself; held jobs wait for release().
class manual_disk final : public common::seam::serial_executor {
  public:
    void run(common::seam::event_loop& home, common::seam::handler work,
             common::seam::handler done) override {
        pool_.run(home, std::move(work), std::move(done));
    }
    tests::support::manual_pool& pool() { return pool_; }

  private:
    tests::support::manual_pool pool_;
};

inline chat::message_id id_of(std::uint64_t number) {
    chat::message_id id{};
    for (std::size_t i = 0; i < 8; ++i) id[i] = static_cast<std::byte>(number >> (8 * i));
    return id;
}

inline chat::author_id author_of(unsigned number) {
    chat::author_id author{};
    author[0] = static_cast<std::byte>(number);
    return author;
}

struct store_fixture {
    explicit store_fixture(storage::database::options chosen = {}) : options(std::move(chosen)) {
        if (options.path.empty()) options.path = folder.file("chat.db");
        if (options.rooms_max == 0) options.rooms_max = 100;
        start();
    }
    void start() {
        store.emplace(loop, disk, options);
        store->on_fatal = [this](const std::string& why) { fatal = why; };
        store->subscribe(loop, [this](const domain::block_ptr& block) { heard.push_back(block); });
        loop.run_ready();
    }
    void restart() {
        store.reset();
        loop.run_ready();
        start();
    }

    storage::person person(unsigned number, const std::string& hint = "ada", bool admin = false) {
        std::optional<storage::person> found;
        store->open_person(loop, author_of(number), hint, admin,
                           [&](const auto& opened) { found = *opened; });
        loop.run_ready();
        return found.value();
    }
    storage::result<storage::opened_room> join(const std::string& name,
                                               chat::start_at start = chat::start_at::last_n,
                                               std::uint64_t position = 0, std::uint32_t reader = 1,
                                               bool create = true) {
        std::optional<storage::result<storage::opened_room>> found;
        store->open_room(
            loop, {.name = name, .create = create, .reader = reader, .start = start, .position = position},
            [&](const auto& opened) { found = opened; });
        loop.run_ready();
        return found.value();
    }
    storage::appended post(std::uint32_t author, std::uint32_t room, std::uint64_t id,
                           const std::string& text) {
        std::optional<storage::appended> place;
        store->append(loop, record(author, room, id, text), [&](const auto& stored) { place = stored; });
        loop.run_ready();
        return place.value();
    }
    static storage::new_record record(std::uint32_t author, std::uint32_t room, std::uint64_t id,
                                      const std::string& text) {
        storage::new_record added;
        added.author = author;
        added.room = room;
        added.id = id_of(id);
        added.text = text;
        return added;
    }
    storage::read_answer read(storage::read_request asked) {
        if (asked.bytes_max == 0) asked.bytes_max = storage::limits::page_bytes_max;
        std::optional<storage::read_answer> page;
        store->read(loop, asked, [&](const auto& answer) { page = answer; });
        loop.run_ready();
        return page.value();
    }

    temporary_folder folder;
    tests::support::manual_loop loop;
    manual_disk disk;
    storage::database::options options;
    std::optional<storage::sqlite_store> store;
    std::vector<domain::block_ptr> heard;
    std::string fatal;
};

}  // namespace tests::chat_server
