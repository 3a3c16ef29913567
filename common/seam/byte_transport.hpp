// A byte stream that never blocks, as a framed connection sees it: TCP, TLS over TCP, or the simulator's
// network.
//
//         try_write / want_writable                 prepare_read / on_bytes
//   owner ─────────────────────────▶ byte_transport ────────────────────────▶ owner
//                      on_writable ◀─┘            └─▶ on_closed (once, last)
//
// Call order: start(events) once; then any of the others; after on_closed() or close() no event follows.
// Events are delivered on the transport's loop and never from inside one of these calls.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <system_error>

namespace common::seam {

using const_bytes = std::span<const std::byte>;
using mutable_bytes = std::span<std::byte>;

class transport_events {
  public:
    virtual ~transport_events() = default;
    // Where the next bytes go; never empty. Asked again before every read.
    virtual mutable_bytes prepare_read() = 0;
    // `count` bytes were put at the start of what prepare_read() gave.
    virtual void on_bytes(std::size_t count) = 0;
    // Follows want_writable(): try_write() will take at least one byte now.
    virtual void on_writable() = 0;
    // The stream ended: no error is the peer's orderly end of stream (TLS: its close_notify).
    virtual void on_closed(std::error_code why) = 0;
};

class byte_transport {
  public:
    virtual ~byte_transport() = default;

    virtual void start(transport_events& events) = 0;

    // Takes as many bytes as it can without waiting, in order, and returns their number; 0: call
    // want_writable(). A broken stream also takes 0; the cause arrives as on_closed().
    virtual std::size_t try_write(std::span<const const_bytes> pieces) = 0;
    virtual void want_writable() = 0;

    virtual void pause_reading() = 0;
    virtual void resume_reading() = 0;
    // A promise by the owner that this many more bytes are coming: lets the kernel wake us once for all of
    // them.
    virtual void expect_bytes(std::size_t count) = 0;

    // Ends the stream: `flush` sends what was taken and the orderly end first (bounded by a short deadline),
    // otherwise everything is dropped at once. Idempotent; the transport keeps itself alive until it is done.
    enum class close_mode { flush, abort };
    virtual void close(close_mode mode) = 0;

    // "203.0.113.7:51234", for logs and limits.
    virtual std::string peer() const = 0;
};

}  // namespace common::seam
