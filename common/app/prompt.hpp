// Asks the person at the terminal, wherever stdin and stdout lead: through /dev/tty.
//
//   const auto yes = ask_yes_no("The fingerprint is …. Trust this server?");
//   const auto token = ask_secret("Join link: ");
//   const auto which = ask_line("Server [1-3]: ");
//
// Nothing means that there is no terminal or no answer. These calls block: ask before other threads start.
// While one waits, SIGINT and its kind are held back until the terminal is as it was; then they take their
// course.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace common::app {

// Asks again until the answer is yes or no, a few times at most.
std::optional<bool> ask_yes_no(std::string_view question);

// The answer is not echoed. At most limits::answer_bytes_max bytes.
std::optional<std::string> ask_secret(std::string_view prompt);

// The answer as it was typed, with its echo.
std::optional<std::string> ask_line(std::string_view prompt);

// The same on a terminal that is open already.
std::optional<bool> ask_yes_no_on(int terminal, std::string_view question);
std::optional<std::string> ask_secret_on(int terminal, std::string_view prompt);

}  // namespace common::app
