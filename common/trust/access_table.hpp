// The rules of admission as data and pure functions: who is enrolled, which tokens enrol, who is locked out.
//
// access_list.hpp keeps a table on disk and in step with other processes; here is what it means. The file is
// text, one record a line, fields separated by tabs, and ends with a SHA-256 of everything before:
//
//   sluice access 1
//   clock    SECONDS                      the latest time ever seen: a clock set back revives no token
//   key      PUBLIC-KEY ADDED LAST-SEEN RIGHTS FOLDER NAME
//   token    KEY CREATED EXPIRES USES-LEFT RIGHTS FOLDER      the derived key; the token is not kept
//   revoked  KEY-ID WHEN
//   end      DIGEST
#pragma once

#include "common/seam/clock.hpp"
#include "common/trust/handshake_crypto.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace common::trust {

using unix_time = std::chrono::sys_seconds;

struct enrolled_key {
    unix_time added;
    unix_time last_seen;
    std::string rights;
    std::string folder;
    std::string name;
};

struct access_token {
    token_key key;
    unix_time created;
    unix_time expires;
    std::uint32_t uses_left = 0;
    std::string rights;
    std::string folder;
};

struct access_table {
    unix_time clock{};
    std::map<public_key, enrolled_key> keys;
    std::map<token_id, access_token> tokens;
    std::map<std::string, unix_time>
        revoked;  // by key id, so that keys of an open server can be locked out too
};

enum class access_mode {
    enrolled,  // enrolled keys, and tokens enrol new ones
    open,      // any key that is not revoked
    closed,    // enrolled keys only
};

struct access_rules {
    access_mode mode = access_mode::enrolled;
    std::string default_rights;  // of keys that an open server has never seen
};

// What an admitted key may do.
struct grant {
    std::string rights;
    std::string folder;  // empty: everywhere
    std::string name;    // as given when it enrolled; for people
    bool enrolled = false;
    bool operator==(const grant&) const = default;
};

// A client's claim to know a token, as its first message made it.
struct enrolment {
    token_id id{};
    proof client_proof{};
    public_key client{};
    std::string name;
};

struct admission {
    grant rights;
    proof server_proof{};
};

// The time that tokens are judged by.
unix_time effective_time(const access_table& table, seam::wall_time now);

std::optional<grant> find_grant(const access_table& table, const access_rules& rules, public_key_view client);

// Nothing for a token that is unknown, expired or used up and for a wrong proof alike, after the same work.
// A key that is enrolled already needs no use of the token: the answer to its first try may have been lost.
std::optional<admission> check_token(const access_table& table, const access_rules& rules,
                                     const enrolment& claim, const channel& on, seam::wall_time now);
// The same, and enrols the key at the cost of one use.
std::optional<admission> use_token(access_table& table, const access_rules& rules, const enrolment& claim,
                                   const channel& on, seam::wall_time now);

// Locks the key out. A token made later than that may enrol it again.
void revoke_key(access_table& table, const std::string& id, seam::wall_time now);

std::string trim_name(std::string_view name);  // printable and at most name_bytes_max
bool is_rights(std::string_view text);         // small letters and commas: "put,get"
bool is_folder(std::string_view text);         // printable, at most folder_bytes_max
bool is_key_id(std::string_view text);

}  // namespace common::trust
