#include "common/app/access_options.hpp"
#include "common/app/client_options.hpp"
#include "common/app/config_file.hpp"
#include "common/app/failure.hpp"
#include "common/app/output.hpp"
#include "common/app/program.hpp"
#include "common/app/server_options.hpp"
#include "tests/catch.hpp"
#include "tests/common/app/run_captured.hpp"
#include "tests/common/app/scratch_folder.hpp"
#include "tests/support/text.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using tests::support::contains;

using namespace common::app;

namespace {

std::string describe(const server_options& options) {
    std::ostringstream out;
    for (const auto& each : options.listen) out << format_address(each) << ' ';
    out << "state=" << options.state << " name=" << options.name << " threads=" << options.threads
        << " connections=" << options.connections_max << " access=" << static_cast<int>(options.access)
        << " announce=" << options.announce << " plaintext=" << options.plaintext
        << " log=" << options.log.level << " json=" << options.json;
    return out.str();
}

exit_code print_server_options(program& self) {
    server_options options;
    add_server_options(self, options, {.port = 7400, .example = "prog --listen :0"});
    access_options access;
    add_access_options(self, access);
    std::string motd;
    self.cli().add_option("--motd", motd, "An option of the program's own");
    self.parse();
    print(describe(options) + " motd=" + motd);
    if (access.action != access_action::none) {
        print(" access:" + std::to_string(static_cast<int>(access.action)) + " key=" + access.key_id +
              " uses=" + std::to_string(access.uses) +
              " ns=" + std::to_string(access.lifetime ? access.lifetime->count() : 0));
    }
    return exit_code::done;
}

const std::vector<std::string> basics{"--name", "n", "--threads", "2"};

captured_run run_server(std::vector<std::string> arguments, const variables& environment = {}) {
    arguments.insert(arguments.begin(), basics.begin(), basics.end());
    return run_captured(arguments, print_server_options, environment);
}

}  // namespace

TEST_CASE("server options have the documented defaults") {
    const auto run = run_server({});
    INFO(run.err);
    CHECK(run.status == 0);
    CHECK(run.out ==
          "0.0.0.0:7400 [::]:7400 state=/home/nobody/.local/state/sluice/prog name=n threads=2 "
          "connections=4096 "
          "access=0 announce=1 plaintext=0 log=info json=0 motd=");
}

TEST_CASE("server options are read from flags") {
    const auto run =
        run_server({"--listen", "127.0.0.1:0", "--listen", "[::1]", "--state", "/s", "--open", "--json",
                    "--no-announce", "--max-connections", "5", "--log-level", "off", "--motd", "m"});
    INFO(run.err);
    CHECK(run.out ==
          "127.0.0.1:0 [::1]:7400 state=/s name=n threads=2 connections=5 access=1 announce=0 plaintext=0 "
          "log=off "
          "json=1 motd=m");
}

TEST_CASE("a flag wins over the environment and the environment over the file") {
    const scratch_folder scratch;
    const std::string file = scratch.path() + "/config";
    std::ofstream(file)
        << "# comment\nlisten = [\"127.0.0.1:1\", \"[::1]:2\"]\nstate = \"/file\"\nmax-connections = 1\n"
           "motd = file\nclosed = true\nannounce = false\nlog-level = warn\n";
    const auto by_file = run_server({"--config", file});
    INFO(by_file.err);
    CHECK(by_file.out ==
          "127.0.0.1:1 [::1]:2 state=/file name=n threads=2 connections=1 access=2 announce=0 plaintext=0 "
          "log=warn "
          "json=0 motd=file");
    const variables environment{{"SLUICE_CONFIG", file},          {"SLUICE_STATE", "/env"},
                                {"SLUICE_MAX_CONNECTIONS", "2"},  {"SLUICE_MOTD", "env"},
                                {"SLUICE_LISTEN", "127.0.0.1:3"}, {"SLUICE_ANNOUNCE", "true"},
                                {"SLUICE_JSON", "true"}};
    const auto by_environment = run_server({}, environment);
    INFO(by_environment.err);
    CHECK(by_environment.out ==
          "127.0.0.1:3 state=/env name=n threads=2 connections=2 access=2 announce=1 plaintext=0 log=warn "
          "json=1 "
          "motd=env");
    const auto by_flag = run_server({"--state", "/flag", "--motd", "flag", "--no-announce"}, environment);
    INFO(by_flag.err);
    CHECK(contains(by_flag.out, "state=/flag name=n threads=2 connections=2 access=2 announce=0"));
    CHECK(contains(by_flag.out, "motd=flag"));
}

