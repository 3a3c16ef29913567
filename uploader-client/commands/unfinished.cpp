// status and abort.
#include "common/app/terminal_text.hpp"
#include "protocol/upload/file_messages.hpp"
#include "protocol/wire/codec.hpp"
#include "uploader-client/commands/addresses.hpp"
#include "uploader-client/commands/command_line.hpp"
#include "uploader-client/commands/requests.hpp"
#include "uploader-client/commands/runner.hpp"
#include "uploader-client/session/request_conversation.hpp"
#include "uploader-client/terminal/listing.hpp"

#include <algorithm>

namespace uploader_client::commands {

namespace upload = protocol::upload;
using protocol::error_code;
using protocol::wire::bytes_view;

namespace {

// Enough to tell one's own uploads apart, too much to hit one by a slip.
constexpr std::size_t id_digits_min = 6;

class collection final : public session::request_conversation::answers {
  public:
    explicit collection(std::function<void(const upload::unfinished_upload&)> visit)
        : visit_(std::move(visit)) {}

    error_code on_answer(std::size_t, const common::transport::incoming_frame& frame,
                         bool& complete) override {
        if (frame.header.type != upload::unfinished::type) return error_code::unexpected;
        upload::unfinished told;
        const auto error = decode(bytes_view{frame.payload}, told);
        if (error != error_code::none) return error;
        for (const upload::unfinished_upload& each : told.uploads) visit_(each);
        complete = !told.more;
        return error_code::none;
    }
    void on_failed(std::size_t, error_code code, std::string_view reason, bool) override {
        failed_ = code;
        reason_ = reason;
    }
    // Throws app::failure when the server did not answer.
    void check(const std::string& doing) const {
        if (failed_ == error_code::none) return;
        const bool refused = failed_ == error_code::not_permitted;
        throw app::failure(refused ? app::exit_code::refused : app::exit_code::failed,
                           std::string{name_of(failed_)}, doing, reason_);
    }

  private:
    const std::function<void(const upload::unfinished_upload&)> visit_;
    error_code failed_ = error_code::none;
    std::string reason_;
};

void collect(const command_line& line, const remote& at,
             const std::function<void(const upload::unfinished_upload&)>& visit) {
    runner with(line.common, at.server);
    collection answers(visit);
    with.run(session::request_conversation::create(
                 with.home(), {session::request_conversation::question(upload::list_unfinished{})}, answers),
             {.doing = "list unfinished uploads", .notice = {}});
    answers.check("cannot list the unfinished uploads");
}

struct chosen_upload {
    std::string id;
    upload::upload_id bytes{};
    std::string path;
};

class discarding final : public session::request_conversation::answers {
  public:
    discarding(request_run& run, const std::vector<chosen_upload>& chosen) : run_(run), chosen_(chosen) {}

    error_code on_answer(std::size_t index, const common::transport::incoming_frame& frame,
                         bool& complete) override {
        if (frame.header.type != upload::discarded::type) return error_code::unexpected;
        upload::discarded told;
        const auto error = decode(bytes_view{frame.payload}, told);
        if (error != error_code::none) return error;
        complete = true;
        run_.succeeded();
        run_.tell({}, run_.event("aborted")
                          .field("id", chosen_[index].id)
                          .field("path", chosen_[index].path)
                          .field("durable", told.durable_bytes));
        return error_code::none;
    }
    void on_failed(std::size_t index, error_code code, std::string_view reason, bool repeated) override {
        if (code == error_code::no_such_file && repeated) return run_.succeeded();
        run_.failed(chosen_[index].id, code, reason);
    }

  private:
    request_run& run_;
    const std::vector<chosen_upload>& chosen_;
};

bool is_id(const std::string& text) {
    return text.size() >= id_digits_min && text.size() <= 2 * upload::upload_id{}.size() &&
           text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

app::exit_code status(const app::program& self, const command_line& line) {
    std::vector<std::string> arguments = line.arguments;
    const remote at = take_address(arguments, line.common);
    request_run run(self, line, "list");
    const app::system_clock clock;
    collect(line, at, [&](const upload::unfinished_upload& each) {
        run.tell(terminal::format_unfinished(each, clock.wall_now()),
                 terminal::unfinished_event(run.event("unfinished"), each));
    });
    return run.conclude();
}

app::exit_code abort(const app::program& self, const command_line& line) {
    std::vector<std::string> ids = line.arguments;
    const remote at = take_address(ids, line.common);
    if (ids.empty()) throw app::usage_error("wrong usage", "the ID of an upload is missing", "see 'status'");
    for (const std::string& id : ids) {
        if (!is_id(id)) throw app::usage_error("'" + id + "' is not the ID of an upload", "", "see 'status'");
    }
    request_run run(self, line, "abort");
    std::vector<chosen_upload> found;
    collect(line, at, [&](const upload::unfinished_upload& each) {
        found.push_back({terminal::format_id(each.id), each.id, std::string{each.path}});
    });
    std::vector<chosen_upload> chosen;
    std::vector<std::vector<std::byte>> questions;
    for (const std::string& id : ids) {
        const auto matches = [&](const chosen_upload& each) { return each.id.starts_with(id); };
        const auto count = std::ranges::count_if(found, matches);
        if (count != 1) {
            run.failed(id, error_code::no_such_file,
                       count == 0 ? "this key has no such unfinished upload" : "several uploads begin so");
            continue;
        }
        chosen.push_back(*std::ranges::find_if(found, matches));
        questions.push_back(
            session::request_conversation::question(upload::discard{.id = chosen.back().bytes}));
    }
    if (!questions.empty()) {
        runner with(line.common, at.server);
        discarding answers(run, chosen);
        with.run(session::request_conversation::create(with.home(), std::move(questions), answers),
                 {.doing = "abort uploads", .notice = {}});
    }
    return run.conclude();
}

}  // namespace uploader_client::commands
