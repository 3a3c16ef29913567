#include "chat-client/commands/ask_commands.hpp"

#include <algorithm>

namespace chat_client::commands {

using common::app::exit_code;

void search_command::on_ready(const domain::server_facts& facts) {
    command::on_ready(facts);
    ask();
}

void search_command::ask() {
    wish_.count =
        static_cast<std::uint32_t>(std::min<std::size_t>(left_, protocol::chat::limits::found_per_frame_max));
    if (chat_.search(wish_) == 0) {
        fail({exit_code::usage, "usage", "cannot search for that",
              "the query or a name is too long or not UTF-8"});
    }
}

void search_command::on_found(std::uint32_t, const std::vector<domain::found_message>& found,
                              std::uint64_t next) {
    for (const domain::found_message& each : found) says_.found(each);
    any_ = any_ || !found.empty();
    left_ -= std::min(left_, found.size());
    if (left_ > 0 && next != 0) {
        wish_.before = next;
        return ask();
    }
    if (!any_ && !says_.json()) says_.notice("nothing was found");
    finish(exit_code::done);
}

void whois_command::on_ready(const domain::server_facts& facts) {
    command::on_ready(facts);
    if (chat_.whois(nick_) == 0) {
        fail({exit_code::usage, "usage", "nobody can be called '" + nick_ + "'",
              "it is empty, too long or not UTF-8"});
    }
}

void whois_command::on_person(std::uint32_t, const domain::person& person) {
    says_.person(person);
    finish(exit_code::done);
}

}  // namespace chat_client::commands
