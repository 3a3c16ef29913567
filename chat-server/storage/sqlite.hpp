// SQLite as the whole suite uses it; common/database/sqlite.hpp says how.
#pragma once

#include "common/database/sqlite.hpp"

namespace chat_server::storage {

using common::database::connection;
using common::database::sqlite_error;
using common::database::statement;

}  // namespace chat_server::storage
