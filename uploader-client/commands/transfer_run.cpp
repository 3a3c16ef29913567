#include "uploader-client/commands/transfer_run.hpp"

#include "common/app/program.hpp"

#include <span>
#include <utility>

namespace uploader_client::commands {
namespace {

app::exit_code code_of(domain::verdict verdict) {
    switch (verdict) {
        case domain::verdict::done:
            return app::exit_code::done;
        case domain::verdict::partly:
            return app::exit_code::partly_done;
        case domain::verdict::verification_failed:
            return app::exit_code::verification_failed;
        case domain::verdict::not_permitted:
            return app::exit_code::refused;
        case domain::verdict::failed:
            break;
    }
    return app::exit_code::failed;
}

}  // namespace

transfer_run::transfer_run(const app::program& self, const app::client_options& options, runner& with,
                           words how)
    : with_(with),
      began_(with.home().mono_now()),
      told_({.program = self.name(),
             .verb = std::string{how.verb},
             .past = std::string{how.past},
             .moved = std::string{how.moved},
             .json = options.json,
             .quiet = options.quiet},
            app::process_environment(), with.home()) {
    told_.on_broken_output = [&with](std::error_code why) {
        with.abandon({app::exit_code::failed, "output", "cannot write to standard output", why.message()});
    };
}

void transfer_run::converse(std::shared_ptr<session::conversation> what, std::string doing) {
    try {
        with_.run(std::move(what), {.doing = std::move(doing),
                                    .notice = [this](std::string_view text) { told_.notice(text); }});
    } catch (...) {
        // The line that says why comes next.
        told_.clear();
        throw;
    }
}

app::exit_code transfer_run::conclude() {
    told_.conclude(with_.home().mono_now() - began_);
    return code_of(told_.result().judge());
}

protocol::upload::transfer_id new_transfer_id(seam::random& random) {
    protocol::upload::transfer_id id{};
    random.fill(std::as_writable_bytes(std::span{id}));
    return id;
}

}  // namespace uploader_client::commands