TEST_CASE("wrong server options are refused with exit 2 and one line") {
    const scratch_folder scratch;
    const std::string file = scratch.path() + "/config";
    std::ofstream(file) << "unknown-option = 1\n";
    const std::vector<std::vector<std::string>> table{
        {"--listen", "host:port"},
        {"--listen", ""},
        {"--open", "--closed"},
        {"--threads", "0"},
        {"--max-connections", "-1"},
        {"--log-level", "loud"},
        {"--metrics", "nowhere:x"},
        {"--config", "/does/not/exist"},
        {"--config", file},
        {"--plaintext", "--listen", "0.0.0.0:7400"},
        {"--plaintext", "--listen", "127.0.0.1", "--listen", "10.0.0.1"},
        {"access"},
        {"access", "revoke"},
        {"access", "new-token", "--expires", "soon"},
        {"extra"},
    };
    for (const auto& arguments : table) {
        std::string all;
        for (const auto& argument : arguments) all += argument + " ";
        INFO(all);
        const auto run = run_captured(arguments, print_server_options);
        INFO(run.err);
        CHECK(run.status == 2);
        CHECK(run.out.empty());
        CHECK(contains(run.err, "prog: "));
        CHECK(run.err.find('\n') == run.err.size() - 1);
    }
}

TEST_CASE("--plaintext stays on this machine unless it is accepted") {
    CHECK(contains(run_server({"--plaintext"}).out, "127.0.0.1:7400 [::1]:7400 "));
    CHECK(run_server({"--plaintext", "--listen", "[::1]:1"}).status == 0);
    CHECK(run_server({"--plaintext", "--listen", "0.0.0.0:1", "--i-know-this-is-readable"}).status == 0);
    CHECK(contains(run_server({"--plaintext", "--i-know-this-is-readable"}).out, "0.0.0.0:7400 "));
}

TEST_CASE("access commands take the server's options before and after") {
    CHECK(contains(run_server({"access", "list", "--state", "/s"}).out, "state=/s"));
    CHECK(contains(run_server({"--state", "/s", "access", "revoke", "abc"}).out, " access:2 key=abc"));
    CHECK(contains(run_server({"access", "new-token", "--uses", "5", "--expires", "24h"}).out,
                   " access:4 key= uses=5 ns=86400000000000"));
    CHECK(contains(run_server({"access", "new-token", "--help"}).out, "Example:\n  prog access new-token"));
}

TEST_CASE("environment_name is the option's name in capitals") {
    CHECK(environment_name("--max-connections") == "SLUICE_MAX_CONNECTIONS");
    CHECK(environment_name("state") == "SLUICE_STATE");
}

TEST_CASE("client options may stand on both sides of the subcommand") {
    const program_body body = [](program& self) {
        client_options options;
        add_client_options(self, options);
        CLI::App* send = self.cli().add_subcommand("send", "Send");
        std::string text;
        send->add_option("TEXT", text);
        self.parse();
        print(text + " " + options.folders.config + " " + options.log.level + " " +
              (options.retries ? std::to_string(*options.retries) : "forever") +
              (options.accept_new ? " new" : "") + (options.quiet ? " quiet" : "") +
              (options.json ? " json" : ""));
        return exit_code::done;
    };
    const std::string folders = " /home/nobody/.config/sluice ";
    CHECK(run_captured({"send", "hi"}, body).out == "hi" + folders + "warn forever");
    CHECK(run_captured({"--accept-new", "send", "hi", "--retry", "3", "-q", "--json"}, body).out ==
          "hi" + folders + "warn 3 new quiet json");
    CHECK(run_captured({"--retry", "FOREVER", "send", "hi"}, body).out == "hi" + folders + "warn forever");
    CHECK(run_captured({"--retry", "often", "send", "hi"}, body).status == 2);
}

TEST_CASE("the join link comes from the file, else from the environment") {
    const scratch_folder scratch;
    const environment env = [](std::string_view name) -> std::optional<std::string> {
        if (name == "SLUICE_JOIN") return "chat://env";
        return std::nullopt;
    };
    client_options options;
    CHECK(find_join_link(options, env) == "chat://env");
    CHECK_FALSE(find_join_link(options, [](std::string_view) { return std::nullopt; }));
    options.join_file = scratch.path() + "/join";
    CHECK_THROWS_AS(find_join_link(options, env), failure);
    std::ofstream(options.join_file) << "";
    CHECK_THROWS_AS(find_join_link(options, env), failure);
    std::ofstream(options.join_file) << "  chat://file#fp.t \r\nsecond line\n";
    CHECK(find_join_link(options, env) == "chat://file#fp.t");
}
