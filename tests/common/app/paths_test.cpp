#include "common/app/paths.hpp"

#include "common/app/failure.hpp"
#include "tests/catch.hpp"
#include "tests/common/app/scratch_folder.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

using namespace common::app;

namespace {

environment table_environment(std::map<std::string, std::string, std::less<>> values) {
    return [values](std::string_view name) -> std::optional<std::string> {
        const auto found = values.find(name);
        if (found == values.end()) return std::nullopt;
        return found->second;
    };
}

}  // namespace

TEST_CASE("a server keeps its state where systemd or XDG says") {
    CHECK(server_state_folder("chat-server", table_environment({{"STATE_DIRECTORY", "/var/lib/chat"},
                                                                {"HOME", "/h"}})) == "/var/lib/chat");
    CHECK(server_state_folder("chat-server", table_environment({{"STATE_DIRECTORY", "/a:/b"}})) == "/a");
    CHECK(server_state_folder("chat-server", table_environment({{"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}})) ==
          "/x/sluice/chat-server");
    CHECK(server_state_folder("chat-server",
                              table_environment({{"XDG_STATE_HOME", "relative"}, {"HOME", "/h"}})) ==
          "/h/.local/state/sluice/chat-server");
}

TEST_CASE("a client keeps identity and state apart") {
    const auto by_home = find_client_folders(table_environment({{"HOME", "/h"}}));
    CHECK(by_home.config == "/h/.config/sluice");
    CHECK(by_home.state == "/h/.local/state/sluice");
    const auto by_xdg =
        find_client_folders(table_environment({{"XDG_CONFIG_HOME", "/c"}, {"XDG_STATE_HOME", "/s"}}));
    CHECK(by_xdg.config == "/c/sluice");
    CHECK(by_xdg.state == "/s/sluice");
}

TEST_CASE("prepare_folder makes private folders and leaves nothing in them") {
    const scratch_folder scratch;
    const std::string path = scratch.path() + "/a/b";
    prepare_folder(path);
    prepare_folder(path);
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0700);
    CHECK(std::filesystem::is_empty(path));
}

TEST_CASE("prepare_folder says in one line that a folder cannot be used") {
    const scratch_folder scratch;
    const std::string file = scratch.path() + "/file";
    std::ofstream(file) << "x";
    for (const std::string& path : {file, file + "/below", std::string("/proc/none")}) {
        INFO(path);
        try {
            prepare_folder(path);
            FAIL("was usable");
        } catch (const failure& what) {
            CHECK(what.exit() == exit_code::failed);
            CHECK(what.code() == "state");
            CHECK(std::string(what.what()).find(path.substr(0, 6)) != std::string::npos);
        }
    }
}
