#include "common/app/config_file.hpp"

#include "common/app/environment.hpp"
#include "common/app/limits.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

namespace common::app {
namespace {

// Forgets what the environment also gives.
class weaker_than_environment final : public CLI::ConfigTOML {
  public:
    explicit weaker_than_environment(environment env) : env_(std::move(env)) {}

    std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
        auto found = CLI::ConfigTOML::from_config(input);
        std::erase_if(found, [this](const CLI::ConfigItem& item) {
            return item.parents.empty() && env_(environment_name(item.name)).has_value();
        });
        return found;
    }

  private:
    environment env_;
};

std::string check_file(const std::string& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) return "cannot read " + path + ": " + error.message();
    if (size > limits::config_file_bytes_max) return path + " is too large to be a configuration";
    return {};
}

}  // namespace

std::string environment_name(std::string_view option_name) {
    std::string name = "SLUICE_";
    while (option_name.starts_with('-')) option_name.remove_prefix(1);
    for (const char c : option_name) {
        if (c == '-') {
            name += '_';
        } else {
            name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
    }
    return name;
}

void read_configuration(CLI::App& app) {
    app.config_formatter(std::make_shared<weaker_than_environment>(process_environment()));
    app.allow_config_extras(CLI::config_extras_mode::error);
    // CLI11 looks for the file before it looks at the environment, so its name is fetched here.
    const auto by_environment = process_environment()("SLUICE_CONFIG");
    CLI::Option* file = app.set_config("--config", by_environment.value_or(""),
                                       "Read options from FILE (INI or TOML)", by_environment.has_value());
    file->type_name("FILE")->check(CLI::Validator(check_file, ""));
    for (CLI::Option* option : app.get_options()) {
        if (option == app.get_help_ptr() || option == file || option->get_lnames().empty()) continue;
        if (option->get_lnames().front() == "version") continue;
        option->envname(environment_name(option->get_lnames().front()));
    }
}

}  // namespace common::app
