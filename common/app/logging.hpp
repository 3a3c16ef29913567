// Sets up the log: what goes in through spdlog comes out as one safe line on stderr or in a file.
//
//   start_early_logging();                                     run_program() does it
//   start_logging({.level = "info"}, process_environment());   once, before other threads start
//   spdlog::info("listening on {}", where);                    from any thread; never waits for the disk
//   reopen_log_file();                                         on SIGHUP, after logrotate moved the file
//   stop_logging();                                            writes what is queued; run_program() does it,
//                                                              when the threads that log have ended
//
// Lines wait in a bounded queue for a thread of their own; when stderr is slower than the program the oldest
// are lost. Every line passes through sanitize() and hide_tokens(): neither an escape sequence of a peer nor
// the token of a join link reaches the log. Under journald a line starts with its priority instead of its
// time.
#pragma once

#include "common/app/environment.hpp"
#include "common/seam/clock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace common::app {

struct log_options {
    std::string level = "info";
    std::string file;  // empty: stderr
};

// Warnings and errors to stderr, at once: for what happens before the options are known.
void start_early_logging();

// Throws failure(exit_code::failed, "log_file") when the file cannot be opened.
void start_logging(const log_options& options, const environment& env);

// False: the new file could not be opened and the old one stays in use.
bool reopen_log_file();

// Back to early logging.
void stop_logging() noexcept;

enum class log_level { trace, debug, info, warn, error, critical };

// One line as it is written, pure: "2026-11-20T23:04:05.678Z warn  text\n", or "<4>text\n" for the journal.
// Longer ones are cut at limits::log_line_bytes_max.
std::string format_log_line(log_level level, seam::wall_time time, std::string_view text, bool for_journal);

}  // namespace common::app
