#include "uploader-client/commands/filter_options.hpp"

#include "common/app/failure.hpp"
#include "uploader-client/domain/filter.hpp"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <map>
#include <system_error>

namespace uploader_client::commands {

namespace app = common::app;

namespace {

constexpr std::size_t patterns_file_bytes_max = 1024 * 1024;

std::vector<std::string> patterns_from(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        const std::error_code why(errno, std::generic_category());
        throw app::failure(app::exit_code::failed, "local_file", "cannot read " + path, why.message());
    }
    std::string text(patterns_file_bytes_max + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > patterns_file_bytes_max) {
        throw app::failure(app::exit_code::failed, "local_file", "cannot read " + path, "it is over 1 MiB");
    }
    return domain::patterns_in(text);
}

}  // namespace

void add_filter_options(CLI::App& cli) {
    const auto add = [&](const char* name, const char* type, const char* help) {
        // The values are read in their common order, later.
        cli.add_option_function<std::vector<std::string>>(
               name, [](const auto&) {}, help)
            ->type_name(type)
            ->allow_extra_args(false);
    };
    add("--include", "GLOB",
        "Take this in, although an earlier rule leaves it out; first of all rules: only this");
    add("--exclude", "GLOB", "Leave this out, with all that is below; the last rule that matches decides");
    add("--exclude-from", "FILE", "Rules from a file such as a .gitignore");
}

std::vector<std::string> patterns_of(const CLI::App& cli) {
    std::vector<std::string> patterns;
    std::map<const CLI::Option*, std::size_t> taken;
    for (const CLI::Option* option : cli.parse_order()) {
        const std::string name = option->get_name();
        const std::size_t at = taken[option]++;
        if (at >= option->results().size()) continue;
        const std::string& value = option->results()[at];
        if (name == "--include") patterns.push_back(value.starts_with('!') ? value : "!" + value);
        if (name == "--exclude") patterns.push_back(value);
        if (name != "--exclude-from") continue;
        for (std::string& each : patterns_from(value)) patterns.push_back(std::move(each));
    }
    return patterns;
}

}  // namespace uploader_client::commands
