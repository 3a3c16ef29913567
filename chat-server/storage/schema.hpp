// The tables of the chat's database, how a file is checked before it is used, and what is set on it.
//
//   connection db = …;
//   prepare_schema(db, durability::full);     // throws open_error with one line that says what to do
#pragma once

#include "chat-server/storage/sqlite.hpp"

#include <stdexcept>

namespace chat_server::storage {

enum class durability {
    full,     // acknowledged means on disk
    relaxed,  // acknowledged means in the operating system's hands; a power loss may take the last moments
};

// The database cannot be used; nothing in it was changed.
class open_error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

void prepare_schema(connection& db, durability kept);

}  // namespace chat_server::storage
