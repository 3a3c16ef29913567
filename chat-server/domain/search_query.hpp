// What a person types to search, as an expression for SQLite's full-text index.
//
//   match_of("tea \"hot water\" bis*")     // text : ("tea" AND "hot water" AND "bis" *)
//
// Nothing of what was typed reaches the expression but letters and digits: no input makes it ill-formed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chat_server::domain {

enum class query_error { none, too_many_words, short_prefix };

struct search_query {
    std::string match{};  // empty: any text
    query_error error = query_error::none;
};

search_query parse_query(std::string_view typed);

}  // namespace chat_server::domain
