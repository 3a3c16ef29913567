// What the databases of this folder have in common. For its sources only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>

namespace chat_client::storage {

// Makes the file, if there is none, so that only its owner reads it: SQLite would make it readable for
// everyone whom the umask allows. Returns `path`; ":memory:" is no file. Throws std::system_error.
const std::string& made_private(const std::string& path);

// A column's bytes as an array; what is missing is zero.
template <class Id>
Id id_of(std::span<const std::byte> blob) {
    Id id{};
    std::copy_n(blob.begin(), std::min(blob.size(), id.size()), id.begin());
    return id;
}

}  // namespace chat_client::storage
