#include "uploader-client/commands/runner.hpp"

#include "common/app/sizes.hpp"
#include "common/runtime/signals.hpp"
#include "common/runtime/spawn.hpp"
#include "common/transport/backoff.hpp"

#include <asio/async_result.hpp>
#include <asio/use_awaitable.hpp>

#include <utility>

namespace uploader_client::commands {

namespace runtime = common::runtime;
namespace transport = common::transport;
using namespace std::chrono_literals;

namespace {

// The last frames and the orderly end of a connection are given so long; then the process goes.
constexpr seam::duration goodbye_time_max = 1s;
constexpr seam::duration goodbye_look_period = 1ms;
constexpr seam::duration countdown_step = 1s;
constexpr seam::duration connections_look_period = 250ms;

service::client_definition definition() {
    return {.app = common::trust::application::upload,
            .agent = "uploader-client " SLUICE_VERSION,
            .payload_bytes_max = protocol::limits::data_payload_bytes_max,
            .link = {.watch = {}, .backlog_bytes_max = 0},
            .socket = {}};
}

}  // namespace

runner::runner(const app::client_options& options, common::trust::server_address address)
    : options_(options), dialer_(options, definition(), std::move(address)), look_(home_) {}

void runner::run(std::shared_ptr<session::conversation> what, story told) {
    what_ = std::move(what);
    told_ = std::move(told);
    runtime::signals watch(home_, {.on_drain = [this](int) { interrupt(); }, .on_reload = {}});
    runtime::spawn_logged(home_.io().get_executor(), tasks_, "run", [this]() -> asio::awaitable<void> {
        try {
            co_await keep_trying();
        } catch (...) {
            if (!thrown_) thrown_ = std::current_exception();
        }
        home_.stop();
    });
    home_.run();
    if (interrupted_ && !thrown_) {
        throw app::failure(app::exit_code::interrupted, "interrupted", "interrupted", "",
                           "run the same command again to go on where it stopped");
    }
    if (thrown_) std::rethrow_exception(thrown_);
}

void runner::interrupt() {
    if (talking_ && !thrown_ && std::exchange(finish_when_interrupted, false)) return on_interrupt();
    interrupted_ = true;
    if (on_interrupt) on_interrupt();
    if (talking_) {
        what_->stop();
    } else {
        home_.stop();
    }
}

void runner::abandon(app::failure why) {
    if (!thrown_) thrown_ = std::make_exception_ptr(std::move(why));
    home_.post([this] { interrupt(); });
}

asio::awaitable<void> runner::keep_trying() {
    transport::backoff pause(random_);
    bool was_up = false;
    for (;;) {
        service::dialled dialled = co_await dialer_.dial(home_);
        seam::duration asked = dialled.retry_after;
        std::string why;
        if (dialled.failed) {
            // A server that was never there will not come by waiting, unless somebody says so.
            if (!dialled.retryable || !(was_up || options_.retry_first)) throw app::failure(*dialled.failed);
            count_attempt(*dialled.failed);
            why = dialled.failed->what();
        } else {
            was_up = true;
            attempts_ = 0;
            pause.reset();
            if (told_.connected) told_.connected();
            const std::weak_ptr link = dialled.link;
            const session::ending how = co_await converse(std::move(dialled.link));
            if (interrupted_ || how.how != session::ending::kind::lost) {
                co_await wait_closed(link);
                if (how.how == session::ending::kind::refused) throw failure_of(how);
                co_return;
            }
            count_attempt(failure_of(how));
            why = failure_of(how).what();
            asked = how.retry_after;
        }
        co_await wait_visibly(std::move(why), pause.at_least(asked));
    }
}

void runner::count_attempt(const app::failure& last) {
    if (options_.retries && attempts_ >= *options_.retries) throw app::failure(last);
    ++attempts_;
}

asio::awaitable<session::ending> runner::converse(std::shared_ptr<transport::framed_connection> link) {
    const auto kept = std::make_shared<session::ending>();
    auto initiate = [this, &link, kept](auto handler) {
        // std::function wants copies; the handler is move-only.
        const auto resume = std::make_shared<decltype(handler)>(std::move(handler));
        talking_ = true;
        look_for_connections();
        what_->begin(std::move(link), [this, kept, resume](session::ending how) {
            talking_ = false;
            look_.stop();
            *kept = std::move(how);
            std::move (*resume)();
        });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, asio::use_awaitable);
    co_return *kept;
}

void runner::look_for_connections() {
    look_.start(connections_look_period, [this] { look_for_connections(); });
    if (dialling_ || !what_->wants_connection()) return;
    dialling_ = true;
    runtime::spawn_logged(home_.io().get_executor(), tasks_, "connection",
                          [this]() -> asio::awaitable<void> { co_await add_connection(); });
}

asio::awaitable<void> runner::add_connection() {
    service::dialled dialled = co_await dialer_.dial(home_);
    dialling_ = false;
    if (dialled.failed) {
        what_->connection_failed();
    } else {
        what_->join(std::move(dialled.link));
    }
}

asio::awaitable<void> runner::wait(seam::duration pause) {
    auto initiate = [this, pause](auto handler) {
        const auto resume = std::make_shared<decltype(handler)>(std::move(handler));
        home_.call_after(pause, [resume] { std::move (*resume)(); });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, asio::use_awaitable);
}

asio::awaitable<void> runner::wait_visibly(std::string why, seam::duration pause) {
    const seam::mono_time end = home_.mono_now() + pause;
    for (bool begins = true;; begins = false) {
        const seam::duration left = end - home_.mono_now();
        if (left <= seam::duration::zero()) co_return;
        if (told_.waiting) told_.waiting(why, left, begins);
        // To the next whole second, so that each is shown once.
        seam::duration next = left % countdown_step;
        if (next == seam::duration::zero()) next = countdown_step;
        co_await wait(next);
    }
}

asio::awaitable<void> runner::wait_closed(std::weak_ptr<transport::framed_connection> link) {
    const seam::mono_time limit = home_.mono_now() + goodbye_time_max;
    while ((dialling_ || !link.expired()) && home_.mono_now() < limit) co_await wait(goodbye_look_period);
}

app::failure runner::failure_of(const session::ending& how) const {
    using protocol::error_code;
    const std::string server = dialer_.address().name();
    if (how.how == session::ending::kind::lost) {
        return {app::exit_code::failed, "connection_lost", "lost the connection to " + server, how.reason};
    }
    const std::string what_failed = "cannot " + told_.doing + " on " + server;
    const std::string code{name_of(how.code)};
    switch (how.code) {
        case error_code::not_permitted:
        case error_code::not_authorised:
        case error_code::banned:
        case error_code::bad_name:
            return {app::exit_code::refused, code, what_failed, how.reason};
        case error_code::no_such_file:
            return {app::exit_code::failed, code, what_failed, make_error_code(how.code).message()};
        default:
            return {app::exit_code::failed, code, what_failed, how.reason};
    }
}

}  // namespace uploader_client::commands
