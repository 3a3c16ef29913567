#include "uploader-client/commands/addresses.hpp"

#include "common/app/environment.hpp"
#include "common/app/failure.hpp"
#include "protocol/upload/name_policy.hpp"

#include <unistd.h>
#include <variant>

namespace uploader_client::commands {

namespace app = common::app;
namespace trust = common::trust;
namespace upload = protocol::upload;

namespace {

bool is_local(const std::string& argument) {
    return argument == "-" || ::access(argument.c_str(), F_OK) == 0;
}

}  // namespace

remote parse_remote_address(const std::string& text) {
    auto parsed = trust::parse_address(text, trust::application::upload);
    if (const auto* error = std::get_if<trust::address_error>(&parsed)) {
        throw app::usage_error("cannot use the address " + text, error->message);
    }
    remote result{std::get<trust::server_address>(std::move(parsed)), {}};
    result.at = domain::parse_remote(result.server.path);
    const auto fault = upload::check_path_or_root(result.at.path);
    if (fault != upload::name_fault::none) {
        throw app::usage_error("cannot use the path " + result.at.path, upload::text_of(fault));
    }
    return result;
}

remote take_address(std::vector<std::string>& arguments, const app::client_options& options) {
    const auto link = app::find_join_link(options, app::process_environment());
    if (link && (arguments.empty() || is_local(arguments.back()))) return parse_remote_address(*link);
    if (arguments.empty()) {
        throw app::usage_error("wrong usage", "the server's address is missing",
                               "give ADDR, --join-file or SLUICE_JOIN");
    }
    const std::string text = std::move(arguments.back());
    arguments.pop_back();
    return parse_remote_address(text);
}

}  // namespace uploader_client::commands
