#include "uploader-client/commands/verify.hpp"

#include "common/app/output.hpp"
#include "common/app/program.hpp"
#include "common/app/sizes.hpp"
#include "common/app/terminal_text.hpp"
#include "protocol/upload/name_policy.hpp"
#include "uploader-client/commands/addresses.hpp"
#include "uploader-client/commands/command_line.hpp"
#include "uploader-client/commands/requests.hpp"
#include "uploader-client/commands/runner.hpp"
#include "uploader-client/commands/sources.hpp"
#include "uploader-client/session/verify_conversation.hpp"

#include <algorithm>

namespace uploader_client::commands {

namespace upload = protocol::upload;
using domain::difference;

namespace {

class verdicts final : public domain::comparison_observer {
  public:
    verdicts(request_run& run, std::shared_ptr<const common::transfer::sealing> keys)
        : run_(run), keys_(std::move(keys)) {}

    void on_compared(std::string_view name, const domain::compared_state& here,
                     const domain::compared_state& there) override {
        const difference what = compare(here, there);
        if (what == difference::none && here.kind == upload::entry_kind::folder) return;
        const std::string path = keys_ ? keys_->readable(name) : std::string{name};
        ++counts_[static_cast<std::size_t>(what)];
        bytes_ += here.size;
        auto event = run_.event("verified");
        event.field("path", path).field("result", name_of(what)).field("bytes", here.size);
        if (what == difference::size) event.field("server_bytes", there.size);
        const std::error_code why = here.error ? here.error : there.error;
        if (what == difference::unreadable) event.field("message", why.message());
        run_.tell(what == difference::none ? std::string{} : line_for(path, what, here, there, why), event);
    }
    void on_read(std::uint64_t) override {}
    void on_list_error(std::error_code why) override {
        ++counts_[static_cast<std::size_t>(difference::unreadable)];
        run_.failed("the list of files", protocol::error_code::storage_failed, why.message());
    }

    void tell_summary(seam::duration elapsed) {
        const std::uint64_t files = count(difference::none) + differing() + count(difference::unreadable);
        const double seconds = std::chrono::duration<double>(elapsed).count();
        std::string line = "compared " + std::to_string(files) + (files == 1 ? " file, " : " files, ") +
                           app::format_size(bytes_) + ": " + std::to_string(count(difference::none)) +
                           " same";
        if (differing() > 0) line += ", " + std::to_string(differing()) + " different or missing";
        if (count(difference::unreadable) > 0)
            line += ", " + std::to_string(count(difference::unreadable)) + " not readable";
        run_.tell(line, run_.event("done")
                            .field("files", files)
                            .field("bytes", bytes_)
                            .field("same", count(difference::none))
                            .field("different", differing())
                            .field("unreadable", count(difference::unreadable))
                            .field("seconds", seconds));
    }

    app::exit_code judge() const {
        if (differing() > 0) return app::exit_code::verification_failed;
        return count(difference::unreadable) > 0 ? app::exit_code::partly_done : app::exit_code::done;
    }

  private:
    static std::string line_for(std::string_view path, difference what, const domain::compared_state& here,
                                const domain::compared_state& there, std::error_code why) {
        std::string line{name_of(what)};
        line.append(line.size() < 10 ? 10 - line.size() : 0, ' ');
        line += "  " + app::sanitize(path, app::text_kind::line);
        if (what == difference::size) {
            line +=
                "  (" + std::to_string(here.size) + " bytes here, " + std::to_string(there.size) + " there)";
        }
        if (what == difference::unreadable) {
            line += std::string{"  ("} + (here.error ? "here" : "there") + ": " + why.message() + ")";
        }
        return line;
    }
    std::uint64_t count(difference what) const { return counts_[static_cast<std::size_t>(what)]; }
    std::uint64_t differing() const {
        return count(difference::missing) + count(difference::kind) + count(difference::size) +
               count(difference::content);
    }

    request_run& run_;
    const std::shared_ptr<const common::transfer::sealing> keys_;
    std::array<std::uint64_t, 6> counts_{};
    std::uint64_t bytes_ = 0;
};

}  // namespace

app::exit_code compare_contents(const app::program& self, const command_line& line, const comparison& what) {
    runner with(line.common, what.server);
    const auto began = with.home().mono_now();
    request_run run(self, line, "compare");
    verdicts told(run, what.keys);
    with.run(session::verify_conversation::create(
                 with.home(), with.pool(), {.folder = what.folder, .kind = line.verify}, what.files, told),
             {.doing = "compare files with " + (what.folder.empty() ? "/" : what.folder), .notice = {}});
    if (what.by_itself) told.tell_summary(with.home().mono_now() - began);
    run.conclude();
    return told.judge();
}

app::exit_code verify(const app::program& self, const command_line& line) {
    std::vector<std::string> paths = line.arguments;
    const remote to = take_address(paths, line.common);
    if (paths.empty()) throw app::usage_error("wrong usage", "a PATH to compare is missing");
    if (std::ranges::find(paths, "-") != paths.end()) {
        throw app::usage_error("cannot compare standard input", "name a file");
    }
    put_choice chosen = choice_of(line, std::move(paths));
    chosen.keys = sealing_for(line, to.server, asked::once);
    const auto keys = chosen.keys;
    return compare_contents(self, line,
                            {.server = to.server,
                             .folder = to.at.path,
                             .files = std::make_shared<sources>(std::move(chosen)),
                             .keys = keys,
                             .by_itself = true});
}

}  // namespace uploader_client::commands
