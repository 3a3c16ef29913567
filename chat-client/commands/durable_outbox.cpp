#include "chat-client/commands/durable_outbox.hpp"

#include "chat-client/commands/limits.hpp"
#include "common/app/paths.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <iterator>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace chat_client::commands {

namespace app = common::app;

namespace {

app::failure unusable(const std::string& why) {
    return {app::exit_code::failed, "state", "cannot use the client's files", why,
            "make room or choose another XDG_STATE_HOME"};
}

std::unique_ptr<storage::client_store> opened(const std::string& folder) {
    app::prepare_folder(folder);
    try {
        return std::make_unique<storage::client_store>(folder + "/chat.db");
    } catch (const std::runtime_error& error) {
        throw unusable(folder + "/chat.db: " + error.what());
    }
}

bool is_running(std::uint64_t owner) {
    return ::kill(static_cast<pid_t>(owner), 0) == 0 || errno != ESRCH;
}

std::size_t bytes_of(const domain::outgoing& message) {
    return message.text.size() + session::limits::post_overhead_bytes;
}

}  // namespace

struct durable_outbox::batch {
    std::vector<domain::outgoing> added;
    std::vector<domain::message_id> forgotten;
    std::vector<domain::position> taken;
};

durable_outbox::durable_outbox(common::seam::event_loop& home, const std::string& folder, std::string server,
                               outbox_actions actions, std::string cursor)
    : home_(home),
      server_(std::move(server)),
      cursor_(std::move(cursor)),
      owner_(static_cast<std::uint64_t>(::getpid())),
      actions_(std::move(actions)),
      store_(opened(folder)),
      delay_(home) {}

void durable_outbox::adopt() {
    const auto found = std::make_shared<std::vector<domain::outgoing>>();
    run([this, found] { *found = store_->adopt(server_, owner_, is_running); },
        [this, found] {
            if (!found->empty()) actions_.on_durable(std::move(*found));
        });
}

void durable_outbox::add(domain::outgoing message) {
    added_bytes_ += bytes_of(message);
    added_.push_back(std::move(message));
    pump();
}

bool durable_outbox::has_room() const {
    return added_bytes_ < limits::store_bytes_max;
}

void durable_outbox::forget(const domain::message_id& id) {
    forgotten_.push_back(id);
    schedule();
}

void durable_outbox::taken(const std::vector<domain::position>& positions) {
    for (const domain::position& each : positions) taken_[each.room] = each.seq;
    if (!positions.empty()) schedule();
}

void durable_outbox::forget_position(const std::string& room) {
    run([this, room] { store_->forget_position(server_, cursor_, room); }, [] {});
}

void durable_outbox::flush() {
    flushing_ = true;
    pump();
}

bool durable_outbox::idle() const {
    return failed_ || (jobs_ == 0 && added_.empty() && forgotten_.empty() && taken_.empty());
}

void durable_outbox::schedule() {
    if (flushing_) return pump();
    if (!delay_.running()) delay_.start(limits::store_delay_max, [this] { pump(); });
}

void durable_outbox::pump() {
    if (writing_ || failed_ || (added_.empty() && forgotten_.empty() && taken_.empty())) return;
    delay_.stop();
    writing_ = true;
    const auto work = std::make_shared<batch>();
    const std::size_t count = std::min(added_.size(), limits::store_batch_messages_max);
    const auto end = added_.begin() + static_cast<std::ptrdiff_t>(count);
    work->added.assign(std::make_move_iterator(added_.begin()), std::make_move_iterator(end));
    added_.erase(added_.begin(), end);
    for (const domain::outgoing& each : work->added) added_bytes_ -= bytes_of(each);
    work->forgotten = std::exchange(forgotten_, {});
    for (const auto& [room, seq] : std::exchange(taken_, {})) work->taken.push_back({room, seq});
    run(
        [this, work] {
            if (!work->added.empty()) store_->add(server_, work->added, owner_);
            if (!work->forgotten.empty()) store_->remove(server_, work->forgotten);
            if (!work->taken.empty()) store_->move_positions(server_, cursor_, work->taken);
        },
        [this, work] {
            writing_ = false;
            if (!work->added.empty()) actions_.on_durable(std::move(work->added));
            if (!added_.empty()) pump();
            if (!forgotten_.empty() || !taken_.empty()) schedule();
        });
}

// A file that cannot be written any more ends the program: nothing may be sent that is not kept.
template <class Work>
void durable_outbox::run(Work work, std::function<void()> done) {
    const auto error = std::make_shared<std::string>();
    ++jobs_;
    thread_.run(
        home_,
        [work, error] {
            try {
                work();
            } catch (const std::runtime_error& thrown) {
                *error = thrown.what();
            }
        },
        [this, error, done = std::move(done)] {
            --jobs_;
            if (error->empty()) {
                done();
                if (idle()) actions_.on_idle();
            } else if (!failed_) {
                failed_ = unusable(*error);
                actions_.on_failed(*failed_);
            }
        });
}

}  // namespace chat_client::commands
