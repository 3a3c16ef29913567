#include "uploader-client/commands/sources.hpp"

#include "common/app/failure.hpp"
#include "common/runtime/system_disk.hpp"
#include "uploader-client/commands/stdin_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace uploader_client::commands {

namespace app = common::app;
namespace seam = common::seam;
namespace transfer = common::transfer;
namespace upload = protocol::upload;

namespace {

// So many are named, the rest is counted.
constexpr std::size_t left_out_names_max = 20;

domain::source_place locate(const std::string& argument) {
    const std::unique_ptr<char, void (*)(void*)> canonical(::realpath(argument.c_str(), nullptr), std::free);
    if (!canonical) {
        const std::error_code why(errno, std::generic_category());
        throw app::failure(app::exit_code::failed, "no_such_file", "cannot read " + argument, why.message());
    }
    return domain::place_source(argument, canonical.get());
}

}  // namespace

sources::sources(put_choice choice) : choice_(std::move(choice)) {
    for (const std::string& path : choice_.paths) {
        if (path != "-") {
            places_.push_back(locate(path));
            waiting_.push_back(places_.back());
        } else if (std::exchange(stdin_waits_, true)) {
            throw app::usage_error("cannot read standard input twice", "'-' is given more than once");
        }
    }
    if (stdin_waits_ && choice_.keys) {
        throw app::usage_error("cannot seal standard input", "its content must be read twice", "name a file");
    }
    if (stdin_waits_) stdin_ = std::make_shared<stdin_file>();
}

std::optional<domain::source_place> sources::place_of(const std::string& absolute) const {
    for (const domain::source_place& each : places_) {
        const std::string root = each.root == "/" ? each.root : each.root + "/";
        if (!absolute.starts_with(root)) continue;
        const std::string inside = absolute.substr(root.size());
        if (each.inside.empty()) return domain::source_place{each.root, inside, inside};
        if (inside == each.inside) return each;
        if (!inside.starts_with(each.inside + "/")) continue;
        return domain::source_place{each.root, inside, each.wire + inside.substr(each.inside.size())};
    }
    return std::nullopt;
}

void sources::look_at(const std::string& absolute) {
    for (const domain::source_place& each : places_) {
        if (each.inside.empty() && each.root == absolute) return waiting_.push_back(each);
    }
    if (auto place = place_of(absolute)) waiting_.push_back(*std::move(place));
}

void sources::interrupt() {
    if (stdin_) stdin_->interrupt();
}

common::seam::result<std::vector<transfer::outgoing>> sources::next(std::size_t count_max) {
    std::vector<transfer::outgoing> items;
    while (items.empty()) {
        if (!scan_) {
            if (std::exchange(stdin_waits_, false)) {
                items.push_back({.path = choice_.stdin_name, .size = upload::size_unknown, .stream = stdin_});
                break;
            }
            if (waiting_.empty()) break;
            if (const auto error = begin_next()) {
                items.push_back({.path = name_of_place(), .error = error});
                break;
            }
        }
        auto found = scan_->next(count_max);
        if (!found) {
            items.push_back({.path = name_of_place(), .error = found.error()});
        } else {
            take(*found, items);
        }
        if (found && !found->empty()) continue;
        {
            const std::lock_guard lock(mutex_);
            hard_links_ += scan_->hard_links();
        }
        scan_.reset();
    }
    return items;
}

std::error_code sources::begin_next() {
    at_ = std::move(waiting_.front());
    waiting_.pop_front();
    try {
        const auto disk = std::make_shared<common::runtime::system_disk>(at_.root);
        transfer::tree_scan::options how{
            // Where a link leads would stand there in clear.
            .links = choice_.preserve.links && !choice_.keys,
            .judge = [this](std::string_view path, bool is_folder) { return judge(path, is_folder); },
            .on_left_out = [this](const std::string& path,
                                  seam::file_kind kind) { note_left_out(path, kind); }};
        if (!choice_.keys) {
            scan_ = std::make_unique<transfer::tree_scan>(disk, at_.inside, at_.wire, std::move(how));
            return {};
        }
        const auto inside = choice_.keys->seal_path(at_.inside);
        const auto wire = choice_.keys->seal_path(at_.wire);
        if (!inside || !wire) return make_error_code(std::errc::filename_too_long);
        scan_ = std::make_unique<transfer::tree_scan>(
            std::make_shared<transfer::sealed_disk>(disk, choice_.keys), *inside, *wire, std::move(how));
    } catch (const std::system_error& error) {
        return error.code();
    }
    return {};
}

const std::string& sources::name_of_place() const {
    return at_.wire.empty() ? at_.root : at_.wire;
}

void sources::take(std::vector<transfer::outgoing>& found, std::vector<transfer::outgoing>& into) const {
    for (transfer::outgoing& item : found) {
        if (!choice_.preserve.mode) item.mode = 0;
        if (!choice_.preserve.mtime) item.mtime_ns = 0;
        const bool ends = item.kind == upload::entry_kind::folder_end;
        if (ends && item.mode == 0 && item.mtime_ns == 0) continue;
        into.push_back(std::move(item));
    }
}

transfer::tree_scan::options::choice sources::judge(std::string_view path, bool is_folder) const {
    using choice = transfer::tree_scan::options::choice;
    const std::string readable = choice_.keys ? choice_.keys->readable(path) : std::string{path};
    switch (choice_.filter.judge(readable, is_folder)) {
        case domain::filter::choice::enter:
            return choice::enter;
        case domain::filter::choice::leave:
            return choice::leave;
        case domain::filter::choice::take:
            break;
    }
    return choice::take;
}

void sources::note_left_out(const std::string& path, seam::file_kind kind) {
    const std::lock_guard lock(mutex_);
    ++left_out_;
    if (left_out_names_.size() == left_out_names_max) return;
    left_out_names_.push_back("left out " + (choice_.keys ? choice_.keys->readable(path) : path) +
                              (kind == seam::file_kind::link ? ": a link (--preserve links keeps links)"
                                                             : ": a device, a pipe or a socket"));
}

std::vector<std::string> sources::remarks() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all = left_out_names_;
    if (left_out_ > all.size()) {
        all.push_back("left out " + std::to_string(left_out_ - all.size()) + " more links and special files");
    }
    if (hard_links_ > 0) {
        all.push_back(std::to_string(hard_links_) +
                      (hard_links_ == 1 ? " name is a hard link to a file that is sent under another name"
                                        : " names are hard links to files that are sent under other names") +
                      ": each becomes a file of its own");
    }
    return all;
}

}  // namespace uploader_client::commands
