// What can be wrong with the bytes of a stream, as error codes; errors of files and loops keep their own.
#pragma once

#include <system_error>

namespace common::stream {

enum class stream_error {
    truncated = 1,        // the bytes ended before the stream did
    altered,              // authentication failed: other bytes than were sealed, or another key
    unknown_format,       // not a sealed stream, or of a version this program does not know
    wrong_key_kind,       // sealed with a passphrase where a raw key was given, or the other way round
    passphrase_too_hard,  // its preamble asks for more work or memory than limits.hpp allows
};

const std::error_category& stream_category();

inline std::error_code make_error_code(stream_error error) {
    return {static_cast<int>(error), stream_category()};
}

}  // namespace common::stream

template <>
struct std::is_error_code_enum<common::stream::stream_error> : std::true_type {};
