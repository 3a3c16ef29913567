#include "chat-client/commands/server_choice.hpp"

#include "tests/catch.hpp"

using namespace chat_client::commands;

namespace {

std::vector<server_choice> some_choices() {
    common::discovery::found_server desk{.name = "desk", .addresses = {"192.0.2.5"}, .port = 7400};
    common::discovery::found_server plain{
        .name = "lab", .addresses = {"192.0.2.6"}, .port = 7500, .tls = false};
    const std::vector found{desk, plain};
    const std::vector<common::trust::known_server> known{{.name = "192.0.2.5:7400", .pin = {}},
                                                         {.name = "files.example:7401", .pin = {}},
                                                         {.name = "chat.example:7400", .pin = {}}};
    return merge_choices(found, known);
}

}  // namespace

TEST_CASE("server_choice lists what was found before what is known, each once and no upload server") {
    const auto choices = some_choices();
    REQUIRE(choices.size() == 3);
    CHECK(choices[0].address == "192.0.2.5:7400");
    CHECK(choices[0].about == "desk, on this network");
    CHECK(choices[1].about == "lab, on this network, plaintext");
    CHECK(choices[2].address == "chat.example:7400");
}

TEST_CASE("server_choice takes a number of the list, an address, or the first when nothing is typed") {
    const auto choices = some_choices();
    CHECK(chosen_address(choices, " 3 ") == "chat.example:7400");
    CHECK(chosen_address(choices, "") == "192.0.2.5:7400");
    CHECK(chosen_address(choices, "other.example:7") == "other.example:7");
    CHECK(chosen_address(choices, "0") == std::nullopt);
    CHECK(chosen_address(choices, "4") == std::nullopt);
    CHECK(chosen_address({}, "") == std::nullopt);
}
