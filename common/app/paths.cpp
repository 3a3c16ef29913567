#include "common/app/paths.hpp"

#include "common/app/failure.hpp"
#include "common/runtime/unique_fd.hpp"
#include "common/trust/state_folder.hpp"

#include <cerrno>
#include <fcntl.h>
#include <pwd.h>
#include <system_error>
#include <unistd.h>

namespace common::app {
namespace {

std::string home_folder(const environment& env) {
    if (const auto home = env("HOME")) return *home;
    const passwd* account = ::getpwuid(::geteuid());
    if (account != nullptr && account->pw_dir != nullptr && *account->pw_dir != '\0') return account->pw_dir;
    throw failure(exit_code::failed, "state", "cannot find the home folder", "HOME is not set",
                  "set HOME or XDG_STATE_HOME and XDG_CONFIG_HOME");
}

// The XDG base directory specification says that a relative path is to be ignored.
std::string base_folder(const environment& env, std::string_view variable, std::string_view below_home) {
    const auto given = env(variable);
    if (given && given->starts_with('/')) return *given;
    return home_folder(env) + std::string{below_home};
}

std::string base_state_folder(const environment& env) {
    return base_folder(env, "XDG_STATE_HOME", "/.local/state") + "/sluice";
}

failure unusable(const std::string& path, std::string_view why) {
    return {exit_code::failed, "state", "cannot use the folder " + path, why,
            "choose another one or make it writable"};
}

}  // namespace

std::string server_state_folder(std::string_view program, const environment& env) {
    if (const auto given = env("STATE_DIRECTORY")) return given->substr(0, given->find(':'));
    return base_state_folder(env) + "/" + std::string{program};
}

client_folders find_client_folders(const environment& env) {
    return {.config = base_folder(env, "XDG_CONFIG_HOME", "/.config") + "/sluice",
            .state = base_state_folder(env)};
}

void prepare_folder(const std::string& path) {
    try {
        const trust::state_folder made{path};
    } catch (const trust::state_error& error) {
        throw failure(exit_code::failed, "state", error.what(), "");
    }
    // Asking for permission is not enough: the file system may be read-only or full.
    const std::string probe = path + "/.write-probe-" + std::to_string(::getpid());
    const runtime::unique_fd file{::open(probe.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!file) throw unusable(path, std::generic_category().message(errno));
    ::unlink(probe.c_str());
}

}  // namespace common::app
