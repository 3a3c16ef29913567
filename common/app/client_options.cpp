#include "common/app/client_options.hpp"

#include "common/app/failure.hpp"
#include "common/app/limits.hpp"
#include "common/app/log_options.hpp"
#include "common/app/program.hpp"
#include "common/app/sizes.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <limits>

namespace common::app {
namespace {

std::optional<std::uint32_t> parse_retries(const std::string& text) {
    if (text == "FOREVER" || text == "forever") return std::nullopt;
    const auto count = parse_count(text);
    if (!count || *count > std::numeric_limits<std::uint32_t>::max()) {
        throw CLI::ValidationError("--retry: write a number or FOREVER");
    }
    return static_cast<std::uint32_t>(*count);
}

failure bad_join_file(const std::string& path, std::string_view why) {
    return {exit_code::failed, "join_file", "cannot read a join link from " + path, why,
            "the server keeps its own in STATE/join-link"};
}

std::string first_line_of(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw bad_join_file(path, "it does not exist or is not readable");
    std::string line(limits::join_file_bytes_max, '\0');
    file.read(line.data(), static_cast<std::streamsize>(line.size()));
    line.resize(static_cast<std::size_t>(file.gcount()));
    line.resize(std::min(line.size(), line.find_first_of("\r\n")));
    const auto begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos) throw bad_join_file(path, "it is empty");
    return line.substr(begin, line.find_last_not_of(" \t") + 1 - begin);
}

}  // namespace

void add_client_options(program& self, client_options& options) {
    CLI::App& app = self.cli();
    app.fallthrough();
    app.add_flag("--accept-new", options.accept_new, "Trust a server seen for the first time without asking");
    app.add_flag("--plaintext", options.plaintext, "No TLS: anyone on the path can read everything");
    app.add_option("--join-file", options.join_file, "Read the join link from FILE (or from SLUICE_JOIN)")
        ->type_name("FILE");
    app.add_option_function<std::string>(
           "--retry",
           [&options](const std::string& text) {
               options.retries = parse_retries(text);
               options.retry_first = true;
           },
           "How often to try again when there is no connection")
        ->type_name("FOREVER|N")
        ->default_str("FOREVER");
    app.add_flag("-q,--quiet", options.quiet, "No progress and no notices");
    app.add_option("--tls-keylog", options.tls_keylog, "Write TLS secrets to FILE, for Wireshark")
        ->type_name("FILE");
    add_log_options(self, options.log);
    self.after_parse([&self, &options] {
        options.json = self.json();
        options.folders = find_client_folders(process_environment());
    });
}

std::optional<std::string> find_join_link(const client_options& options, const environment& env) {
    if (!options.join_file.empty()) return first_line_of(options.join_file);
    return env("SLUICE_JOIN");
}

}  // namespace common::app
