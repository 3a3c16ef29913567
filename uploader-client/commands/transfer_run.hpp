// One run of put or get: a runner, what is told about it, and the exit code that follows.
//
//   transfer_run run(self, options, with, {.verb = "store", .past = "stored", .moved = "sent"});
//   run.converse(what, "store files in photos");   throws app::failure
//   return run.conclude();                         the summary, and the exit code
#pragma once

#include "common/app/exit_code.hpp"
#include "protocol/upload/messages.hpp"
#include "uploader-client/commands/runner.hpp"
#include "uploader-client/terminal/reporter.hpp"

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
    // `with` outlives the run.
    transfer_run(const app::program& self, const app::client_options& options, runner& with, words how);

    terminal::reporter& told() { return told_; }
    // `doing` as in runner::story.
    void converse(std::shared_ptr<session::conversation> what, std::string doing);
    app::exit_code conclude();

  private:
    runner& with_;
    const seam::mono_time began_;
    terminal::reporter told_;
};

protocol::upload::transfer_id new_transfer_id(seam::random& random);

}  // namespace uploader_client::commands
