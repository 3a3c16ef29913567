// Who may speak before a connection is up: the two halves of the handshake, without I/O and without
// cryptography.
//
//        client                                  server
//   waiting_greeting (plaintext only) ◀── Greeting ── greet()
//         │ Hello ──────────────────────────────▶ waiting_hello
//   waiting_welcome                               deciding        the caller checks keys and tokens
//         │ ◀────────────── Welcome / Refusal ──── admit() / refuse()
//        up / failed                              up / failed
//
// Call order: construct, send what start()/greet() gives, feed every frame to on_frame() and send what it
// gives, until phase() is up or failed. Any other frame than the one expected is error_code::unexpected.
#pragma once

#include "protocol/frame/encoder.hpp"
#include "protocol/session/messages.hpp"

#include <functional>
#include <string>
#include <vector>

namespace protocol::session {

enum class link_security : std::uint8_t { tls, plaintext };

// What ended a handshake: a local verdict, or what the peer's Refusal said.
struct handshake_error {
    error_code code = error_code::none;
    bool from_peer = false;
    std::uint32_t retry_after_ms = 0;
    std::string reason{};
};

enum class client_phase : std::uint8_t { waiting_greeting, waiting_welcome, up, failed };
enum class server_phase : std::uint8_t { waiting_hello, deciding, up, failed };

class client_handshake {
  public:
    // make_hello gets the server's greeting, in plaintext mode, or null; no Hello: this server is not the one
    // that is wanted, and nothing is sent to it. check_welcome decides whether the server has proved what it
    // must (its proof or signature); anything but none is the reason not to go on.
    using hello_maker = std::function<std::optional<hello>(const greeting*)>;
    using welcome_checker = std::function<error_code(const welcome&)>;

    client_handshake(link_security security, hello_maker make_hello, welcome_checker check_welcome);

    // The first bytes to send; none in plaintext mode, where the server speaks first.
    std::vector<std::byte> start();
    // The bytes to send in answer, often none.
    std::vector<std::byte> on_frame(const frame::view& frame);

    client_phase phase() const { return phase_; }
    const handshake_error& error() const { return error_; }
    // Valid when up: negotiated version and capabilities; views are not kept (name and rights below).
    const welcome& accepted() const { return accepted_; }
    const std::string& server_name() const { return server_name_; }
    const std::string& rights() const { return rights_; }

  private:
    void fail(error_code code) { fail({.code = code}); }
    void fail(handshake_error error);
    std::vector<std::byte> say_hello(const greeting* greeting);
    void on_welcome(const frame::view& frame);
    void on_refusal(const frame::view& frame);

    hello_maker make_hello_;
    welcome_checker check_welcome_;
    client_phase phase_;
    handshake_error error_;
    welcome accepted_;
    std::string server_name_;
    std::string rights_;
};

class server_handshake {
  public:
    // Plaintext mode: the first bytes to send.
    static std::vector<std::byte> greet(const greeting& greeting) { return frame::encode(greeting); }

    // Takes the one frame that a client may send before Welcome. Afterwards the phase is deciding, and
    // hello() is to be judged, or failed, and refusal_bytes() is to be sent before closing.
    void on_frame(const frame::view& frame);

    // Version and capabilities are filled in here; the rest is the caller's. Gives the bytes to send.
    std::vector<std::byte> admit(welcome welcome);
    std::vector<std::byte> refuse(error_code code, std::uint32_t retry_after_ms, std::string_view reason);

    server_phase phase() const { return phase_; }
    const session::hello& hello() const { return hello_; }
    const handshake_error& error() const { return error_; }
    std::vector<std::byte> refusal_bytes() const;

  private:
    void fail(error_code code, std::string_view reason);

    server_phase phase_ = server_phase::waiting_hello;
    std::vector<std::byte> hello_payload_;  // hello_ points into it while the caller decides
    session::hello hello_;
    handshake_error error_;
};

}  // namespace protocol::session
