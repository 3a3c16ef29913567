// rm and mv.
#include "common/app/sizes.hpp"
#include "protocol/upload/file_messages.hpp"
#include "protocol/upload/name_policy.hpp"
#include "protocol/wire/codec.hpp"
#include "uploader-client/commands/addresses.hpp"
#include "uploader-client/commands/command_line.hpp"
#include "uploader-client/commands/requests.hpp"
#include "uploader-client/commands/runner.hpp"
#include "uploader-client/session/request_conversation.hpp"

#include <variant>

namespace uploader_client::commands {

namespace upload = protocol::upload;
using protocol::error_code;
using protocol::wire::bytes_view;

namespace {

// All of them on the server of the first.
std::vector<remote> on_one_server(const std::vector<std::string>& arguments) {
    std::vector<remote> places;
    for (const std::string& each : arguments) {
        places.push_back(parse_remote_address(each));
        if (places.back().server.name() != places.front().server.name()) {
            throw app::usage_error("wrong usage", "the paths are on different servers",
                                   "use one server at a time");
        }
    }
    return places;
}

class removal final : public session::request_conversation::answers {
  public:
    removal(request_run& run, const std::vector<remote>& places, bool missing_is_fine)
        : run_(run), places_(places), missing_is_fine_(missing_is_fine) {}

    error_code on_answer(std::size_t index, const common::transport::incoming_frame& frame,
                         bool& complete) override {
        if (frame.header.type != upload::removed::type) return error_code::unexpected;
        upload::removed told;
        const auto error = decode(bytes_view{frame.payload}, told);
        if (error != error_code::none) return error;
        complete = true;
        report(index, told);
        return error_code::none;
    }

    void on_failed(std::size_t index, error_code code, std::string_view reason, bool repeated) override {
        // The first try may have done it, before its answer was lost.
        if (code == error_code::no_such_file && (repeated || missing_is_fine_)) return report(index, {});
        const bool folder = code == error_code::already_exists;
        run_.failed(places_[index].at.path, code,
                    folder ? "it is a folder that is not empty; use -r" : reason);
    }

  private:
    void report(std::size_t index, const upload::removed& told) {
        run_.succeeded();
        run_.tell({}, run_.event("removed")
                          .field("path", places_[index].at.path)
                          .field("files", told.files)
                          .field("folders", told.folders)
                          .field("bytes", told.bytes));
    }

    request_run& run_;
    const std::vector<remote>& places_;
    const bool missing_is_fine_;
};

class renaming final : public session::request_conversation::answers {
  public:
    renaming(request_run& run, std::vector<std::string> sources) : run_(run), sources_(std::move(sources)) {}

    error_code on_answer(std::size_t index, const common::transport::incoming_frame& frame,
                         bool& complete) override {
        if (frame.header.type != upload::renamed::type) return error_code::unexpected;
        upload::renamed told;
        const auto error = decode(bytes_view{frame.payload}, told);
        if (error != error_code::none) return error;
        complete = true;
        run_.succeeded();
        run_.tell({}, run_.event("renamed").field("path", sources_[index]).field("to", told.path));
        return error_code::none;
    }

    void on_failed(std::size_t index, error_code code, std::string_view reason, bool repeated) override {
        const bool perhaps_done = repeated && code == error_code::no_such_file;
        run_.failed(sources_[index], code,
                    perhaps_done ? "it is not there any more: look whether it has its new name" : reason);
    }

  private:
    request_run& run_;
    const std::vector<std::string> sources_;
};

// The second of two names: an address on the same server, or just a path on it.
std::string target_on(const remote& of, const std::string& text) {
    auto parsed = common::trust::parse_address(text, common::trust::application::upload);
    const auto* const address = std::get_if<common::trust::server_address>(&parsed);
    const domain::remote_path at = domain::parse_remote(
        address != nullptr && address->name() == of.server.name() ? address->path : text);
    const auto fault = upload::check_path_or_root(at.path);
    if (fault != upload::name_fault::none) {
        throw app::usage_error("cannot use the path " + at.path, upload::text_of(fault));
    }
    return at.path;
}

}  // namespace

app::exit_code remove(const app::program& self, const command_line& line) {
    const std::vector<remote> places = on_one_server(line.arguments);
    std::vector<std::vector<std::byte>> questions;
    for (const remote& each : places) {
        if (each.at.path.empty()) {
            throw app::usage_error("cannot remove the root of the server", "name a file or a folder in it");
        }
        questions.push_back(session::request_conversation::question(
            upload::remove{.recursive = line.recursive, .path = each.at.path}));
    }
    runner with(line.common, places.front().server);
    request_run run(self, line, "remove");
    removal answers(run, places, line.force);
    with.run(session::request_conversation::create(with.home(), std::move(questions), answers),
             {.doing = "remove files", .notice = {}});
    return run.conclude();
}

app::exit_code rename(const app::program& self, const command_line& line) {
    if (line.arguments.size() < 2) {
        throw app::usage_error("wrong usage", "mv needs what is there and its new name");
    }
    std::vector<std::string> names = line.arguments;
    const std::string target = std::move(names.back());
    names.pop_back();
    const std::vector<remote> places = on_one_server(names);
    const std::string to = target_on(places.front(), target);
    std::vector<std::vector<std::byte>> questions;
    std::vector<std::string> sources;
    for (const remote& each : places) {
        if (each.at.path.empty()) throw app::usage_error("cannot rename the root of the server", "");
        const bool into = places.size() > 1 || target.ends_with('/');
        const std::string path =
            into ? (to.empty() ? to : to + "/") + std::string{domain::name_of(each.at.path)} : to;
        questions.push_back(session::request_conversation::question(
            upload::rename{.replace = line.force, .from = each.at.path, .to = path}));
        sources.push_back(each.at.path);
    }
    runner with(line.common, places.front().server);
    request_run run(self, line, "rename");
    renaming answers(run, std::move(sources));
    with.run(session::request_conversation::create(with.home(), std::move(questions), answers),
             {.doing = "rename files", .notice = {}});
    return run.conclude();
}

}  // namespace uploader_client::commands
