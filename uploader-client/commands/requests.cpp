#include "uploader-client/commands/requests.hpp"

#include "common/app/output.hpp"
#include "common/app/program.hpp"

#include <unistd.h>
#include <utility>

namespace uploader_client::commands {

using protocol::error_code;

request_run::request_run(const app::program& self, const command_line& line, std::string verb)
    : program_(self.name()),
      verb_(std::move(verb)),
      json_(line.common.json),
      events_(STDOUT_FILENO, clock_) {}

void request_run::tell(const std::string& text, const app::json_event& event) {
    if (broken_output_) return;
    if (json_) {
        broken_output_ = events_.try_write(event);
    } else if (!text.empty()) {
        broken_output_ = app::write_all(STDOUT_FILENO, text + "\n");
    }
}

void request_run::failed(std::string_view what, error_code code, std::string_view why) {
    const bool refused = code == error_code::not_permitted || code == error_code::bad_name;
    const std::string words = why.empty() ? make_error_code(code).message() : std::string{why};
    failed({refused ? app::exit_code::refused : app::exit_code::failed, std::string{name_of(code)},
            "cannot " + verb_ + " " + std::string{what}, words});
}

void request_run::failed(const app::failure& what) {
    ++failed_;
    if (what.exit() == app::exit_code::refused) ++refused_;
    app::report(program_, what, json_ ? &events_ : nullptr);
}

app::exit_code request_run::conclude() const {
    if (broken_output_) {
        throw app::failure(app::exit_code::failed, "output", "cannot write to standard output",
                           broken_output_.message());
    }
    if (failed_ == 0) return app::exit_code::done;
    if (succeeded_ > 0) return app::exit_code::partly_done;
    return refused_ == failed_ ? app::exit_code::refused : app::exit_code::failed;
}

}  // namespace uploader_client::commands
