#include "common/app/failure.hpp"
#include "common/runtime/system_disk.hpp"
#include "common/transfer/folders.hpp"
#include "common/transfer/tree_scan.hpp"
#include "protocol/upload/name_policy.hpp"
#include "uploader-client/commands/addresses.hpp"
#include "uploader-client/commands/command_line.hpp"
#include "uploader-client/commands/sealing.hpp"
#include "uploader-client/commands/transfer_run.hpp"
#include "uploader-client/commands/verify.hpp"
#include "uploader-client/session/get_conversation.hpp"

#include <filesystem>
#include <optional>
#include <system_error>

namespace uploader_client::commands {

namespace fs = std::filesystem;
namespace runtime = common::runtime;
namespace transfer = common::transfer;
namespace upload = protocol::upload;

namespace {

app::failure cannot_use(const std::string& folder, std::error_code why) {
    return {app::exit_code::failed, "local_file", "cannot store files in " + folder, why.message()};
}

domain::local_target look_at(const std::string& text) {
    std::error_code error;
    const fs::path canonical = fs::weakly_canonical(fs::absolute(text), error);
    if (error) throw cannot_use(text, error);
    domain::local_target target{.canonical = canonical.string(),
                                .is_folder = fs::is_directory(canonical, error),
                                .ends_in_slash = text.ends_with('/')};
    while (target.canonical.size() > 1 && target.canonical.ends_with('/')) target.canonical.pop_back();
    return target;
}

bool is_link(const std::string& argument) {
    return argument.starts_with("upload://");
}

// The folder that files are brought into, with its staging; the staging goes when nothing unfinished is in
// it.
class local_folder {
  public:
    // A dry run changes nothing: then it is the part of `root` that exists, and below() is the rest.
    local_folder(const std::string& root, bool dry_run) : disk_(open(dry_run ? existing_part(root) : root)) {
        if (dry_run) return;
        owns_staging_ = true;
        if (const auto error = transfer::prepare_staging(disk_, transfer::durability::full)) {
            throw cannot_use(root, error);
        }
    }
    ~local_folder() {
        if (owns_staging_) disk_.remove_folder(upload::staging_folder);
    }
    local_folder(const local_folder&) = delete;
    local_folder& operator=(const local_folder&) = delete;

    seam::disk& disk() { return disk_; }
    static std::string below(const std::string& root) {
        const auto rest = fs::path(root).lexically_relative(existing_part(root)).generic_string();
        return rest == "." ? std::string{} : rest;
    }

  private:
    static std::string existing_part(const std::string& root) {
        fs::path part = root;
        std::error_code error;
        while (part.has_relative_path() && !fs::is_directory(part, error)) part = part.parent_path();
        return part.string();
    }
    static runtime::system_disk open(const std::string& root) {
        std::error_code error;
        fs::create_directories(root, error);
        if (error) throw cannot_use(root, error);
        try {
            return runtime::system_disk(root);
        } catch (const std::system_error& why) {
            throw cannot_use(root, why.code());
        }
    }

