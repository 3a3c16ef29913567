#include "uploader-client/commands/transfer_run.hpp"

#include "common/app/program.hpp"
#include "common/app/sizes.hpp"
#include "uploader-client/commands/controls.hpp"
#include "uploader-client/domain/limit_steps.hpp"
#include "uploader-client/terminal/plan.hpp"

#include <chrono>
#include <span>
#include <unistd.h>
#include <utility>

namespace uploader_client::commands {

constexpr seam::duration tick_period = std::chrono::milliseconds{250};

app::exit_code exit_code_of(domain::verdict verdict) {
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

transfer_run::transfer_run(const app::program& self, const app::client_options& options, runner& with,
                           words how, std::uint64_t& limit)
    : with_(with),
      limit_(limit),
      keys_wanted_(!options.quiet && ::isatty(STDERR_FILENO) == 1),
      began_(with.home().mono_now()),
      told_({.program = self.name(),
             .verb = std::string{how.verb},
             .past = std::string{how.past},
             .moved = std::string{how.moved},
             .json = options.json,
             .quiet = options.quiet},
            app::process_environment(), with.home()),
      tick_(with.home()) {
    told_.set_limit(limit_);
    told_.on_broken_output = [&with](std::error_code why) {
        with.abandon({app::exit_code::failed, "output", "cannot write to standard output", why.message()});
    };
}

void transfer_run::converse(std::shared_ptr<session::conversation> what, std::string doing) {
    told_.current_shares = [what] { return what->shares(); };
    told_.current_files = [this, what](std::size_t count_max) {
        auto files = what->current_files(count_max);
        if (readable) {
            for (domain::file_state& each : files) each.path = readable(each.path);
        }
        return files;
    };
    session::conversation& steered = *what;
    controls steer(with_.home(),
                   {.on_faster = [&] { set_limit(steered, domain::faster(limit_)); },
                    .on_slower = [&] { set_limit(steered, domain::slower(limit_, told_.rate())); },
                    .on_why = [this] { told_.tell_why(); },
                    .on_leave = [this] { told_.clear(); }});
    with_.on_interrupt = [&steer, inner = with_.on_interrupt] {
        steer.stop();
        if (inner) inner();
    };
    const auto let_go = [this] {
        with_.on_interrupt = nullptr;
        told_.current_files = nullptr;
        // The conversation goes; what it waited for is still to be told.
        told_.current_shares = [shares = told_.current_shares()] { return shares; };
        tick_.stop();
    };
    tick();
    try {
        with_.run(std::move(what), {.doing = std::move(doing),
                                    .connected =
                                        [&] {
                                            if (keys_wanted_) steer.take_keys();
                                        },
                                    .notice = [this](std::string_view text) { told_.notice(text); },
                                    .waiting = [this](std::string_view why, seam::duration left,
                                                      bool begins) { told_.waiting(why, left, begins); }});
        let_go();
    } catch (...) {
        let_go();
        // The line that says why comes next.
        told_.clear();
        throw;
    }
}

void transfer_run::set_limit(session::conversation& of, std::uint64_t bytes_per_second) {
    limit_ = bytes_per_second;
    of.set_limit(limit_);
    told_.set_limit(limit_);
}

void transfer_run::tick() {
    told_.tick();
    tick_.start(tick_period, [this] { tick(); });
}

app::exit_code transfer_run::conclude() {
    told_.conclude(with_.home().mono_now() - began_);
    return exit_code_of(told_.result().judge());
}

app::exit_code show_plan(
    const app::program& self, const app::client_options& options, runner& with, std::string verb,
    std::string doing,
    const std::function<std::shared_ptr<session::conversation>(domain::transfer_observer&)>& make) {
    terminal::plan shown(
        {.program = self.name(), .verb = std::move(verb), .json = options.json, .quiet = options.quiet},
        with.home());
    with.run(make(shown),
             {.doing = std::move(doing), .notice = [&](std::string_view text) { shown.notice(text); }});
    shown.conclude();
    return exit_code_of(shown.result().judge());
}

protocol::upload::transfer_id new_transfer_id(seam::random& random) {
    protocol::upload::transfer_id id{};
    random.fill(std::as_writable_bytes(std::span{id}));
    return id;
}

}  // namespace uploader_client::commands
