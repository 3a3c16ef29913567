#include "chat-client/storage/cached_log.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <set>
#include <sys/stat.h>

namespace chat_client::storage {
namespace {

// A server's name as the name of a file.
std::string file_name(std::string server) {
    std::ranges::replace(server, '/', '_');
    return server + ".db";
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (end > at) lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

std::size_t bytes_of(const log_part& part) {
    std::size_t bytes = 0;
    for (const domain::record& each : part.records)
        bytes += sizeof each + each.text.size() + each.nick.size();
    return bytes;
}

}  // namespace

// What the thread has: everything here is touched by its jobs only.
struct cached_log::keeper {
    explicit keeper(cache_place where) : place(std::move(where)) {}

    const cache_place place;
    std::optional<log_cache> cache{};
    std::string trouble{};  // of opening

    std::string open() {
        if (place.folder.empty()) return open_in_memory("");
        const std::string folder = place.folder + "/cache";
        const std::string path = folder + "/" + file_name(place.server);
        try {
            if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
                return open_in_memory("cannot make " + folder);
            cache.emplace(path, place.bytes_max);
            return {};
        } catch (const std::runtime_error& error) {
            return open_again(path, error.what());
        }
    }

    // Nothing is lost with it that the server does not have; whoever wants to look at it finds it.
    std::string open_again(const std::string& path, const std::string& why) {
        std::error_code error;
        std::filesystem::rename(path, path + ".damaged", error);
        for (const char* beside : {"-wal", "-shm"}) std::filesystem::remove(path + beside, error);
        try {
            cache.emplace(path, place.bytes_max);
        } catch (const std::runtime_error& again) {
            return open_in_memory(again.what());
        }
        return "the local copy of this server's rooms could not be read (" + why + "); it is set aside as " +
               path + ".damaged and read anew";
    }

    std::string open_in_memory(const std::string& why) {
        cache.emplace(":memory:", place.bytes_max);
        return why.empty() ? "" : "no local copy of the rooms is kept: " + why;
    }

    log_cache& get() {
        if (!cache) trouble = open();
        return *cache;
    }
};

cached_log::cached_log(common::seam::event_loop& home, common::seam::serial_executor& thread,
                       cache_place place)
    : home_(home), thread_(thread), keeper_(std::make_shared<keeper>(std::move(place))) {}

cached_log::~cached_log() = default;

template <class Answer, class Work>
void cached_log::run(Work work, then<Answer> done) {
    struct outcome {
        Answer answer{};
        std::string trouble{};
    };
    const auto made = std::make_shared<outcome>();
    ++jobs_;
    thread_.run(
        home_,
        [keeper = keeper_, made, work = std::move(work)] {
            try {
                made->answer = work(keeper->get());
            } catch (const std::runtime_error& error) {
                // What was here is read again from the server.
                made->trouble = keeper->open_in_memory(error.what());
            }
        },
        [this, made, done = std::move(done)] {
            --jobs_;
            if (!made->trouble.empty() && on_trouble) on_trouble(made->trouble);
            if (done) done(std::move(made->answer));
            if (jobs_ == 0 && on_idle) on_idle();
        });
}

void cached_log::open(then<opened_cache> done) {
    run<opened_cache>(
        [keeper = keeper_](log_cache& cache) {
            return opened_cache{.rooms = cache.rooms(),
                                .history = cache.history(),
                                .theme = cache.setting("theme"),
                                .ignored = lines_of(cache.setting("ignored")),
                                .trouble = std::exchange(keeper->trouble, {})};
        },
        std::move(done));
}

void cached_log::add(log_part part, reader who, then<cache_news> done) {
    const std::size_t bytes = bytes_of(part);
    waiting_bytes_ += bytes;
    const auto shared = std::make_shared<log_part>(std::move(part));
    run<cache_news>(
        [shared, who = std::move(who)](log_cache& cache) {
            cache.add(*shared);
            cache_news news;
            if (shared->from_seq <= shared->to_seq) {
                news.part = cache.slice(
                    shared->room,
                    {.from = domain::slice_from::exactly, .at = shared->from_seq, .to = shared->to_seq});
            }
            std::set<std::uint64_t> targets;
            for (const auto* records : {&shared->records, &shared->amendments}) {
                for (const domain::record& each : *records) {
                    if (domain::is_amendment(each.kind) && each.target_n) targets.insert(*each.target_n);
                }
            }
            news.changed = cache.messages(shared->room, {targets.begin(), targets.end()});
            std::erase_if(news.changed, [&](const domain::log_slice& each) {
                return each.range.from >= shared->from_seq && each.range.to <= shared->to_seq;
            });
            news.mentions = cache.count_mentions(shared->room, who.read_seq, who.nick, who.you);
            return news;
        },
        [this, bytes, done = std::move(done)](cache_news news) {
            waiting_bytes_ -= bytes;
            done(std::move(news));
        });
}

void cached_log::slice(std::string room, domain::slice_wish wish, then<domain::log_slice> done) {
    run<domain::log_slice>(
        [room = std::move(room), wish](log_cache& cache) { return cache.slice(room, wish); },
        std::move(done));
}

void cached_log::count(std::string room, reader who, then<std::pair<std::uint64_t, std::uint64_t>> done) {
    run<std::pair<std::uint64_t, std::uint64_t>>(
        [room = std::move(room), who = std::move(who)](log_cache& cache) {
            return std::pair{cache.n_at(room, who.read_seq),
                             cache.count_mentions(room, who.read_seq, who.nick, who.you)};
        },
        std::move(done));
}

void cached_log::forget(std::string room) {
    run<bool>(
        [room = std::move(room)](log_cache& cache) {
            cache.forget(room);
            return true;
        },
        {});
}

void cached_log::save(saved_room room) {
    run<bool>(
        [room = std::move(room)](log_cache& cache) {
            cache.save(room);
            return true;
        },
        {});
}

void cached_log::add_history(std::string line) {
    run<bool>(
        [line = std::move(line)](log_cache& cache) {
            cache.add_history(line);
            return true;
        },
        {});
}

void cached_log::set_setting(std::string name, std::string value) {
    run<bool>(
        [name = std::move(name), value = std::move(value)](log_cache& cache) {
            cache.set_setting(name, value);
            return true;
        },
        {});
}

}  // namespace chat_client::storage
