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
namespace transfer = common::transfer;
namespace upload = protocol::upload;

namespace {

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
            waiting_.push_back(locate(path));
        } else if (std::exchange(stdin_waits_, true)) {
            throw app::usage_error("cannot read standard input twice", "'-' is given more than once");
        }
    }
    if (stdin_waits_ && choice_.keys) {
        throw app::usage_error("cannot seal standard input", "its content must be read twice", "name a file");
    }
    if (stdin_waits_) stdin_ = std::make_shared<stdin_file>();
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
        left_out_ = left_out_before_ + scan_->left_out();
        if (!found) {
            items.push_back({.path = name_of_place(), .error = found.error()});
        } else {
            take(*found, items);
        }
        if (found && !found->empty()) continue;
        left_out_before_ = left_out_;
        scan_.reset();
    }
    return items;
}

std::error_code sources::begin_next() {
    at_ = std::move(waiting_.front());
    waiting_.pop_front();
    try {
        const auto disk = std::make_shared<common::runtime::system_disk>(at_.root);
        if (!choice_.keys) {
            scan_ = std::make_unique<transfer::tree_scan>(disk, at_.inside, at_.wire);
            return {};
        }
        const auto inside = choice_.keys->seal_path(at_.inside);
        const auto wire = choice_.keys->seal_path(at_.wire);
        if (!inside || !wire) return make_error_code(std::errc::filename_too_long);
        scan_ = std::make_unique<transfer::tree_scan>(
            std::make_shared<transfer::sealed_disk>(disk, choice_.keys), *inside, *wire);
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
        const std::string path = choice_.keys ? choice_.keys->readable(item.path) : item.path;
        if (!choice_.filter.takes(path, item.kind == upload::entry_kind::folder)) continue;
        if (!choice_.keep_mode) item.mode = 0;
        if (!choice_.keep_mtime) item.mtime_ns = 0;
        into.push_back(std::move(item));
    }
}

}  // namespace uploader_client::commands
