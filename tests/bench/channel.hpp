// A blocking connection for the limit programs: TCP, or TLS 1.3 over TCP with batched sends. For tests only.
//
//   channel link(socket, channel::role::server, tls);   // does the handshake
//   link.send_all(bytes); link.flush();                 // flush() puts out what TLS still holds
//   link.receive_some(buffer); link.receive_all(buffer);
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

struct ssl_st;

namespace bench {

inline constexpr std::size_t buffer_bytes = 256 * 1024;

// Prints what failed with errno, and exits: a limit program has nothing to save.
[[noreturn]] void die(const char* what);

// How the limit programs talk to the kernel: no delay for small writes, and no pacing on loopback.
void tune(int socket);

class channel {
  public:
    enum class role { client, server };
    channel(int socket, role side, bool tls);
    channel(const channel&) = delete;
    channel& operator=(const channel&) = delete;
    ~channel();

    int socket() const { return socket_; }
    bool encrypted() const { return ssl_ != nullptr; }

    void send_all(std::span<const std::byte> data);
    void flush();
    // At least one byte and at most the buffer; under TLS as many whole records as are at hand.
    std::size_t receive_some(std::span<std::byte> out);
    void receive_all(std::span<std::byte> out);

  private:
    friend int batch_write(channel& link, std::span<const std::byte> data);
    void send_raw(std::span<const std::byte> data);

    int socket_;
    ssl_st* ssl_ = nullptr;
    std::vector<std::byte> batch_;  // encrypted records that wait for one send
};

}  // namespace bench
