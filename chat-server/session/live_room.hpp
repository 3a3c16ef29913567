// A room as one worker sees it: where its log ends, and which sessions here read it.
#pragma once

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

    void remove(conversation* who) {
        const auto found = std::ranges::find(members, who);
        if (found == members.end()) return;
        *found = members.back();
        members.pop_back();
    }
};

}  // namespace chat_server::session
