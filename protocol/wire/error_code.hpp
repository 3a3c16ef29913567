// The typed errors of the protocol: what one side tells the other when it refuses, and what a decoder
// reports.
//
// The numbers are part of the wire format (SPEC.md, "Error codes"); names are stable in --json output.
#pragma once

#include <cstdint>
#include <string_view>
#include <system_error>

namespace protocol {

enum class error_code : std::uint16_t {
    none = 0,
    // The peer broke the protocol; the connection ends.
    malformed = 1,         // a field is cut short, too long, out of range or not UTF-8
    too_large = 2,         // a frame over the limit of the connection's state
    unexpected = 3,        // a valid message in a state that does not allow it
    unsupported = 4,       // a critical frame, field or capability that this side does not know
    version_mismatch = 5,  // no protocol version in common
    // The peer is not let in; the connection ends.
    not_authorised = 16,  // unknown key, wrong, used up or expired token: deliberately one answer
    banned = 17,
    server_full = 18,
    shutting_down = 19,
    superseded = 20,  // a newer connection of the same client took over (fence)
    timed_out = 21,
    // One request failed; the connection goes on.
    rate_limited = 32,
    no_such_room = 33,
    name_taken = 34,
    bad_name = 35,
    not_permitted = 36,
    no_such_message = 37,
    no_such_file = 48,
    already_exists = 49,
    no_space = 50,
    quota_exceeded = 51,
    verification_failed = 52,  // content differs from its digest
    source_changed = 53,
    link_leads_out = 58,  // a symbolic link that is absolute or leaves the folder of the transfer
    storage_failed = 54,  // the server's disk reported an error; nothing was acknowledged
    internal = 63,
};

// Stable lower_snake_case name, e.g. "not_authorised"; "unknown" for numbers this version does not know.
std::string_view name_of(error_code code);

const std::error_category& error_category();

inline std::error_code make_error_code(error_code code) {
    return {static_cast<int>(code), error_category()};
}

}  // namespace protocol

template <>
struct std::is_error_code_enum<protocol::error_code> : std::true_type {};
