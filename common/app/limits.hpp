// Every bound of the application layer in one place, checked against the ones it depends on.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace common::app::limits {

// Terminal text.
inline constexpr std::size_t combining_marks_max = 4;  // per base character: enough for real scripts
inline constexpr std::size_t tab_columns = 4;

// Command line and configuration.
inline constexpr std::size_t listen_addresses_max = 16;
inline constexpr unsigned threads_max = 256;
inline constexpr std::uint32_t connections_default = 4096;
inline constexpr std::uint32_t connections_max = 1'000'000;
inline constexpr std::size_t join_file_bytes_max = 4096;
inline constexpr std::size_t config_file_bytes_max = 1024 * 1024;
inline constexpr std::size_t host_bytes_max = 253;  // RFC 1035, section 2.3.4, without the final dot

// Logging.
inline constexpr std::size_t log_queue_messages_max = 2048;  // the oldest go first when stderr is slow
inline constexpr std::size_t log_line_bytes_max = 4096;
inline constexpr std::chrono::milliseconds log_write_wait_max{1000};  // then the line is dropped

// Prompts.
inline constexpr std::size_t answer_bytes_max = 1024;

// Progress.
inline constexpr std::chrono::milliseconds progress_interval{100};
inline constexpr std::chrono::milliseconds rate_window{3000};  // time constant of the average
inline constexpr std::size_t progress_columns_min = 20;
inline constexpr std::size_t progress_columns_default = 80;
inline constexpr std::size_t progress_rows_default = 24;
inline constexpr std::size_t progress_bar_columns_min = 50;  // narrower terminals have no room for bars
inline constexpr std::size_t progress_files_max = 3;         // shown one by one

// Metrics.
inline constexpr std::size_t metrics_series_max = 1024;
inline constexpr std::size_t metrics_request_bytes_max = 4096;
inline constexpr std::size_t metrics_connections_max = 16;
inline constexpr std::chrono::seconds metrics_deadline{5};             // from accept to close
inline constexpr std::chrono::milliseconds metrics_accept_retry{100};  // after accept failed

// A line is written to a pipe in one piece, so that lines of several processes do not mix (PIPE_BUF on
// Linux).
static_assert(log_line_bytes_max <= 4096);
static_assert(connections_default <= connections_max);
static_assert(progress_interval < rate_window);
static_assert(progress_columns_min < progress_bar_columns_min);
static_assert(progress_files_max + 2 < progress_rows_default);
static_assert(metrics_accept_retry < metrics_deadline);
static_assert(join_file_bytes_max < config_file_bytes_max);

}  // namespace common::app::limits
