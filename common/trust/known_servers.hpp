// The servers a client trusts: one line each in the text file `known_servers`, "HOST:PORT FINGERPRINT".
//
//   known_servers known(folder);                     folder = $XDG_CONFIG_HOME/sluice
//   known.find("host:7400")                          the pin with file and line, or nothing
//   known.add("host:7400", seen)                     stored and durable, or the changed key that forbids it
//   known.forget("host")                             all ports of a host, or one "host:port"
//
// People may edit the file: lines that start with '#' and empty lines are kept. Every call reads the file
// anew, blocks, and throws state_error for a line that does not make sense rather than skip it.
#pragma once

#include "common/trust/pin_policy.hpp"
#include "common/trust/state_folder.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace common::trust {

inline constexpr std::string_view known_servers_file_name = "known_servers";

struct known_server {
    std::string name;  // "host:port", lower case
    known_pin pin;
};

// Pure: the entries of a file's content, in their order. Throws state_error naming `file` and the line.
std::vector<known_server> parse_known_servers(std::string_view content, const std::string& file);

class known_servers {
  public:
    // `folder` must outlive this object.
    explicit known_servers(const state_folder& folder) : folder_(folder) {}

    std::vector<known_server> all() const;
    std::optional<known_pin> find(std::string_view name) const;
    // Nothing: stored now or known already.
    std::optional<changed_key> add(std::string_view name, const fingerprint& seen) const;
    // Returns how many lines were removed.
    std::size_t forget(std::string_view name_or_host) const;
    std::string file() const { return folder_.path_of(known_servers_file_name); }

  private:
    secret_text read() const;

    const state_folder& folder_;
};

}  // namespace common::trust
