// The messages both applications share: who are you, welcome, are you there, goodbye.
//
// Order on a connection: [Greeting, in plaintext mode] → Hello → Welcome or Refusal → anything; Bye is the
// last frame of a side that is finished. A connection is up when Welcome came, and over when Bye came: the
// end of the stream alone never means success.
#pragma once

#include "protocol/wire/bytes.hpp"
#include "protocol/wire/error_code.hpp"
#include "protocol/wire/limits.hpp"
#include "protocol/wire/member.hpp"

namespace protocol::session {

using wire::byte_array;
using wire::extension;
using wire::member;
using wire::operator==;

inline constexpr std::uint16_t version_min = 1;
inline constexpr std::uint16_t version_max = 1;

// Capability bits: what a side can do beyond its version; both sides use what both have.
namespace capability {
inline constexpr std::uint64_t none = 0;
}

using public_key = byte_array<32>;  // Ed25519
using signature = byte_array<64>;   // Ed25519
using nonce = byte_array<32>;
using mac = byte_array<32>;  // HMAC-SHA-256
using token_id = byte_array<8>;

// Server → client, first frame, in plaintext mode only: what TLS would have proved.
struct greeting {
    static constexpr std::uint16_t type = 0x0001;
    static constexpr bool critical = true;
    session::nonce nonce{};
    public_key server_key{};

    static constexpr auto members() {
        return std::tuple{member("nonce", &greeting::nonce), member("server_key", &greeting::server_key)};
    }
};

// Proof that the client knows a token, without the token.
struct enrolment {
    token_id token{};
    mac proof{};
    std::string_view name{};  // how the new key is called in the server's access list

    static constexpr auto members() {
        return std::tuple{member("token", &enrolment::token), member("proof", &enrolment::proof),
                          member("name", &enrolment::name, limits::name_bytes_max)};
    }
};

// Client → server, its first frame.
struct hello {
    static constexpr std::uint16_t type = 0x0002;
    static constexpr bool critical = true;
    std::uint16_t version_min = session::version_min;
    std::uint16_t version_max = session::version_max;
    std::uint64_t capabilities = capability::none;
    public_key client_key{};
    session::nonce nonce{};          // enters the channel binding in plaintext mode
    session::signature signature{};  // over the channel binding; see SPEC.md, "Authentication"
    std::string_view agent{};        // program and version, for logs
    std::optional<enrolment> enrol{};

    static constexpr auto members() {
        return std::tuple{member("version_min", &hello::version_min),
                          member("version_max", &hello::version_max),
                          member("capabilities", &hello::capabilities),
                          member("client_key", &hello::client_key),
                          member("nonce", &hello::nonce),
                          member("signature", &hello::signature),
                          member("agent", &hello::agent, limits::name_bytes_max),
                          extension(1 | wire::critical_bit, "enrol", &hello::enrol)};
    }
};

// Server → client: the connection is up.
struct welcome {
    static constexpr std::uint16_t type = 0x0003;
    static constexpr bool critical = true;
    std::uint16_t version = session::version_max;
    std::uint64_t capabilities = capability::none;
    std::uint64_t session_epoch =
        0;  // grows with every connection of this client key; the newest fences the rest
    std::int64_t server_time_ms = 0;  // wall clock, milliseconds since the epoch; only for display
    std::string_view server_name{};
    std::string_view rights{};                             // what this key may do, in the words of --rights
    std::optional<mac> server_proof{};                     // exactly when Hello enrolled
    std::optional<session::signature> server_signature{};  // exactly in plaintext mode

    static constexpr auto members() {
        return std::tuple{member("version", &welcome::version),
                          member("capabilities", &welcome::capabilities),
                          member("session_epoch", &welcome::session_epoch),
                          member("server_time_ms", &welcome::server_time_ms),
                          member("server_name", &welcome::server_name, limits::name_bytes_max),
                          member("rights", &welcome::rights, limits::name_bytes_max),
                          extension(1, "server_proof", &welcome::server_proof),
                          extension(2, "server_signature", &welcome::server_signature)};
    }
};

// Either side: this connection cannot go on, and why. Sent instead of Welcome, or at any time before closing.
struct refusal {
    static constexpr std::uint16_t type = 0x0004;
    static constexpr bool critical = true;
    std::uint16_t code = 0;            // protocol::error_code
    std::uint32_t retry_after_ms = 0;  // 0: do not retry
    std::string_view reason{};         // one line for a person

    static constexpr auto members() {
        return std::tuple{member("code", &refusal::code), member("retry_after_ms", &refusal::retry_after_ms),
                          member("reason", &refusal::reason, limits::reason_bytes_max)};
    }
};

// Either side: the request with the number in this frame's header failed; the connection goes on.
struct failure {
    static constexpr std::uint16_t type = 0x0005;
    std::uint16_t code = 0;
    std::uint32_t retry_after_ms = 0;
    std::string_view reason{};

    static constexpr auto members() {
        return std::tuple{member("code", &failure::code), member("retry_after_ms", &failure::retry_after_ms),
                          member("reason", &failure::reason, limits::reason_bytes_max)};
    }
};

struct ping {
    static constexpr std::uint16_t type = 0x0006;
    std::uint64_t token = 0;

    static constexpr auto members() { return std::tuple{member("token", &ping::token)}; }
};

struct pong {
    static constexpr std::uint16_t type = 0x0007;
    std::uint64_t token = 0;

    static constexpr auto members() { return std::tuple{member("token", &pong::token)}; }
};

// Server → client: reconnect after this time; what is in flight is still finished.
struct go_away {
    static constexpr std::uint16_t type = 0x0008;
    std::uint32_t reconnect_after_ms = 0;

    static constexpr auto members() {
        return std::tuple{member("reconnect_after_ms", &go_away::reconnect_after_ms)};
    }
};

// Either side: nothing more will come from here.
struct bye {
    static constexpr std::uint16_t type = 0x0009;

    static constexpr auto members() { return std::tuple{}; }
};

}  // namespace protocol::session
