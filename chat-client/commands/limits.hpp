// The limits of the commands: what may wait between the session, the disk, the terminal and the pipe.
#pragma once

#include "chat-client/session/limits.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace chat_client::commands::limits {

using namespace std::chrono_literals;
using protocol::limits::kibibyte;
using protocol::limits::mebibyte;

// Output that waits while a piece of about this size at most is being written. Above it the server is not
// read from until the writer takes the next piece.
inline constexpr std::size_t output_high_water_bytes = 256 * kibibyte;
// One write to a pipe that poll() calls writable does not wait if it is no longer than this (PIPE_BUF).
inline constexpr std::size_t pipe_write_bytes = 4096;
inline constexpr std::size_t file_write_bytes = 256 * kibibyte;
// How soon a write that waits for its reader notices that nobody wants it any more.
inline constexpr auto output_poll_time = 100ms;

// Messages that are being stored before they are sent.
inline constexpr std::size_t store_bytes_max = 1 * mebibyte;
// Of one commit: what becomes durable together is handed to the session in one turn of the loop.
inline constexpr std::size_t store_batch_messages_max = 1024;
// Acknowledged messages and positions are written together after this time.
inline constexpr auto store_delay_max = 200ms;

// `tail --cursor NAME`.
inline constexpr std::size_t cursor_name_bytes_max = 120;

// Lines of standard input.
inline constexpr std::size_t input_read_bytes = 64 * kibibyte;
inline constexpr std::size_t line_bytes_max = protocol::limits::text_bytes_max;

// Attempts to reach a server that never was there, unless --retry says something else: about four seconds.
inline constexpr std::uint32_t first_attempts_max = 5;
// From the decision to end to the end: the last bytes on their way out, the last commit.
inline constexpr auto finish_time_max = 5s;

// What is shown of a room that this machine has never read.
inline constexpr std::uint64_t history_messages = 20;
inline constexpr std::uint64_t tail_messages = 10;
inline constexpr std::uint64_t found_messages = 50;
inline constexpr std::uint32_t export_page_messages = 1000;

static_assert(output_high_water_bytes > 2 * line_bytes_max, "a record and its JSON fit");
static_assert(finish_time_max > common::transport::limits::flush_time_max);

}  // namespace chat_client::commands::limits
