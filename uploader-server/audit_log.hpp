// Who stored, deleted and renamed what: one JSON object a line, appended to a file and synced.
//
//   audit_log audit(file, durability::full, loop);      throws app::failure when the file cannot be opened
//   audit.add(audit.event("stored").field("key", …));   from any thread
//   audit.reopen();                                     SIGHUP: it was moved away
//
// Lines are collected while the last ones are being synced and are on disk moments after what they tell;
// those that wait when it goes away are written then. When the file cannot be written, that is logged and
// counted, and the server goes on.
#pragma once

#include "common/app/json_events.hpp"
#include "common/app/system_clock.hpp"
#include "common/runtime/job_threads.hpp"
#include "common/runtime/unique_fd.hpp"
#include "common/runtime/worker.hpp"
#include "common/transfer/folders.hpp"

#include <atomic>
#include <mutex>
#include <string>

namespace uploader_server {

class audit_log {
  public:
    audit_log(std::string file, common::transfer::durability how, common::runtime::worker& loop);
    ~audit_log();
    audit_log(const audit_log&) = delete;
    audit_log& operator=(const audit_log&) = delete;

    common::app::json_event event(std::string_view name) const { return {name, clock_.wall_now()}; }
    void add(const common::app::json_event& event);
    void reopen();

    std::uint64_t lost_lines() const { return lost_lines_; }

    // Lines that wait for a slow disk; what comes beyond is lost, and said to be.
    static constexpr std::size_t waiting_bytes_max = std::size_t{16} * 1024 * 1024;

  private:
    void schedule();
    void write_waiting();
    void open();

    const std::string file_;
    const common::transfer::durability how_;
    common::runtime::worker& loop_;
    const common::app::system_clock clock_;
    common::runtime::unique_fd fd_;  // only the executor's thread, once it runs

    std::mutex mutex_;
    std::string waiting_;
    bool scheduled_ = false;
    bool reopen_ = false;
    std::atomic<std::uint64_t> lost_lines_{0};
    common::runtime::serial_executor writer_{"audit"};
};

}  // namespace uploader_server
