// The words of --on-conflict. Pure.
#pragma once

#include "protocol/upload/messages.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace uploader_client::domain {

using protocol::upload::conflict_policy;

inline constexpr std::array<std::pair<std::string_view, conflict_policy>, 5> conflict_words{{
    {"fail", conflict_policy::fail},
    {"rename", conflict_policy::rename},
    {"overwrite", conflict_policy::overwrite},
    {"skip", conflict_policy::skip},
    {"newer", conflict_policy::newer},
}};

constexpr std::optional<conflict_policy> parse_conflict_policy(std::string_view word) {
    for (const auto& [name, policy] : conflict_words) {
        if (name == word) return policy;
    }
    return std::nullopt;
}

}  // namespace uploader_client::domain
