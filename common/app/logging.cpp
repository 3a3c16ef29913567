#include "common/app/logging.hpp"

#include "common/app/failure.hpp"
#include "common/app/json_events.hpp"
#include "common/app/limits.hpp"
#include "common/app/secrets.hpp"
#include "common/app/terminal_text.hpp"
#include "common/app/utf8.hpp"
#include "common/runtime/unique_fd.hpp"

#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <mutex>
#include <poll.h>
#include <system_error>
#include <unistd.h>

namespace common::app {
namespace {

log_level to_level(spdlog::level::level_enum level) {
    switch (level) {
        case spdlog::level::trace:
            return log_level::trace;
        case spdlog::level::debug:
            return log_level::debug;
        case spdlog::level::info:
            return log_level::info;
        case spdlog::level::warn:
            return log_level::warn;
        case spdlog::level::err:
            return log_level::error;
        default:
            return log_level::critical;
    }
}

runtime::unique_fd open_log(const std::string& path) {
    return runtime::unique_fd{
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600)};
}

// False: the reader did not read in time, or is gone. A line is worth less than the end of the program.
bool write_bounded(int fd, std::string_view line, std::chrono::milliseconds wait) {
    pollfd ready{.fd = fd, .events = POLLOUT, .revents = 0};
    while (!line.empty()) {
        const int found = ::poll(&ready, 1, static_cast<int>(wait.count()));
        if (found < 0 && errno == EINTR) continue;
        if (found <= 0) return false;
        const ssize_t written = ::write(fd, line.data(), line.size());
        if (written < 0 && errno != EINTR && errno != EAGAIN) return false;
        if (written > 0) line.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

class line_sink final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    line_sink(std::string path, runtime::unique_fd file, bool for_journal)
        : path_(std::move(path)), file_(std::move(file)), for_journal_(for_journal) {}

    bool reopen() {
        if (path_.empty()) return true;
        auto opened = open_log(path_);
        if (!opened) return false;
        const std::lock_guard lock{mutex_};
        file_ = std::move(opened);
        return true;
    }

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        const std::string_view text{message.payload.data(), message.payload.size()};
        const auto time = std::chrono::floor<std::chrono::milliseconds>(message.time);
        const std::string line = format_log_line(to_level(message.level), time, text, for_journal_);
        // Waits once for a reader that stopped reading, not once for every line that is queued.
        const auto wait = stuck_ ? std::chrono::milliseconds{0} : limits::log_write_wait_max;
        stuck_ = !write_bounded(file_ ? file_.get() : STDERR_FILENO, line, wait);
    }
    void flush_() override {}

  private:
    std::string path_;  // empty: stderr
    runtime::unique_fd file_;
    bool for_journal_;
    bool stuck_ = false;
};

// The log belongs to the process, as spdlog's own registry does.
std::shared_ptr<line_sink>& active_sink() {
    static std::shared_ptr<line_sink> sink;
    return sink;
}

bool is_journal(const environment& env) {
    return env("JOURNAL_STREAM").has_value();
}

std::string_view cut_to(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    // Not in the middle of a code point.
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
    return text.substr(0, bytes);
}

}  // namespace

std::string format_log_line(log_level level, seam::wall_time time, std::string_view text, bool for_journal) {
    struct level_name {
        const char* priority;  // syslog(3) levels, as sd-daemon(3) wants them
        const char* word;
    };
    constexpr std::array<level_name, 6> names{{{"<7>", "trace"},
                                               {"<7>", "debug"},
                                               {"<6>", "info "},
                                               {"<4>", "warn "},
                                               {"<3>", "error"},
                                               {"<2>", "fatal"}}};
    const level_name& name = names[static_cast<std::size_t>(level)];
    std::string line = for_journal ? name.priority : format_time(time) + " " + name.word + " ";
    // What sanitizing may lengthen is cut before it as well, so that the work is bounded, too.
    const std::string safe = sanitize(hide_tokens(cut_to(text, limits::log_line_bytes_max)), text_kind::line);
    line += cut_to(safe, limits::log_line_bytes_max - line.size() - 1);
    return line + "\n";
}

void start_early_logging() {
    auto sink = std::make_shared<line_sink>("", runtime::unique_fd{}, is_journal(process_environment()));
    auto logger = std::make_shared<spdlog::logger>("early", std::move(sink));
    logger->set_level(spdlog::level::warn);
    spdlog::set_default_logger(std::move(logger));
}

void start_logging(const log_options& options, const environment& env) {
    runtime::unique_fd file;
    if (!options.file.empty()) {
        file = open_log(options.file);
        if (!file) {
            throw failure(exit_code::failed, "log_file", "cannot open the log file " + options.file,
                          std::generic_category().message(errno), "choose another one with --log-file");
        }
    }
    const bool for_journal = options.file.empty() && is_journal(env);
    auto sink = std::make_shared<line_sink>(options.file, std::move(file), for_journal);
    active_sink() = sink;
    spdlog::init_thread_pool(limits::log_queue_messages_max, 1);
    auto logger = std::make_shared<spdlog::async_logger>("sluice", std::move(sink), spdlog::thread_pool(),
                                                         spdlog::async_overflow_policy::overrun_oldest);
    logger->set_level(spdlog::level::from_str(options.level));
    spdlog::set_default_logger(std::move(logger));
}

bool reopen_log_file() {
    return active_sink() == nullptr || active_sink()->reopen();
}

void stop_logging() noexcept {
    try {
        spdlog::shutdown();
        active_sink().reset();
        start_early_logging();
    } catch (...) {
        // Nothing can be said where saying is what failed.
    }
}

}  // namespace common::app
