// A room as one worker sees it: where its log ends, and which sessions here read it.
#pragma once

#include "chat-server/session/presence_tail.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace chat_server::session {

class conversation;

struct live_room {
    std::uint32_t number = 0;
    std::uint64_t last_seq = 0;
    std::vector<conversation*> members;
    std::string name;                     // empty: nobody here has joined it yet
    std::vector<conversation*> watchers;  // those members that are told about presence
    presence_tail presence;
    bool tells_cursors = false;  // somebody, here or elsewhere, watches the members' cursors

    void remove(conversation* who) {
        take_out(members, who);
        take_out(watchers, who);
    }
    static void take_out(std::vector<conversation*>& of, conversation* who) {
        const auto found = std::ranges::find(of, who);
        if (found == of.end()) return;
        *found = of.back();
        of.pop_back();
    }
};

}  // namespace chat_server::session
