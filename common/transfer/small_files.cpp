#include "common/transfer/small_files.hpp"

#include "common/seam/mutation.hpp"
#include "common/transfer/digest.hpp"
#include "common/transfer/limits.hpp"
#include "common/transfer/modes.hpp"

#include <memory>
#include <optional>

namespace common::transfer {
namespace {

using protocol::error_code;
using protocol::upload::entry_kind;
using seam::mutated;
using seam::mutation;

class batch_job {
  public:
    batch_job(seam::disk& disk, const std::vector<small_file>& batch, const batch_settings& settings)
        : disk_(disk), batch_(batch), settings_(settings), outcomes_(batch.size()) {}

    std::vector<stored_file> run() {
        const auto free = disk_.free_bytes();
        const bool full = free && *free < settings_.reserve_bytes;
        for (std::size_t i = 0; i < batch_.size(); ++i) {
            outcomes_[i].file_no = batch_[i].file_no;
            outcomes_[i].error = full ? make_error_code(error_code::no_space) : write(i);
        }
        if (!mutated(mutation::rename_before_sync)) sync_contents();
        for (std::size_t i = 0; i < batch_.size(); ++i) {
            if (!outcomes_[i].error && !is_folder(batch_[i].kind)) outcomes_[i].error = place_file(i);
        }
        if (!mutated(mutation::skip_folder_sync)) sync_folders();
        if (mutated(mutation::rename_before_sync)) sync_contents();
        return std::move(outcomes_);
    }

  private:
    std::string staged(std::size_t i) const {
        return staging_path(settings_.staging_prefix + std::to_string(i));
    }

    static std::string_view link_target(const small_file& from) {
        const auto bytes = from.content.bytes();
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }

    std::error_code write(std::size_t i) {
        const small_file& from = batch_[i];
        if (from.kind == entry_kind::folder) {
            return make_folders(disk_, from.target, folder_mode(from.mode), touched_);
        }
        if (from.kind == entry_kind::folder_end) {
            touched_.add(from.target);
            const std::uint32_t mode = from.mode == 0 ? 0 : folder_mode(from.mode);
            return disk_.set_attributes(from.target, mode, from.mtime_ns);
        }
        if (digest_of(from.content.bytes()) != from.digest) return error_code::verification_failed;
        const std::string path = staged(i);
        if (from.kind == entry_kind::link) return disk_.make_link(link_target(from), path);
        const std::uint32_t mode = from.mode == 0 ? default_file_mode : from.mode & mode_mask;
        auto created = disk_.create(path, mode);
        if (!created) return created.error();
        const auto error = fill(**created, from, mode);
        if (error) {
            disk_.remove(path);
        } else if (settings_.durability == durability::full && batch_.size() <= limits::single_syncs_max) {
            open_[i] = *std::move(created);
        }
        return error;
    }

    static std::error_code fill(seam::file& to, const small_file& from, std::uint32_t mode) {
        if (!from.content.empty()) {
            if (const auto error = to.write_at(from.content.bytes(), 0)) return error;
        }
        // Creation is subject to the process's umask.
        if (from.mode != 0) {
            if (const auto error = to.set_mode(mode)) return error;
        }
        return from.mtime_ns != 0 ? to.set_mtime(from.mtime_ns) : std::error_code{};
    }

    void sync_contents() {
        if (settings_.durability == durability::relaxed) return;
        if (batch_.size() > limits::single_syncs_max) {
            const auto error = disk_.sync_everything();
            for (std::size_t i = 0; error && i < batch_.size(); ++i) give_up(i, error);
            return;
        }
        for (std::size_t i = 0; i < batch_.size(); ++i) {
            if (!open_[i]) continue;
            if (const auto error = open_[i]->sync_all()) give_up(i, error);
            open_[i].reset();
        }
    }

    std::error_code place_file(std::size_t i) {
        const small_file& from = batch_[i];
        const std::string path = staged(i);
        std::optional<std::string_view> leads_to;
        if (from.kind == entry_kind::link) leads_to = link_target(from);
        auto at = place(disk_,
                        {.staged = path,
                         .target = from.target,
                         .link_target = leads_to,
                         .on_conflict = settings_.on_conflict,
                         .size = from.content.size(),
                         .mtime_ns = from.mtime_ns,
                         .checksum = settings_.checksum},
                        touched_);
        if (!at) {
            disk_.remove(path);
            return at.error();
        }
        stored_file& to = outcomes_[i];
        to.skipped = at->left_theirs;
        to.replaced_bytes = at->replaced_bytes;
        if (!to.skipped) to.bytes = from.content.size();
        if (at->path != from.target) to.renamed_to = std::move(at->path);
        return {};
    }

    void sync_folders() {
        if (settings_.durability == durability::relaxed) return;
        const auto error = touched_.sync(disk_);
        for (std::size_t i = 0; error && i < batch_.size(); ++i) {
            // Whether the name survives is unknown, so it must not be called stored.
            if (!outcomes_[i].error) outcomes_[i].error = error;
        }
    }

    void give_up(std::size_t i, std::error_code error) {
        if (outcomes_[i].error || is_folder(batch_[i].kind)) return;
        outcomes_[i].error = error;
        disk_.remove(staged(i));
    }

    seam::disk& disk_;
    const std::vector<small_file>& batch_;
    const batch_settings& settings_;
    std::vector<stored_file> outcomes_;
    std::array<std::unique_ptr<seam::file>, limits::single_syncs_max> open_;
    touched_folders touched_;
};

}  // namespace

std::vector<stored_file> store_small_files(seam::disk& disk, const std::vector<small_file>& batch,
                                           const batch_settings& settings) {
    return batch_job{disk, batch, settings}.run();
}

}  // namespace common::transfer
