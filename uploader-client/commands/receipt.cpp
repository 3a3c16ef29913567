#include "uploader-client/commands/receipt.hpp"

#include "common/app/failure.hpp"
#include "common/app/output.hpp"
#include "common/app/terminal_text.hpp"
#include "common/runtime/system_disk.hpp"
#include "common/transfer/receipt.hpp"
#include "common/trust/ed25519.hpp"
#include "common/trust/known_servers.hpp"
#include "common/trust/text_codec.hpp"
#include "uploader-client/commands/command_line.hpp"
#include "uploader-client/commands/requests.hpp"
#include "uploader-client/domain/receipt_block.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace uploader_client::commands {

namespace fs = std::filesystem;
namespace seam = common::seam;
namespace transfer = common::transfer;
namespace trust = common::trust;

namespace {

app::failure cannot_write(const std::string& file, std::error_code why) {
    return {app::exit_code::failed, "receipt", "cannot write the receipt " + file, why.message(),
            "the files themselves are stored"};
}

app::failure not_good(const std::string& file, const std::string& why) {
    return {app::exit_code::verification_failed, "bad_receipt", "the receipt " + file + " is not good", why};
}

struct checked_receipt {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    std::string server;
    std::vector<transfer::receipt_entry> matching;  // of the PATH that was asked about
};

// The same path, or the end of it.
bool means(std::string_view entry, std::string_view asked) {
    return entry == asked || (entry.size() > asked.size() && entry.ends_with(asked) &&
                              entry[entry.size() - asked.size() - 1] == '/');
}

class checker {
  public:
    checker(const command_line& line, std::string path)
        : folder_(line.common.folders.config),
          known_(folder_),
          file_(line.arguments.front()),
          path_(std::move(path)) {}

    checked_receipt run() {
        std::ifstream in(file_, std::ios::binary);
        if (!in) {
            throw app::failure(app::exit_code::failed, "local_file", "cannot read " + file_,
                               std::generic_category().message(errno));
        }
        domain::receipt_reader reader;
        std::string line;
        bool any = false;
        while (std::getline(in, line)) {
            if (line.size() > domain::receipt_reader::block_bytes_max)
                throw not_good(file_, "a line is too long");
            const auto block = reader.take(line);
            if (reader.broken()) break;
            if (!block) continue;
            any = true;
            check(*block);
        }
        if (!any || !reader.complete()) throw not_good(file_, "it is not a whole receipt");
        return std::move(result_);
    }

  private:
    void check(const domain::receipt_block& block) {
        trust::public_key key{};
        trust::signature mark{};
        if (!trust::from_base64url(block.key, key) || !trust::from_base64url(block.signature, mark)) {
            throw not_good(file_, "its key or a signature is damaged");
        }
        if (!trust::verify_signature(key, std::as_bytes(std::span{block.text}), mark)) {
            throw not_good(file_, "a signature does not match");
        }
        const trust::fingerprint print = trust::fingerprint_of(key);
        const std::string server = trust::to_text(print);
        if (block.text.find("\nserver " + server + "\n") == block.text.npos) {
            throw not_good(file_, "it was signed by another key than it says");
        }
        if (!is_known(print)) {
            throw app::failure(app::exit_code::refused, "unknown_server", "cannot trust the receipt " + file_,
                               "no known server has the key " + server, "connect to the server first");
        }
        result_.server = server;
        take_entries(block.text);
    }

    bool is_known(const trust::fingerprint& print) const {
        return std::ranges::any_of(known_.all(), [&](const auto& each) { return each.pin.print == print; });
    }

    void take_entries(std::string_view text) {
        while (!text.empty()) {
            const auto end = text.find('\n');
            const auto entry = transfer::parse_receipt_line(text.substr(0, end));
            text.remove_prefix(end == text.npos ? text.size() : end + 1);
            if (!entry) continue;
            ++result_.files;
            result_.bytes += entry->bytes;
            if (!path_.empty() && means(entry->path, path_)) result_.matching = {*entry};
        }
    }

