// What the slash commands do that both faces have. Each returns what is wrong, or nothing.
#pragma once

#include "chat-client/controller/slash.hpp"

#include <string>

namespace chat_client::controller::handlers {

std::string join(slash_host& host, const slash_call& call);
std::string part(slash_host& host, const slash_call& call);
std::string msg(slash_host& host, const slash_call& call);
std::string me(slash_host& host, const slash_call& call);
std::string reply(slash_host& host, const slash_call& call);
std::string edit(slash_host& host, const slash_call& call);
std::string erase(slash_host& host, const slash_call& call);
std::string react(slash_host& host, const slash_call& call);
std::string search(slash_host& host, const slash_call& call);
std::string topic(slash_host& host, const slash_call& call);
std::string rooms(slash_host& host, const slash_call& call);
std::string names(slash_host& host, const slash_call& call);
std::string whois(slash_host& host, const slash_call& call);
std::string lag(slash_host& host, const slash_call& call);
std::string nick_name(slash_host& host, const slash_call& call);
std::string kick(slash_host& host, const slash_call& call);
std::string ban(slash_host& host, const slash_call& call);
std::string unban(slash_host& host, const slash_call& call);
std::string mute(slash_host& host, const slash_call& call);
std::string unmute(slash_host& host, const slash_call& call);
std::string op(slash_host& host, const slash_call& call);
std::string deop(slash_host& host, const slash_call& call);
std::string invite(slash_host& host, const slash_call& call);
std::string uninvite(slash_host& host, const slash_call& call);
std::string make_private(slash_host& host, const slash_call& call);
std::string slow(slash_host& host, const slash_call& call);
std::string retention(slash_host& host, const slash_call& call);
std::string fingerprint(slash_host& host, const slash_call& call);
std::string help(slash_host& host, const slash_call& call);
std::string quit(slash_host& host, const slash_call& call);
std::string local(slash_host& host, const slash_call& call);

}  // namespace chat_client::controller::handlers
