// --seal and --open: what a person seals with, and where.
//
//   secret = ask_secret(line, ask::twice)              a file, or the terminal; before threads start
//   keys = sealing_for(line, address)                  for one server; may connect to it, to learn its key
//   for (path : places_of(keys, "a/b")) …              where it may stand: a/b, a/SEALED, SEALED/SEALED
#pragma once

#include "common/app/client_options.hpp"
#include "common/transfer/sealed_disk.hpp"
#include "common/trust/join_link.hpp"
#include "uploader-client/domain/report.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace uploader_client::commands {

struct command_line;

struct seal_choice {
    bool wanted = false;  // --seal or --open
    std::string passphrase_file{};
    std::string key_file{};
};

// --passphrase-file and --key-file.
void add_secret_options(CLI::App& app, seal_choice& to);

// Throws app::failure when there is none. Twice: what is typed must be typed again.
enum class asked { once, twice };
common::stream::seal_secret secret_of(const seal_choice& choice, asked how_often);

// Null when it is not wanted. Throws app::failure.
std::shared_ptr<const common::transfer::sealing> sealing_for(const command_line& line,
                                                             const common::trust::server_address& server,
                                                             asked how_often);

// The plain path first. Only that one without keys.
std::vector<std::string> places_of(const std::shared_ptr<const common::transfer::sealing>& keys,
                                   const std::string& path);

// Names stand for themselves: what is taken is not renamed, because nobody could open "NAME (1)".
protocol::upload::conflict_policy sealed_policy(const command_line& line);

// Shows people the names they know.
class readable_names {
  public:
    // Null keys: names are shown as they are.
    explicit readable_names(std::shared_ptr<const common::transfer::sealing> keys) : keys_(std::move(keys)) {}

    // An observer that passes on to `inner`, which outlives it; `inner` itself without keys.
    domain::transfer_observer& around(domain::transfer_observer& inner);
    // Null without keys.
    std::function<std::string(std::string_view)> function() const;

  private:
    class opening;
    std::shared_ptr<const common::transfer::sealing> keys_;
    std::shared_ptr<domain::transfer_observer> opening_;
};

}  // namespace uploader_client::commands