    const trust::state_folder folder_;
    const trust::known_servers known_;
    const std::string file_;
    const std::string path_;
    checked_receipt result_;
};

void compare(const std::string& path, const transfer::receipt_entry& entry) {
    const fs::path absolute = fs::absolute(path);
    try {
        common::runtime::system_disk disk(absolute.parent_path().string());
        const auto file = disk.open_read(absolute.filename().string());
        if (!file) throw std::system_error(file.error());
        const auto info = (*file)->info();
        if (!info) throw std::system_error(info.error());
        const auto content = transfer::digest_in_chunks(**file, info->size, entry.chunk_bytes);
        if (!content) throw std::system_error(content.error());
        if (info->size == entry.bytes && *content == entry.content) return;
    } catch (const std::system_error& why) {
        throw app::failure(app::exit_code::failed, "local_file", "cannot read " + path, why.code().message());
    }
    throw app::failure(app::exit_code::verification_failed, "content_differs",
                       path + " is not what was stored", "size or digest differ from the receipt's");
}

}  // namespace

receipt_file::receipt_file(std::string file, const runner& with)
    : file_(std::move(file)),
      with_(with),
      fd_(::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR)) {
    if (!fd_) throw cannot_write(file_, {errno, std::generic_category()});
}

bool receipt_file::take(const protocol::upload::transfer_id& transfer,
                        const protocol::upload::receipt& signed_by,
                        const std::vector<transfer::receipt_entry>& entries) {
    const trust::fingerprint print = trust::fingerprint_of(signed_by.server_key);
    const std::string text = transfer::receipt_text({.server = trust::to_text(print),
                                                     .client = with_.client_print(),
                                                     .transfer = transfer,
                                                     .time_ms = signed_by.time_ms},
                                                    entries);
    if (print != with_.server_print() ||
        !trust::verify_signature(signed_by.server_key, std::as_bytes(std::span{text}), signed_by.signature)) {
        return false;
    }
    const std::string block = domain::format_block({.text = text,
                                                    .key = trust::to_base64url(signed_by.server_key),
                                                    .signature = trust::to_base64url(signed_by.signature)});
    if (!failed_) failed_ = app::write_all(fd_.get(), block);
    return true;
}

void receipt_file::finish() {
    if (!failed_ && ::fsync(fd_.get()) != 0) failed_ = {errno, std::generic_category()};
    if (failed_) throw cannot_write(file_, failed_);
}

app::exit_code check_receipt(const app::program& self, const command_line& line) {
    const std::string path = line.arguments.size() > 1 ? line.arguments[1] : std::string{};
    const std::string name = fs::path(path).lexically_normal().generic_string();
    checked_receipt found = checker(line, name).run();
    // A path on this machine is longer or another one than on the server: its last names say which.
    for (std::string_view rest = name; found.matching.empty() && rest.find('/') != rest.npos;) {
        rest.remove_prefix(rest.find('/') + 1);
        found = checker(line, std::string{rest}).run();
    }
    if (!path.empty() && found.matching.empty()) {
        throw app::failure(app::exit_code::verification_failed, "not_in_receipt",
                           path + " is not in the receipt", "no file of that name was stored");
    }
    if (!path.empty()) compare(path, found.matching.front());
    request_run run(self, line, "check");
    const std::string files = std::to_string(found.files) + (found.files == 1 ? " file" : " files");
    run.tell(path.empty() ? "good: " + files + " stored by " + found.server
                          : "good: " + app::sanitize(path, app::text_kind::line) + " is what was stored as " +
                                app::sanitize(found.matching.front().path, app::text_kind::line),
             run.event("receipt")
                 .field("files", found.files)
                 .field("bytes", found.bytes)
                 .field("server", found.server));
    return run.conclude();
}

}  // namespace uploader_client::commands
