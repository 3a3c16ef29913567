// One run of requests about stored files: who failed and why, and the exit code that follows.
//
//   request_run run(self, line, "remove");
//   … run.tell(…), run.succeeded(), run.failed(…) come from the conversation
//   return run.conclude();                             throws app::failure when nobody read the output
#pragma once

#include "common/app/exit_code.hpp"
#include "common/app/failure.hpp"
#include "common/app/json_events.hpp"
#include "common/app/system_clock.hpp"
#include "protocol/wire/error_code.hpp"
#include "uploader-client/commands/command_line.hpp"

#include <string>
#include <string_view>

namespace uploader_client::commands {

class request_run {
  public:
    // `verb`: what is done, "remove".
    request_run(const app::program& self, const command_line& line, std::string verb);

    // One line on stdout, unless it is empty, or the event with --json.
    void tell(const std::string& text, const app::json_event& event);
    app::json_event event(std::string_view name) const { return events_.event(name); }

    void succeeded() { ++succeeded_; }
    // One line on stderr: "NAME: cannot remove photos: why", and an `error` event with --json.
    void failed(std::string_view what, protocol::error_code code, std::string_view why);
    void failed(const app::failure& what);

    app::exit_code conclude() const;

  private:
    const std::string program_;
    const std::string verb_;
    const bool json_;
    const app::system_clock clock_;
    app::json_writer events_;
    std::error_code broken_output_;
    std::size_t succeeded_ = 0;
    std::size_t failed_ = 0;
    std::size_t refused_ = 0;
};

}  // namespace uploader_client::commands
