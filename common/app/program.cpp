#include "common/app/program.hpp"

#include "common/app/config_file.hpp"
#include "common/app/failure.hpp"
#include "common/app/json_events.hpp"
#include "common/app/logging.hpp"
#include "common/app/output.hpp"
#include "common/app/secrets.hpp"
#include "common/app/system_clock.hpp"
#include "common/runtime/process_limits.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <new>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace common::app {

struct program::implementation {
    std::string name;
    std::vector<std::string> arguments;  // copies: the originals lose their tokens
    CLI::App cli;
    bool json = false;
    bool configurable = false;
    std::vector<std::function<void()>> checks;

    bool asks_for_json() const {
        const auto end = std::find(arguments.begin(), arguments.end(), "--");
        return json || std::find(arguments.begin(), end, "--json") != end;
    }
};

program::program(const program_info& info, int argc, char** argv)
    : self_(std::make_unique<implementation>()) {
    self_->name = info.name;
    self_->arguments.assign(argv, argv + argc);
    CLI::App& app = self_->cli;
    app.name(self_->name);
    app.get_formatter()->column_width(34);
    app.set_version_flag("--version", self_->name + " " + std::string{info.version} + " (protocol " +
                                          std::to_string(info.protocol) + ")");
    app.add_flag("--json", self_->json, "Write one JSON object a line to stdout");
}

program::~program() = default;

const std::string& program::name() const {
    return self_->name;
}

CLI::App& program::cli() {
    return self_->cli;
}

void program::allow_configuration() {
    self_->configurable = true;
}

void program::after_parse(std::function<void()> check) {
    self_->checks.push_back(std::move(check));
}

void program::parse() {
    if (self_->configurable) read_configuration(self_->cli);
    std::vector<const char*> pointers;
    for (const std::string& argument : self_->arguments) pointers.push_back(argument.c_str());
    self_->cli.parse(static_cast<int>(pointers.size()), pointers.data());
    for (const auto& check : self_->checks) check();
}

bool program::json() const {
    return self_->asks_for_json();
}

void set_example(CLI::App& command, std::string_view example) {
    command.footer("Example:\n  " + std::string{example});
}

namespace {

// Help is asked for on the innermost subcommand that was named.
std::string full_command(const CLI::App& app) {
    std::string words = app.get_name();
    const CLI::App* at = &app;
    while (!at->get_subcommands().empty()) {
        at = at->get_subcommands().front();
        words += " " + at->get_name();
    }
    return words;
}

failure usage_of(const CLI::App& app, const CLI::ParseError& error) {
    return usage_error("wrong usage", error.what(), "see '" + full_command(app) + " --help'");
}

exit_code report_failure(const program& self, const failure& what) {
    const system_clock clock;
    json_writer events(STDOUT_FILENO, clock);
    stop_logging();  // what was logged before belongs before the last line
    report(self.name(), what, self.json() ? &events : nullptr);
    return what.exit();
}

exit_code run_body(program& self, const program_body& body) {
    try {
        return body(self);
    } catch (const CLI::CallForHelp&) {
        print(self.cli().help());
        return exit_code::done;
    } catch (const CLI::CallForVersion& version) {
        print(std::string{version.what()} + "\n");
        return exit_code::done;
    } catch (const CLI::ParseError& error) {
        throw usage_of(self.cli(), error);
    }
}

exit_code run_reported(program& self, const program_body& body) {
    try {
        return run_body(self, body);
    } catch (const failure& what) {
        return report_failure(self, what);
    } catch (const std::bad_alloc&) {
        return report_failure(self, {exit_code::failed, "out_of_memory", "cannot go on", "out of memory"});
    } catch (const std::system_error& error) {
        return report_failure(self, {exit_code::failed, "system", error.what(), ""});
    } catch (const std::exception& error) {
        return report_failure(self, {exit_code::failed, "failed", error.what(), ""});
    }
}

}  // namespace

int run_program(const program_info& info, int argc, char** argv, const program_body& body) {
    program self(info, argc, argv);
    hide_tokens_in_arguments(argc, argv);
    std::signal(SIGPIPE, SIG_IGN);
    start_early_logging();
    runtime::disable_core_dumps();
    const exit_code code = run_reported(self, body);
    stop_logging();
    return to_status(code);
}

}  // namespace common::app
