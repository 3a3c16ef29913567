#include "uploader-client/commands/sealing.hpp"

#include "common/app/failure.hpp"
#include "common/app/prompt.hpp"
#include "common/runtime/system_disk.hpp"
#include "common/transfer/folders.hpp"
#include "uploader-client/commands/command_line.hpp"
#include "uploader-client/commands/runner.hpp"
#include "uploader-client/session/request_conversation.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>

namespace uploader_client::commands {

namespace fs = std::filesystem;
namespace seam = common::seam;
namespace stream = common::stream;
namespace transfer = common::transfer;
namespace trust = common::trust;

namespace {

constexpr std::size_t key_file_bytes_max = std::size_t{1024} * 1024;

class no_answers final : public session::request_conversation::answers {
    protocol::error_code on_answer(std::size_t, const common::transport::incoming_frame&, bool&) override {
        return protocol::error_code::unexpected;
    }
    void on_failed(std::size_t, protocol::error_code, std::string_view, bool) override {}
};

app::failure cannot_read(const std::string& file, std::error_code why) {
    return {app::exit_code::failed, "local_file", "cannot read " + file, why.message()};
}

std::string content_of(const std::string& file) {
    const fs::path path = fs::absolute(file);
    try {
        common::runtime::system_disk disk(path.parent_path().string());
        const auto opened = disk.open_read(path.filename().string());
        if (!opened) throw cannot_read(file, opened.error());
        std::string content(key_file_bytes_max + 1, '\0');
        const auto got = (*opened)->read_at(std::as_writable_bytes(std::span{content}), 0);
        if (!got) throw cannot_read(file, got.error());
        if (*got > key_file_bytes_max) throw app::usage_error("cannot use " + file, "it is too large");
        content.resize(*got);
        return content;
    } catch (const std::system_error& why) {
        throw cannot_read(file, why.code());
    }
}

stream::seal_secret from_passphrase(std::string passphrase, const std::string& where) {
    if (passphrase.empty() || passphrase.size() > stream::limits::passphrase_bytes_max) {
        throw app::usage_error("cannot use the passphrase" + where, "it is empty or too long");
    }
    return stream::seal_secret::from_passphrase(std::move(passphrase));
}

stream::seal_secret typed(asked how_often) {
    const auto first = app::ask_secret("Passphrase: ");
    if (!first) {
        throw app::usage_error("there is no passphrase", "nobody is at a terminal to type it",
                               "give --passphrase-file or --key-file");
    }
    if (how_often == asked::twice && app::ask_secret("The same again: ") != first) {
        throw app::usage_error("cannot use the passphrase", "the two are not the same");
    }
    return from_passphrase(*first, "");
}

// The key that the server's names and contents are told apart from those of others by.
trust::fingerprint print_of(const command_line& line, const trust::server_address& server) {
    runner probe(line.common, server);
    if (const auto print = probe.server_print()) return *print;
    // Never seen: it is met, and known from then on.
    no_answers nothing;
    probe.run(session::request_conversation::create(probe.home(), {}, nothing),
              {.doing = "meet the server", .notice = {}});
    if (const auto print = probe.server_print()) return *print;
    throw app::failure(app::exit_code::failed, "no_fingerprint", "cannot seal for " + server.name(),
                       "its key is not known", "use a key file instead of a passphrase");
}

}  // namespace

void add_secret_options(CLI::App& app, seal_choice& to) {
    auto* const passphrase =
        app.add_option("--passphrase-file", to.passphrase_file, "Its first line is the passphrase")
            ->type_name("FILE");
    app.add_option("--key-file", to.key_file, "A secret file of 32 bytes or more instead of a passphrase")
        ->type_name("FILE")
        ->excludes(passphrase);
}

stream::seal_secret secret_of(const seal_choice& choice, asked how_often) {
    if (!choice.key_file.empty()) {
        const std::string content = content_of(choice.key_file);
        if (content.size() < stream::seal_key_bytes) {
            throw app::usage_error("cannot use the key in " + choice.key_file, "it is shorter than 32 bytes");
        }
        return stream::seal_secret::from_key(
            stream::seal_secret::key_of_file(std::as_bytes(std::span{content})));
    }
    if (choice.passphrase_file.empty()) return typed(how_often);
    std::string line = content_of(choice.passphrase_file);
    line.resize(std::min(line.size(), line.find_first_of("\r\n")));
    return from_passphrase(std::move(line), " in " + choice.passphrase_file);
}

std::shared_ptr<const transfer::sealing> sealing_for(const command_line& line,
                                                     const trust::server_address& server, asked how_often) {
    if (!line.seal.wanted) {
        if (!line.seal.key_file.empty() || !line.seal.passphrase_file.empty()) {
            throw app::usage_error("wrong usage", "a key is given, but neither --seal nor --open");
        }
        return nullptr;
    }
    auto secret = secret_of(line.seal, how_often);
    std::array<std::byte, stream::seal_salt_bytes> salt{};
    if (line.seal.key_file.empty()) salt = stream::salt_of_place(print_of(line, server).bytes);
    return std::make_shared<const transfer::sealing>(std::move(secret), salt);
}

protocol::upload::conflict_policy sealed_policy(const command_line& line) {
    using protocol::upload::conflict_policy;
    if (line.on_conflict == conflict_policy::rename) {
        throw app::usage_error("cannot rename sealed files", "a name with a number cannot be opened",
                               "use another --on-conflict");
    }
    return line.on_conflict == conflict_policy::server_default ? conflict_policy::fail : line.on_conflict;
}

class readable_names::opening final : public domain::transfer_observer {
  public:
    opening(domain::transfer_observer& inner, std::shared_ptr<const transfer::sealing> keys)
        : inner_(inner), keys_(std::move(keys)) {}

    void on_file(const domain::file_report& what) override {
        const std::string path = keys_->readable(what.path);
        domain::file_report shown = what;
        shown.path = path;
        inner_.on_file(shown);
    }
    void on_counts(const domain::transfer_counts& now) override { inner_.on_counts(now); }
    void on_list_error(std::error_code why) override { inner_.on_list_error(why); }

  private:
    domain::transfer_observer& inner_;
    const std::shared_ptr<const transfer::sealing> keys_;
};

domain::transfer_observer& readable_names::around(domain::transfer_observer& inner) {
    if (!keys_) return inner;
    opening_ = std::make_shared<opening>(inner, keys_);
    return *opening_;
}

std::function<std::string(std::string_view)> readable_names::function() const {
    if (!keys_) return nullptr;
    return [keys = keys_](std::string_view path) { return keys->readable(path); };
}

std::vector<std::string> places_of(const std::shared_ptr<const transfer::sealing>& keys,
                                   const std::string& path) {
    std::vector<std::string> places{path};
    if (!keys) return places;
    for (std::string_view plain = path; !plain.empty();) {
        plain = transfer::parent_of(plain);
        const std::size_t skipped = plain.empty() ? 0 : plain.size() + 1;
        const auto sealed = keys->seal_path(std::string_view{path}.substr(skipped));
        if (sealed) places.push_back(transfer::join_path(plain, *sealed));
    }
    return places;
}

}  // namespace uploader_client::commands
