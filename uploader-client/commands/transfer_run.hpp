// One run of put or get: a runner, what is told about it, and the exit code that follows.
//
//   transfer_run run(self, options, with, {.verb = "store", .past = "stored", .moved = "sent"}, limit);
//   run.converse(what, "store files in photos");   throws app::failure
//   return run.conclude();                         the summary, and the exit code
#pragma once

#include "common/app/exit_code.hpp"
#include "protocol/upload/messages.hpp"
#include "uploader-client/commands/runner.hpp"
#include "uploader-client/terminal/reporter.hpp"

#include <functional>
#include <memory>
#include <string>

namespace common::app {
class program;
}

namespace uploader_client::commands {

class transfer_run {
  public:
    struct words {
        std::string_view verb;
        std::string_view past;
        std::string_view moved;
    };
    // `with` and `limit` (bytes per second, 0: none) outlive the run; the person at the terminal may change
    // the limit while it runs.
    transfer_run(const app::program& self, const app::client_options& options, runner& with, words how,
                 std::uint64_t& limit);

    terminal::reporter& told() { return told_; }
    // `doing` as in runner::story.
    void converse(std::shared_ptr<session::conversation> what, std::string doing);
    app::exit_code conclude();

    // How the names of files under way are shown; null: as they are.
    std::function<std::string(std::string_view)> readable;

    // No keys are read from the terminal: something else is typed there.
    void leave_keys_alone() { keys_wanted_ = false; }

  private:
    void set_limit(session::conversation& of, std::uint64_t bytes_per_second);
    void tick();

    runner& with_;
    std::uint64_t& limit_;
    bool keys_wanted_;
    const seam::mono_time began_;
    terminal::reporter told_;
    seam::timer tick_;
};

app::exit_code exit_code_of(domain::verdict verdict);

// --dry-run: asks what would become of everything and shows it. `make` gives the conversation
// for an observer; `verb` as in "would send 3 files".
app::exit_code show_plan(
    const app::program& self, const app::client_options& options, runner& with, std::string verb,
    std::string doing,
    const std::function<std::shared_ptr<session::conversation>(domain::transfer_observer&)>& make);

protocol::upload::transfer_id new_transfer_id(seam::random& random);

}  // namespace uploader_client::commands
