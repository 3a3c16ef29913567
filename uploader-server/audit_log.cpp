#include "uploader-server/audit_log.hpp"

#include "common/app/failure.hpp"
#include "common/app/output.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace uploader_server {

namespace app = common::app;

audit_log::audit_log(std::string file, common::transfer::durability how, common::runtime::worker& loop)
    : file_(std::move(file)), how_(how), loop_(loop) {
    open();
    if (fd_) return;
    throw app::failure(app::exit_code::failed, "audit", "cannot open the audit log " + file_,
                       std::generic_category().message(errno));
}

audit_log::~audit_log() {
    write_waiting();
}

void audit_log::open() {
    fd_ = common::runtime::unique_fd(
        ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR));
}

void audit_log::add(const app::json_event& event) {
    const std::string line = event.line();
    const std::lock_guard lock{mutex_};
    if (waiting_.size() + line.size() > waiting_bytes_max) {
        ++lost_lines_;
        return;
    }
    waiting_ += line;
    schedule();
}

void audit_log::reopen() {
    const std::lock_guard lock{mutex_};
    reopen_ = true;
    schedule();
}

void audit_log::schedule() {
    if (std::exchange(scheduled_, true)) return;
    writer_.run(
        loop_, [this] { write_waiting(); }, [] {});
}

void audit_log::write_waiting() {
    std::string lines;
    bool reopen = false;
    {
        const std::lock_guard lock{mutex_};
        lines = std::exchange(waiting_, {});
        reopen = std::exchange(reopen_, false);
        scheduled_ = false;
    }
    if (reopen) open();
    if (lines.empty()) return;
    const auto error =
        fd_ ? app::write_all(fd_.get(), lines) : std::make_error_code(std::errc::bad_file_descriptor);
    const bool synced = how_ == common::transfer::durability::relaxed || ::fdatasync(fd_.get()) == 0;
    if (!error && synced) return;
    lost_lines_ += static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
    spdlog::error("cannot write to the audit log {}: {}", file_,
                  error ? error.message() : std::generic_category().message(errno));
}

}  // namespace uploader_server
