#include "chat-client/commands/connection_keeper.hpp"

#include "chat-client/commands/limits.hpp"
#include "common/runtime/spawn.hpp"

#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

namespace chat_client::commands {

namespace app = common::app;

namespace {

app::failure failure_of(const session::disconnect& why, const std::string& server) {
    using protocol::error_code;
    const bool refused = why.code == error_code::not_authorised || why.code == error_code::banned;
    const std::string_view code = why.code == error_code::none ? "disconnected" : name_of(why.code);
    return {refused ? app::exit_code::refused : app::exit_code::failed, std::string{code},
            "lost the connection to " + server, why.reason};
}

}  // namespace

connection_keeper::connection_keeper(common::runtime::worker& home, common::service::dialer& dialer,
                                     session::client_session& chat, std::optional<std::uint32_t> retries,
                                     keeper_actions actions)
    : home_(home),
      dialer_(dialer),
      chat_(chat),
      retries_(retries),
      actions_(std::move(actions)),
      pause_(home) {}

void connection_keeper::dial() {
    auto coroutine = [this]() -> asio::awaitable<void> {
        common::service::dialled outcome;
        try {
            outcome = co_await dialer_.dial(home_);
        } catch (const app::failure& thrown) {
            outcome.failed = thrown;
        } catch (const std::exception& thrown) {
            outcome.failed = app::failure{app::exit_code::failed, "connect", "cannot connect", thrown.what()};
        }
        on_dialled(std::move(outcome));
    };
    common::runtime::spawn_logged(home_.io().get_executor(), tasks_, "dial", std::move(coroutine));
}

void connection_keeper::on_dialled(common::service::dialled outcome) {
    if (stopped_) {
        if (outcome.link) outcome.link->detach();
        return;
    }
    if (outcome.failed && !outcome.retryable) return actions_.on_given_up(*std::move(outcome.failed));
    if (outcome.failed) return try_again(*std::move(outcome.failed), outcome.retry_after);
    connected_ = true;
    chat_.attach(std::move(outcome.link));
}

void connection_keeper::ready() {
    was_ready_ = true;
    failures_ = 0;
    backoff_.reset();
}

void connection_keeper::disconnected(const session::disconnect& why) {
    connected_ = false;
    if (stopped_) return;
    app::failure failed = failure_of(why, dialer_.address().name());
    if (!why.retryable) return actions_.on_given_up(std::move(failed));
    try_again(std::move(failed), why.retry_after);
}

void connection_keeper::try_again(app::failure why, common::seam::duration at_least) {
    ++failures_;
    const bool enough =
        retries_ ? failures_ > *retries_ : !was_ready_ && failures_ >= limits::first_attempts_max;
    if (enough) return actions_.on_given_up(std::move(why));
    const auto wait = backoff_.at_least(at_least);
    spdlog::info("attempt {} failed: {}", failures_, why.what());
    actions_.on_retry(why.what(), wait, was_ready_ && failures_ == 1);
    pause_.start(wait, [this] { dial(); });
}

void connection_keeper::stop() {
    stopped_ = true;
    pause_.stop();
}

}  // namespace chat_client::commands
