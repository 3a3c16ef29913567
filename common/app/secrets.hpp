// Keeps the token of a join link (…#FINGERPRINT.TOKEN) out of sight: out of logs, messages and the process
// list.
//
//   hide_tokens("chat://h/#fp.SECRET") == "chat://h/#fp.***"
//   hide_tokens_in_arguments(argc, argv);      once they are copied, before anything else happens
#pragma once

#include <string>
#include <string_view>

namespace common::app {

std::string hide_tokens(std::string_view text);

// Overwrites what others see of this process's arguments (/proc/PID/cmdline); lengths stay the same.
void hide_tokens_in_arguments(int argc, char** argv);
void hide_argument(int argc, char** argv, std::string_view secret);

}  // namespace common::app
