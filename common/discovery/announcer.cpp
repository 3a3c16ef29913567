#include "common/discovery/announcer.hpp"

#include "common/discovery/avahi.hpp"
#include "common/discovery/limits.hpp"
#include "common/runtime/unique_fd.hpp"

#include <spdlog/spdlog.h>

#include <avahi-client/publish.h>
#include <avahi-common/alternative.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <avahi-common/timeval.h>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <sys/eventfd.h>
#include <utility>

namespace common::discovery {

// All members but `stop_` and what belongs to `finished_` are used on Avahi's thread only, once it runs.
class announcer::broadcast {
  public:
    explicit broadcast(announcement what);
    void ask_to_stop();
    bool wait_finished();

  private:
    bool start();
    void connect();
    void retry_after(std::chrono::milliseconds delay);
    void give_up_until_retry(const char* why);
    void on_client(AvahiClient* client, AvahiClientState state);
    void publish(AvahiClient* client);
    int add_service();
    void on_group(AvahiEntryGroup* group, AvahiEntryGroupState state);
    bool rename();
    void quiet(const char* why);
    void finish();

    static broadcast& self(void* pointer) { return *static_cast<broadcast*>(pointer); }

    announcement what_;
    runtime::unique_fd stop_;
    std::mutex finished_mutex_;
    std::condition_variable finished_changed_;
    bool finished_ = false;

    AvahiEntryGroup* group_ = nullptr;  // the client's
    std::size_t renames_ = 0;
    bool said_why_ = false;

    threaded_poll_ptr poll_{avahi_threaded_poll_new()};
    client_ptr client_;
    AvahiTimeout* again_ = nullptr;  // the poll's, for the next attempt
};

announcer::broadcast::broadcast(announcement what)
    : what_(std::move(what)), stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (stop_ && poll_ && start()) return;
    quiet("there are no resources for it");
    finished_ = true;
}

bool announcer::broadcast::start() {
    const AvahiPoll* api = avahi_threaded_poll_get(poll_.get());
    api->watch_new(
        api, stop_.get(), AVAHI_WATCH_IN,
        [](AvahiWatch* watch, int, AvahiWatchEvent, void* user) {
            // The descriptor stays readable: without the watch this is called once.
            avahi_threaded_poll_get(self(user).poll_.get())->watch_free(watch);
            self(user).finish();
        },
        this);
    timeval at_once{};
    again_ = api->timeout_new(
        api, avahi_elapse_time(&at_once, 0, 0), [](AvahiTimeout*, void* user) { self(user).connect(); },
        this);
    return avahi_threaded_poll_start(poll_.get()) >= 0;
}

void announcer::broadcast::ask_to_stop() {
    eventfd_write(stop_.get(), 1);
}

bool announcer::broadcast::wait_finished() {
    std::unique_lock lock{finished_mutex_};
    return finished_changed_.wait_for(lock, limits::withdraw_time_max, [this] { return finished_; });
}

void announcer::broadcast::finish() {
    client_.reset();  // and with it the entry group: the daemon says goodbye for us
    avahi_threaded_poll_quit(poll_.get());
    const std::lock_guard lock{finished_mutex_};
    finished_ = true;
    finished_changed_.notify_all();
}

// --- the connection to the daemon

void announcer::broadcast::connect() {
    group_ = nullptr;
    client_.reset();
    int error = 0;
    // NO_FAIL: a daemon that is not there yet is waited for, without asking again and again.
    client_.reset(avahi_client_new(
        avahi_threaded_poll_get(poll_.get()), AVAHI_CLIENT_NO_FAIL,
        [](AvahiClient* client, AvahiClientState state, void* user) { self(user).on_client(client, state); },
        this, &error));
    if (!client_) give_up_until_retry(avahi_strerror(error));
}

void announcer::broadcast::retry_after(std::chrono::milliseconds delay) {
    timeval when{};
    avahi_elapse_time(&when, static_cast<unsigned>(delay.count()), 0);
    avahi_threaded_poll_get(poll_.get())->timeout_update(again_, &when);
}

