// One connection of the load generator: bytes out at once, bytes in as they come. For tests only.
//
//   link to{port, security::tls, number};
//   to.send(bytes);                         waits until the kernel has them
//   const bool more = to.receive(room);     to.got bytes; more: ask again. Throws when the server has gone
#pragma once

#include "common/transport/stream_io.hpp"
#include "common/trust/ed25519.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace bench {

enum class security : std::uint8_t { clear, tls };

// What a dialect remembers of one connection.
struct dialect_state {
    virtual ~dialect_state() = default;
};

class link {
  public:
    link(std::uint16_t port, security how, std::size_t number);
    link(const link&) = delete;
    link& operator=(const link&) = delete;
    ~link();

    int fd() const { return fd_; }
    // Null in clear; so is the server's key, which nobody vouched for.
    SSL* tls() const { return tls_; }
    const common::trust::fingerprint& server() const { return server_; }
    void send(std::string_view bytes);
    bool receive(std::span<char> room);

    const std::size_t number;
    bool reads = false;      // its deliveries are counted
    bool is_ready = false;   // logged in, and in the room
    std::uint64_t last = 0;  // the newest message's number, where there is one talker
    std::uint64_t received_bytes = 0;
    std::size_t got = 0;  // by the last receive()
    std::string unread;   // the beginning of a message
    std::unique_ptr<dialect_state> state;

  private:
    void shake_hands();
    void wait(short events) const;

    int fd_ = -1;
    SSL* tls_ = nullptr;
    common::trust::fingerprint server_;
    std::unique_ptr<common::transport::stream_io> io_;
};

}  // namespace bench
