#include "chat-server/session/directory.hpp"

#include "chat-server/session/limits.hpp"

#include <utility>

namespace chat_server::session {

directory::directory(common::seam::event_loop& home) : home_(home), here_(home.mono_now()), timer_(home) {}

directory::~directory() {
    *alive_ = false;
}

void directory::add_listener(common::seam::event_loop& loop, directory_listener added) {
    auto shared = std::make_shared<directory_listener>(std::move(added));
    home_.post([this, loop = &loop, shared] { listeners_.push_back({loop, shared}); });
}

void directory::change(std::function<void()> task) {
    home_.post([this, alive = alive_, task = std::move(task)] {
        if (!*alive) return;
        task();
        if (here_.pending() && !timer_.running()) {
            timer_.start(limits::presence_look_interval, [this] { look_for_news(); });
        }
    });
}

void directory::look_for_news() {
    auto news = here_.take_news(home_.mono_now());
    if (!news.empty()) {
        const auto shared = std::make_shared<const std::vector<domain::room_news>>(std::move(news));
        for (const listener& each : listeners_) {
            each.loop->post([shared, told = each.told] { told->on_news(shared); });
        }
    }
    if (here_.pending()) timer_.start(limits::presence_look_interval, [this] { look_for_news(); });
}

void directory::tell_about_company(const domain::author_id& author, bool has_company) {
    for (const listener& each : listeners_) {
        each.loop->post([author, has_company, told = each.told] { told->on_company(author, has_company); });
    }
}

void directory::connect(domain::identity who) {
    change([this, who = std::move(who)] {
        if (here_.connect(who) > 1) tell_about_company(who.author, true);
    });
}

void directory::disconnect(const domain::author_id& author) {
    change([this, author] {
        if (here_.disconnect(author) == 1) tell_about_company(author, false);
    });
}

void directory::enter(std::uint32_t room, domain::member as, bool watching) {
    change([this, room, as = std::move(as), watching] {
        here_.enter(room, as.author, as, watching, home_.mono_now());
    });
}

void directory::leave(std::uint32_t room, const domain::author_id& author, bool watching, bool at_once) {
    change([=, this] { here_.leave(room, author, watching, at_once, home_.mono_now()); });
}

void directory::rename(const domain::author_id& author, std::string nick) {
    change([this, author, nick = std::move(nick)] { here_.rename(author, nick); });
}

void directory::set_away(const domain::author_id& author, std::optional<std::string> why) {
    change([this, author, why = std::move(why)] { here_.set_away(author, why); });
}

void directory::set_flags(std::uint32_t room, const domain::author_id& author, std::uint32_t flags) {
    change([=, this] { here_.set_flags(room, author, flags); });
}

void directory::type(std::uint32_t room, const domain::author_id& author, bool on) {
    change([=, this] { here_.type(room, author, on, home_.mono_now()); });
}

void directory::move(std::uint32_t room, const domain::author_id& author, storage::cursor to) {
    change([=, this] { here_.move(room, author, to.delivered_seq, to.read_seq); });
}

void directory::tell_company(const moved_cursor& moved) {
    home_.post([this, alive = alive_, moved] {
        if (!*alive) return;
        for (const listener& each : listeners_) {
            each.loop->post([moved, told = each.told] { told->on_cursor(moved); });
        }
    });
}

void directory::list(common::seam::event_loop& asker, std::uint32_t room,
                     std::optional<domain::author_id> after,
                     std::function<void(const domain::presence::listing&)> then) {
    home_.post([this, &asker, room, after, then = std::move(then)] {
        asker.post([then, found = here_.list(room, after, protocol::chat::limits::members_per_frame_max)] {
            then(found);
        });
    });
}

void directory::count(common::seam::event_loop& asker, std::vector<std::uint32_t> rooms,
                      std::function<void(const std::vector<std::uint32_t>&)> then) {
    home_.post([this, &asker, rooms = std::move(rooms), then = std::move(then)] {
        std::vector<std::uint32_t> counts;
        for (const std::uint32_t room : rooms)
            counts.push_back(static_cast<std::uint32_t>(here_.count(room)));
        asker.post([then, counts = std::move(counts)] { then(counts); });
    });
}

void directory::find(common::seam::event_loop& asker, const domain::author_id& author,
                     std::function<void(const domain::presence::person_view&)> then) {
    home_.post([this, &asker, author, then = std::move(then)] {
        asker.post([then, found = here_.find(author)] { then(found); });
    });
}

}  // namespace chat_server::session
