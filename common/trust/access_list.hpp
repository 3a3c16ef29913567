// Who may use a server: the access table on disk, shared by the running server and administration commands.
//
//   access_list access(folder, rules);          folder = the server's STATE; throws when the file is damaged
//   server:   access.authorize(key)             memory only, for the event loop
//             access.enrol(claim, channel, now) blocks: one rewrite and two syncs when it succeeds
//             access.refresh()                  blocks: on SIGHUP and from time to time; then authorize() the
//                                               open sessions again, because keys may have been revoked
//   commands: new_token(), revoke(), table()    block, throw state_error
//
// Safe from several threads. While the file cannot be read nobody is admitted: a revocation might be in it.
// After a failed sync that stays so until a restart. A full disk only keeps new keys out.
#pragma once

#include "common/trust/access_table.hpp"
#include "common/trust/limits.hpp"
#include "common/trust/state_folder.hpp"
#include "common/trust/token.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace common::trust {

inline constexpr std::string_view access_file_name = "access";

struct token_offer {
    std::uint32_t uses = limits::token_uses_default;
    std::chrono::seconds lifetime = limits::token_lifetime_default;
    std::string rights{};
    std::string folder{};
};

// Each carries a problem to log when the file could not be read or written; then nothing was granted.
struct enrol_result {
    std::optional<admission> admitted;  // nothing: refused, for whatever reason
    std::string problem{};
};
struct refresh_result {
    bool changed = false;
    std::string problem{};
};

class access_list {
  public:
    // `folder` must outlive this object.
    access_list(const state_folder& folder, access_rules rules);

    std::optional<grant> authorize(public_key_view client) const;
    enrol_result enrol(const enrolment& claim, const channel& on, seam::wall_time now);
    refresh_result refresh();
    // Remembers that the key was here, at most once an hour (durable, blocks). Returns the problem, if any.
    std::string note_seen(public_key_view client, seam::wall_time now);

    // Throws state_error when the offer breaks a limit.
    token new_token(const token_offer& offer, seam::wall_time now);
    // Whether this token would still enrol a new key: a server reuses the one in its join link.
    bool is_usable(const token& offered, seam::wall_time now) const;
    // Locks the key out, enrolled or not (an open server has visitors); returns whether it was enrolled.
    bool revoke(const std::string& id, seam::wall_time now);
    // What an enrolled key may do from its next connection on; false: no such key is enrolled. Throws
    // state_error when these are no rights.
    bool grant_rights(const std::string& id, const std::string& rights, seam::wall_time now);
    access_table table() const;

  private:
    using table_pointer = std::shared_ptr<const access_table>;
    // Applies `change` to what the file says now and writes it back durably if `change` returns true.
    void update(const std::function<bool(access_table&)>& change, seam::wall_time now);
    table_pointer read();  // and publishes what it read
    table_pointer current() const;
    void publish(table_pointer table);

    const state_folder& folder_;
    const access_rules rules_;
    std::mutex disk_mutex_;  // one thread reads or writes the file; never taken by authorize()
    std::string unsynced_;   // why nothing on disk can be relied on before a restart; guarded likewise
    file_stamp stamp_;       // of the file that table_ was read from; guarded by disk_mutex_
    mutable std::mutex pointer_mutex_;  // held for a pointer's copy only
    table_pointer table_;               // never changed once published; null while the file cannot be read
};

}  // namespace common::trust