void announcer::broadcast::give_up_until_retry(const char* why) {
    quiet(why);
    retry_after(limits::retry_period);
}

// One line for people who look why nobody finds the server, and silence for everybody else.
void announcer::broadcast::quiet(const char* why) {
    const auto level = std::exchange(said_why_, true) ? spdlog::level::debug : spdlog::level::info;
    spdlog::log(level, "not announced on the local network: {}", why);
}

// Called from within avahi_client_new() too, when client_ is not set yet.
void announcer::broadcast::on_client(AvahiClient* client, AvahiClientState state) {
    switch (state) {
        case AVAHI_CLIENT_S_RUNNING:
            return publish(client);
        case AVAHI_CLIENT_S_REGISTERING:
        case AVAHI_CLIENT_S_COLLISION:
            // The host's own name changes; the service comes back when the daemon runs again.
            if (group_ != nullptr) avahi_entry_group_reset(group_);
            return;
        case AVAHI_CLIENT_CONNECTING:
            return quiet("the Avahi daemon does not run");
        case AVAHI_CLIENT_FAILURE:
            // It may still be in the making, and cannot be freed from its own callback: the timer does it.
            quiet(avahi_strerror(avahi_client_errno(client)));
            return retry_after(limits::reconnect_delay);
    }
}

// --- the service

void announcer::broadcast::publish(AvahiClient* client) {
    if (group_ == nullptr) {
        group_ = avahi_entry_group_new(
            client,
            [](AvahiEntryGroup* group, AvahiEntryGroupState state, void* user) {
                self(user).on_group(group, state);
            },
            this);
    }
    if (group_ == nullptr) return give_up_until_retry(avahi_strerror(avahi_client_errno(client)));
    if (avahi_entry_group_is_empty(group_) == 0) return;
    int error = add_service();
    while (error == AVAHI_ERR_COLLISION && rename()) error = add_service();
    if (error >= 0) error = avahi_entry_group_commit(group_);
    if (error < 0) give_up_until_retry(avahi_strerror(error));
}

int announcer::broadcast::add_service() {
    string_list_ptr txt;
    for (const std::string& entry : format_txt(what_.what)) {
        txt.reset(avahi_string_list_add(txt.release(), entry.c_str()));
    }
    // No domain and no host: the daemon's own.
    return avahi_entry_group_add_service_strlst(
        group_, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, AvahiPublishFlags{}, what_.name.c_str(),
        service_type(what_.app), nullptr, nullptr, what_.port, txt.get());
}

void announcer::broadcast::on_group(AvahiEntryGroup* group, AvahiEntryGroupState state) {
    switch (state) {
        case AVAHI_ENTRY_GROUP_ESTABLISHED:
            said_why_ = false;
            return spdlog::info("announced on the local network as {}", what_.name);
        case AVAHI_ENTRY_GROUP_COLLISION:
            if (!rename()) return give_up_until_retry("too many servers have this name");
            avahi_entry_group_reset(group);
            return publish(avahi_entry_group_get_client(group));
        case AVAHI_ENTRY_GROUP_FAILURE:
            return give_up_until_retry(
                avahi_strerror(avahi_client_errno(avahi_entry_group_get_client(group))));
        case AVAHI_ENTRY_GROUP_UNCOMMITED:
        case AVAHI_ENTRY_GROUP_REGISTERING:
            return;
    }
}

bool announcer::broadcast::rename() {
    if (renames_ == limits::renames_max) return false;
    ++renames_;
    const std::unique_ptr<char, avahi_deleter<avahi_free>> next{
        avahi_alternative_service_name(what_.name.c_str())};
    if (next) what_.name = next.get();
    return next != nullptr;
}

// --- the owner's side

announcer::announcer(announcement what) : broadcast_(std::make_unique<broadcast>(std::move(what))) {}

void announcer::stop() {
    broadcast_->ask_to_stop();
}

announcer::~announcer() {
    stop();
    // A daemon that hangs may keep the thread in a call for half a minute, and the program's end must not
    // wait for that: what the thread uses is left to it then.
    if (!broadcast_->wait_finished()) static_cast<void>(broadcast_.release());
}

}  // namespace common::discovery