    runtime::system_disk disk_;
    bool owns_staging_ = false;
};

using keys_pointer = std::shared_ptr<const transfer::sealing>;

void tell_left_out(transfer_run& run, std::uint64_t count, bool links) {
    if (count == 0) return;
    run.told().notice("left out " + std::to_string(count) + " links and special files" +
                      (links ? "" : " (--preserve links keeps links)"));
}

app::exit_code get_from(const app::program& self, const command_line& line, const remote& from,
                        const domain::download_place& place, const keys_pointer& keys, std::uint64_t& limit) {
    if (line.verify == upload::digest_kind::sha256 && from.at.path.empty()) {
        throw app::usage_error("cannot compare the whole root", "this folder may hold other files",
                               "name what to bring, or leave --verify out");
    }
    local_folder folder(place.root, line.dry_run);
    transfer::unlimited allowance;
    runner with(line.common, from.server);
    const auto claims = transfer::claims::create();
    const auto policy = line.on_conflict == upload::conflict_policy::server_default
                            ? upload::conflict_policy::fail
                            : line.on_conflict;
    const std::string inside = line.dry_run ? local_folder::below(place.root) : std::string{};
    const std::string name =
        place.rename_to.empty() ? std::string{domain::name_of(from.at.path)} : place.rename_to;
    const auto there = folder.disk().info(transfer::join_path(inside, name));
    seam::disk* disk = &folder.disk();
    std::string rename_to = place.rename_to;
    std::optional<transfer::sealed_disk> opening;
    if (keys) {
        opening.emplace(std::shared_ptr<seam::disk>(std::shared_ptr<void>(), disk), keys);
        disk = &*opening;
        const auto sealed = keys->seal_path(name);
        if (!sealed) throw app::usage_error("cannot use the name " + name, "it is too long to be sealed");
        rename_to = *sealed;
    }
    const session::get_settings settings{
        .id = new_transfer_id(with.random()),
        .path = from.at.path,
        .fresh = !name.empty() && there.error() == std::errc::no_such_file_or_directory,
        .unpacks = line.compress,
        .limit_bytes_per_second = limit,
        .preserve = line.preserve,
        .receiving = {.owner = from.server.name(),
                      .folder = inside,
                      .on_conflict = policy,
                      .rename_to = rename_to,
                      .keep_mode = line.preserve.mode,
                      .keep_mtime = line.preserve.mtime,
                      .checksum = line.checksum,
                      .dry_run = line.dry_run},
    };
    const std::string doing = "get " + (from.at.path.empty() ? "/" : from.at.path);
    readable_names names(keys);
    std::shared_ptr<session::get_conversation> what;
    const auto conversation_with = [&](domain::transfer_observer& observer) {
        what = session::get_conversation::create(
            {with.home(), with.pool(), *disk, with.random(), *claims, allowance}, settings,
            names.around(observer));
        return what;
    };
    if (line.dry_run) return show_plan(self, line.common, with, "bring", doing, conversation_with);
    transfer_run run(self, line.common, with, {.verb = "bring", .past = "brought", .moved = "received"},
                     limit);
    run.readable = names.function();
    conversation_with(run.told())->set_connections(line.connections);
    run.converse(what, doing);
    tell_left_out(run, what->left_out(), line.preserve.links);
    const auto code = run.conclude();
    if (code != app::exit_code::done || line.verify != upload::digest_kind::sha256) return code;
    const std::string source = keys ? rename_to : name;
    const std::shared_ptr<seam::disk> local(std::shared_ptr<void>(), disk);
    return compare_contents(self, line,
                            {.server = from.server,
                             .folder = std::string{transfer::parent_of(from.at.path)},
                             .files = std::make_shared<transfer::tree_scan>(
                                 local, source, std::string{domain::name_of(from.at.path)}),
                             .keys = keys});
}

// What was sealed may stand below plain folders: how far they go is found out.
app::exit_code get_one(const app::program& self, const command_line& line, const remote& from,
                       const domain::download_place& place, const keys_pointer& keys, std::uint64_t& limit) {
    domain::download_place named = place;
    if (keys && named.rename_to.empty()) named.rename_to = domain::name_of(from.at.path);
    const std::vector<std::string> places = places_of(keys, from.at.path);
    for (std::size_t i = 0;; ++i) {
        remote at = from;
        at.at.path = places[i];
        try {
            return get_from(self, line, at, named, keys, limit);
        } catch (const app::failure& why) {
            if (why.code() != name_of(protocol::error_code::no_such_file)) throw;
            if (i + 1 == places.size()) throw;
        }
    }
}

}  // namespace

app::exit_code get(const app::program& self, const command_line& line) {
    std::vector<std::string> addresses = line.arguments;
    std::string local = ".";
    if (addresses.size() > 1 && !is_link(addresses.back())) {
        local = std::move(addresses.back());
        addresses.pop_back();
    }
    std::vector<remote> wanted;
    for (const std::string& address : addresses) wanted.push_back(parse_remote_address(address));
    domain::local_target target = look_at(local);
    // Several things can only come into a folder.
    if (wanted.size() > 1) target.ends_in_slash = true;
    const auto keys = sealing_for(line, wanted.front().server, asked::once);
    std::uint64_t limit = line.limit_bytes_per_second;
    auto code = app::exit_code::done;
    for (const remote& from : wanted) {
        const auto one = get_one(self, line, from, domain::place_download(from.at, target), keys, limit);
        if (one == app::exit_code::done || code == one) continue;
        code = code == app::exit_code::done && wanted.size() == 1 ? one : app::exit_code::partly_done;
    }
    return code;
}

}  // namespace uploader_client::commands
