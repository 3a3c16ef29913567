#include "common/app/access_options.hpp"

#include "common/app/program.hpp"
#include "common/app/sizes.hpp"

#include <CLI/CLI.hpp>

namespace common::app {
namespace {

CLI::App& add_action(CLI::App& access, access_options& options, access_action action, const std::string& name,
                     const std::string& help, const std::string& example) {
    CLI::App& command = *access.add_subcommand(name, help);
    command.callback([&options, action] { options.action = action; });
    command.fallthrough();
    set_example(command, example);
    return command;
}

}  // namespace

void add_access_options(program& self, access_options& options) {
    const std::string program_name = self.name() + " access ";
    const bool chat = self.name() == "chat-server";
    CLI::App& access =
        *self.cli().add_subcommand("access", "List, revoke and invite keys; works while the server runs");
    access.require_subcommand(1);
    access.fallthrough();
    set_example(access, program_name + "new-token --expires 24h");

    add_action(access, options, access_action::list, "list", "Show enrolled keys and open tokens",
               program_name + "list");

    CLI::App& revoke = add_action(access, options, access_action::revoke, "revoke", "Shut a key out",
                                  program_name + "revoke KEYID");
    revoke.add_option("KEYID", options.key_id, "As shown by 'access list'")->required();

    CLI::App& grant = add_action(access, options, access_action::grant, "grant", "Change what a key may do",
                                 program_name + "grant KEYID " + (chat ? "chat,admin" : "put,get"));
    grant.add_option("KEYID", options.key_id, "As shown by 'access list'")->required();
    grant.add_option("RIGHTS", options.rights, "All it may do from its next connection on")->required();

    CLI::App& token = add_action(access, options, access_action::new_token, "new-token", "Make a join link",
                                 program_name + "new-token --uses 5 --expires 24h");
    token.add_option("--uses", options.uses, "How many keys it may enrol")
        ->type_name("N")
        ->check(CLI::Range(1U, 1'000'000U))
        ->capture_default_str();
    token
        .add_option_function<std::string>(
            "--expires",
            [&options](const std::string& text) {
                options.lifetime = parse_duration(text);
                if (!options.lifetime)
                    throw CLI::ValidationError("--expires: write an age such as 24h or 7d");
            },
            "When it stops working [never]")
        ->type_name("AGE");
    token.add_option("--rights", options.rights, "What the new keys may do [the server's default]")
        ->type_name("LIST");
    token.add_option("--folder", options.folder, "The new keys see nothing but this folder of the root")
        ->type_name("DIR");
}

}  // namespace common::app
