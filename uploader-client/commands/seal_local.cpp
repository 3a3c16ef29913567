// seal and open: what put --seal and get --open do, for a file on this machine.
#include "common/app/failure.hpp"
#include "common/runtime/system_disk.hpp"
#include "common/runtime/system_random.hpp"
#include "common/stream/sealed_file.hpp"
#include "common/stream/stream_error.hpp"
#include "uploader-client/commands/command_line.hpp"

#include <filesystem>

namespace uploader_client::commands {

namespace fs = std::filesystem;
namespace runtime = common::runtime;
namespace seam = common::seam;
namespace stream = common::stream;

namespace {

constexpr std::string_view sealed_suffix = ".sealed";
constexpr std::uint32_t private_mode = 0600;

struct place {
    explicit place(const std::string& text)
        : path(fs::absolute(text)), folder(path.parent_path().string()), name(path.filename().string()) {}
    fs::path path;
    runtime::system_disk folder;
    std::string name;
};

app::failure cannot(const std::string& what, const std::string& file, std::error_code why) {
    const bool not_intact = why.category() == stream::stream_category();
    return {not_intact ? app::exit_code::verification_failed : app::exit_code::failed,
            not_intact ? "verification_failed" : "local_file", "cannot " + what + " " + file,
            why == stream::stream_error::altered ? "the passphrase or key is wrong, or the file was changed"
                                                 : why.message()};
}

using work = std::function<std::error_code(seam::file& from, seam::file& to)>;

// Writes to a file beside the target, which gets its name when all of it is there and on disk.
app::exit_code make_file(const command_line& line, const std::string& from, const std::string& to,
                         const std::string& verb, const work& fill) {
    try {
        place source(from);
        place target(to);
        const auto opened = source.folder.open_read(source.name);
        if (!opened) throw cannot("read", from, opened.error());
        const auto info = (*opened)->info();
        if (!info) throw cannot("read", from, info.error());
        if (!line.force && target.folder.info(target.name)) {
            throw app::failure(app::exit_code::failed, "already_exists", "cannot write " + to,
                               "there is such a file already", "use -f, or another name with -o");
        }
        runtime::system_random random;
        const std::string part = ".sluice-" + std::to_string(random.next_u64()) + ".part";
        auto made = target.folder.create(part, private_mode);
        if (!made) throw cannot("write", to, made.error());
        const auto content = fill(**opened, **made);
        auto error = content;
        if (!error) error = (*made)->set_mode(info->mode);
        if (!error) error = (*made)->sync_all();
        if (!error) {
            error = line.force ? target.folder.rename_over(part, target.name)
                               : target.folder.rename_new(part, target.name);
        }
        if (!error) error = target.folder.sync_folder("");
        if (!error) return app::exit_code::done;
        target.folder.remove(part);
        throw content ? cannot(verb, from, error) : cannot("write", to, error);
    } catch (const std::system_error& why) {
        throw cannot(verb, from, why.code());
    }
}

}  // namespace

app::exit_code seal_file(const app::program&, const command_line& line) {
    const std::string& from = line.arguments.front();
    const std::string to = line.output.empty() ? from + std::string{sealed_suffix} : line.output;
    const auto secret = secret_of(line.seal, asked::twice);
    runtime::system_random random;
    std::array<std::byte, stream::seal_salt_bytes> salt{};
    random.fill(salt);
    return make_file(line, from, to, "seal", [&](seam::file& plain, seam::file& sealed) {
        return stream::seal_file(plain, sealed, secret, salt);
    });
}

app::exit_code open_file(const app::program&, const command_line& line) {
    const std::string& from = line.arguments.front();
    std::string to = line.output;
    if (to.empty()) {
        if (!from.ends_with(sealed_suffix) || from.size() == sealed_suffix.size()) {
            throw app::usage_error("cannot tell how the opened file shall be called", "", "give -o FILE");
        }
        to = from.substr(0, from.size() - sealed_suffix.size());
    }
    const auto secret = secret_of(line.seal, asked::once);
    return make_file(line, from, to, "open", [&](seam::file& sealed, seam::file& plain) {
        return stream::open_sealed(sealed, plain, secret);
    });
}

}  // namespace uploader_client::commands
