#include "common/service/dialer.hpp"

#include "common/app/prompt.hpp"
#include "common/runtime/offload.hpp"
#include "common/service/clear_error.hpp"
#include "common/transport/error.hpp"

#include <asio/async_result.hpp>
#include <asio/use_awaitable.hpp>

#include <array>
#include <pwd.h>
#include <unistd.h>
#include <utility>

namespace common::service {
namespace {

using app::exit_code;
using app::failure;

constexpr std::string_view files_problem = "cannot use the client's files";

dialled failed(failure why, bool retryable, seam::duration retry_after = {}) {
    dialled result;
    result.failed = std::move(why);
    result.retryable = retryable;
    result.retry_after = retry_after;
    return result;
}

bool is_final(protocol::error_code code) {
    using protocol::error_code;
    switch (code) {
        case error_code::server_full:
        case error_code::shutting_down:
        case error_code::superseded:
        case error_code::timed_out:
        case error_code::rate_limited:
        case error_code::internal:
            return false;
        default:
            return true;
    }
}

}  // namespace

std::string local_name() {
    std::array<char, 256> host{};
    if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
    // Once at start, before other threads: the answer stands in static memory.
    const passwd* entry = getpwuid(geteuid());
    const std::string user = entry != nullptr ? entry->pw_name : "user";
    return user + "@" + host.data();
}

dialer::dialer(const app::client_options& options, client_definition definition,
               trust::server_address address)
    : options_(options),
      definition_(std::move(definition)),
      address_(std::move(address)),
      name_(local_name()),
      folder_(with_clear_error(files_problem, [&] { return open_folder(options.folders.config); })),
      identity_(with_clear_error(files_problem, [&] { return trust::load_or_create_identity(folder_); })),
      known_(folder_) {
    const auto known = with_clear_error(files_problem, [&] { return known_.find(address_.name()); });
    const trust::pin_choice choice = trust::expected_pin(address_.name(), address_.pin, known);
    if (choice.conflict) throw changed_key_failure(*address_.pin);
    expected_ = choice.expected;
    stored_ = known.has_value();
    if (options_.plaintext) return;
    tls_ = std::make_shared<const trust::tls_context>(
        trust::tls_context::client(definition_.app, {.keylog_file = options_.tls_keylog}));
}

protocol::session::link_security dialer::security() const {
    return tls_ ? protocol::session::link_security::tls : protocol::session::link_security::plaintext;
}

transport::connect_options dialer::connect_options() const {
    return {.socket = definition_.socket, .tls = tls_, .expected_key = tls_ ? expected_ : std::nullopt};
}

asio::awaitable<dialled> dialer::dial(runtime::worker& home) {
    const transport::connect_target target{address_.host, address_.port};
    transport::connect_result connected = co_await transport::connect(home, target, connect_options());
    if (connected.error) co_return cannot_connect(connected);

    auto proof = std::make_shared<client_proof>(identity_, definition_.app, address_.enrolment,
                                                definition_.agent, name_);
    proof->expect(expected_);
    auto link = transport::framed_connection::create(home, connected.wire, buffers_, definition_.link);
    if (connected.channel) {
        proof->bind(*connected.channel, *connected.pin.seen);
        auto refused = co_await meet(home, *connected.pin.seen);
        if (refused) co_return failed(*std::move(refused), false);
    }
    const greeting::outcome outcome = co_await greet(home, link, proof);
    if (!outcome.up) co_return not_welcome(outcome, *proof);
    if (!connected.channel) {
        auto refused = co_await meet(home, *proof->server());
        if (refused) co_return failed(*std::move(refused), false);
    }
    auto refused = co_await remember(home, *proof->server());
    if (refused) co_return failed(*std::move(refused), false);

    dialled result;
    result.link = std::move(link);
    result.welcome = outcome.welcome;
    co_return result;
}

asio::awaitable<greeting::outcome> dialer::greet(runtime::worker& home,
                                                 std::shared_ptr<transport::framed_connection> link,
                                                 std::shared_ptr<client_proof> proof) {
    const auto kept = std::make_shared<greeting::outcome>();
    auto initiate = [&home, &link, &proof, kept, this](auto handler) {
        // std::function wants copies; the handler is move-only.
        const auto resume = std::make_shared<decltype(handler)>(std::move(handler));
        greeting::begin(home, link, proof, security(), definition_.payload_bytes_max,
                        [kept, resume](greeting::outcome outcome) {
                            *kept = std::move(outcome);
                            std::move (*resume)();
                        });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, asio::use_awaitable);
    co_return *kept;
}

// A server that nobody vouches for: neither a link nor an earlier visit, and no token that it would have to
// know.
asio::awaitable<std::optional<failure>> dialer::meet(runtime::worker& home, trust::fingerprint seen) {
    if (expected_ || address_.enrolment) co_return std::nullopt;
    const bool person_present = isatty(STDERR_FILENO) == 1;
    const auto decision = trust::decide_first_meeting(options_.accept_new, person_present);
    if (decision == trust::first_meeting::accept_and_store) co_return std::nullopt;
    const std::string name = address_.name();
    if (decision == trust::first_meeting::ask_person) {
        const auto ask = [&] {
            return app::ask_yes_no("The server " + name + " is not known here. Its key is\n  " +
                                   trust::display(seen) + "\nTrust it?");
        };
        const std::optional<bool> answer = co_await runtime::offload(pool_, home, ask);
        if (answer.value_or(false)) co_return std::nullopt;
    }
    co_return failure(exit_code::refused, "unknown_server", "the server " + name + " is not known here",
                      "its key is " + trust::display(seen),
                      "use its join link, or --accept-new to trust it from now on");
}

asio::awaitable<std::optional<failure>> dialer::remember(runtime::worker& home, trust::fingerprint seen) {
    expected_ = seen;
    if (stored_) co_return std::nullopt;
    const auto add = [&]() -> std::optional<failure> {
        try {
            const auto changed = known_.add(address_.name(), seen);
            if (changed) return failure(exit_code::refused, "server_key_changed", changed->message(), "");
        } catch (const trust::state_error& error) {
            return failure(exit_code::failed, "state", "cannot store the server's key", error.what());
        }
        return std::nullopt;
    };
    std::optional<failure> refused = co_await runtime::offload(pool_, home, add);
    stored_ = !refused;
    co_return refused;
}

app::failure dialer::changed_key_failure(const trust::fingerprint& seen) const {
    const auto known = known_.find(address_.name());
    if (known) {
        const trust::changed_key changed{address_.name(), known->print, seen, known->file, known->line};
        return {exit_code::refused, "server_key_changed", changed.message(), ""};
    }
    return {exit_code::refused, "wrong_server_key",
            "the server " + address_.name() + " has another key than its link says",
            "it shows " + trust::display(seen), "ask for the current join link"};
}

dialled dialer::cannot_connect(const transport::connect_result& result) const {
    using transport::transport_error;
    const std::string what = "cannot connect to " + address_.name();
    if (result.error == transport_error::wrong_key && result.pin.seen) {
        return failed(changed_key_failure(*result.pin.seen), false);
    }
    if (result.error == transport_error::wrong_application) {
        return failed(
            {exit_code::failed, "wrong_application", what, result.error.message(), "check the port"}, false);
    }
    if (result.error == transport_error::not_tls) {
        return failed({exit_code::failed, "not_tls", what, result.error.message(), "check the port"}, false);
    }
    return failed(
        {exit_code::failed, "connect", what, result.error.message(), "is the server running there?"}, true);
}

dialled dialer::not_welcome(const greeting::outcome& outcome, const client_proof& proof) const {
    using protocol::error_code;
    const std::string what = "the server " + address_.name() + " did not let us in";
    const auto& refused = outcome.refused;
    if (proof.wrong_key()) return failed(changed_key_failure(*proof.server()), false);
    if (refused.code == error_code::none) {
        const std::string why =
            outcome.error ? outcome.error.message() : std::string{name_of(outcome.reason)};
        return failed({exit_code::failed, "connect", "lost the connection to " + address_.name(), why}, true);
    }
    if (!refused.from_peer && refused.code == error_code::not_authorised) {
        return failed({exit_code::refused, "server_not_proved",
                       "the server " + address_.name() + " does not know the token",
                       "somebody may be in between", "ask for a new join link over another way"},
                      false);
    }
    const bool is_refused = refused.code == error_code::not_authorised || refused.code == error_code::banned;
    const std::string reason =
        refused.reason.empty() ? make_error_code(refused.code).message() : refused.reason;
    const std::string_view advice = is_refused ? "ask for a join link with a token" : "";
    return failed({is_refused ? exit_code::refused : exit_code::failed, std::string{name_of(refused.code)},
                   what, reason, advice},
                  !is_final(refused.code), std::chrono::milliseconds{refused.retry_after_ms});
}

}  // namespace common::service
