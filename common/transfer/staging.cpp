#include "common/transfer/staging.hpp"

#include "common/seam/mutation.hpp"
#include "common/transfer/limits.hpp"
#include "common/transfer/modes.hpp"
#include "protocol/upload/messages.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace common::transfer {
namespace {

using protocol::error_code;
using protocol::upload::size_unknown;
using seam::mutated;
using seam::mutation;

std::string hex(std::uint64_t value) {
    std::string text(16, '0');
    for (std::size_t i = text.size(); i-- > 0; value >>= 4) text[i] = "0123456789abcdef"[value & 15];
    return text;
}

std::string data_path_for(const staging_request& what, std::uint64_t generation) {
    return data_path_of(staging_name(what.owner, what.path), generation);
}

journal::identity record_of(const staging_request& what, std::uint64_t generation,
                            std::uint32_t chunk_bytes) {
    return {.generation = generation,
            .size = what.size,
            .mtime_ns = what.mtime_ns,
            .source = what.source,
            .chunk_bytes = chunk_bytes,
            .owner = what.owner,
            .path = what.path};
}

bool continues(const journal::state& found, const staging_request& what) {
    if (!found.valid || found.owner != what.owner || found.path != what.path) return false;
    if (found.good_bytes > limits::journal_bytes_max / 2) return false;  // mostly history by now
    return what.size == size_unknown ||
           what.size <= std::uint64_t{limits::chunks_max} * found.identity.chunk_bytes;
}

bool same_source(const journal::identity& a, const staging_request& b) {
    return b.source != 0 && a.source == b.source && a.size == b.size && a.mtime_ns == b.mtime_ns;
}

// What the promise forbids: to take the size of the file for what is in it.
std::error_code believe_file_size(seam::file& data, std::uint32_t chunk_bytes, chunk_map& chunks) {
    const auto info = data.info();
    if (!info) return info.error();
    std::vector<std::byte> content(chunk_bytes);
    for (std::uint64_t offset = 0; offset + chunk_bytes <= info->size; offset += chunk_bytes) {
        if (const auto got = data.read_at(content, offset); !got) return got.error();
        const auto index = static_cast<std::uint32_t>(offset / chunk_bytes);
        chunks.put(index, digest_of(content));
        chunks.set_durable(index);
    }
    return {};
}

std::error_code ignore_missing(std::error_code error) {
    return error == std::errc::no_such_file_or_directory ? std::error_code{} : error;
}

}  // namespace

std::string data_path_of(std::string_view name, std::uint64_t generation) {
    return staging_path(std::string{name} + "." + hex(generation) + ".data");
}

std::error_code staged_file::mark(std::span<const received_chunk> written) {
    if (durability_ == durability::full && !mutated(mutation::journal_before_sync)) {
        if (const auto error = data->sync_data()) return error;
    }
    // Runs of consecutive chunks share a record.
    std::vector<std::byte> digests;
    for (std::size_t begin = 0; begin < written.size();) {
        digests.clear();
        std::size_t end = begin;
        while (end < written.size() && written[end].index == written[begin].index + (end - begin)) {
            digests.insert(digests.end(), written[end].of.begin(), written[end].of.end());
            ++end;
        }
        writer_.chunks(written[begin].index, digests);
        begin = end;
    }
    if (writer_.bytes() > limits::journal_bytes_max) return make_error_code(std::errc::file_too_large);
    if (const auto error = writer_.flush(*journal_)) return error;
    return durability_ == durability::full ? journal_->sync_data() : std::error_code{};
}

std::error_code staged_file::forget(std::span<const std::uint32_t> indices) {
    for (const std::uint32_t index : indices) writer_.forget(index, 1);
    if (const auto error = writer_.flush(*journal_)) return error;
    // Relaxed durability does not survive power loss anyway, and the order of writes holds without it.
    return durability_ == durability::full ? journal_->sync_data() : std::error_code{};
}

std::error_code staged_file::punch(std::uint64_t offset, std::uint64_t bytes) {
    sparse_ = true;
    return data->punch(offset, bytes);
}

std::error_code staged_file::preallocate(std::uint64_t end, std::uint64_t size) {
    if (sparse_ || end <= preallocated_) return {};
    // Doubling, because the file system looks at everything from the beginning each time.
    const std::uint64_t step = std::max({end, 2 * preallocated_, limits::preallocate_bytes});
    const std::uint64_t goal = size == size_unknown ? step : std::min(step, size);
    const auto error = data->preallocate(goal);
    // Not every file system can; then the writes find out.
    const bool unable = error == std::errc::operation_not_supported || error == std::errc::invalid_argument ||
                        error == std::errc::function_not_supported;
    if (error && !unable) return error;
    preallocated_ = goal;
    return {};
}

std::error_code staged_file::remove_journal(seam::disk& disk) {
    journal_.reset();
    return disk.remove(journal_path_);
}

class staging_opener {
  public:
    staging_opener(seam::disk& disk, const staging_request& what) : disk_(disk), what_(what) {
        file_.durability_ = what.durability;
        file_.journal_path_ = staging_path(staging_name(what.owner, what.path) + ".journal");
    }

    seam::result<opened_staging> open() {
        const auto free = disk_.free_bytes();
        if (!free) return free.error();
        free_bytes_ = *free;
        auto journal = disk_.open_write(file_.journal_path_);
        if (journal) {
            file_.journal_ = *std::move(journal);
            const auto resumed = resume();
            if (!resumed) return resumed.error();
            if (*resumed) return opened_staging{std::move(file_), std::move(chunks_)};
        } else if (journal.error() != std::errc::no_such_file_or_directory) {
            return journal.error();
        }
        file_.sparse_ = what_.allocated_bytes < what_.size;
        if (const auto error = begin()) return error;
        return opened_staging{std::move(file_), std::move(chunks_)};
    }

  private:
    // False when what is there is of no use; it is gone then.
    seam::result<bool> resume() {
        auto found = journal::replay(*file_.journal_);
        if (!found) return found.error();
        const std::string path = data_path_for(what_, found->identity.generation);
        if (continues(*found, what_)) {
            auto data = disk_.open_write(path);
            if (data) {
                file_.data = *std::move(data);
                file_.data_path = path;
                if (const auto error = take_over(*found)) return error;
                return true;
            }
            if (data.error() != std::errc::no_such_file_or_directory) return data.error();
        }
        file_.journal_.reset();
        if (found->valid) {
            if (const auto error = ignore_missing(disk_.remove(path))) return error;
        }
        if (const auto error = disk_.remove(file_.journal_path_)) return error;
        return false;
    }

    std::error_code take_over(journal::state& found) {
        file_.chunk_bytes = found.identity.chunk_bytes;
        file_.same_source = same_source(found.identity, what_);
        file_.writer_ = journal::writer{found.good_bytes, found.chain};
        if (what_.size != found.identity.size) {
            found.chunks.erase_from(
                journal::common_chunks(what_.size, found.identity.size, file_.chunk_bytes));
        }
        if (mutated(mutation::trust_file_size)) {
            if (const auto error = believe_file_size(*file_.data, file_.chunk_bytes, found.chunks))
                return error;
        }
        chunks_ = std::move(found.chunks);
        if (!enough_space(std::uint64_t{chunks_.durable_count()} * file_.chunk_bytes)) {
            return error_code::no_space;
        }
        if (file_.same_source) return {};
        // These chunks are of another version. If this run is cut too, the next one must compare them too.
        auto record = record_of(what_, found.identity.generation, file_.chunk_bytes);
        record.source = 0;
        file_.writer_.identity(record);
        if (what_.size != size_unknown || chunks_.count() == 0) return file_.forget({});
        // The last chunk of a stream may be a short one; its length is not in the journal.
        const std::uint32_t last = chunks_.end() - 1;
        chunks_.erase(last);
        return file_.forget(std::span{&last, 1});
    }

    std::error_code begin() {
        if (!enough_space(0)) return error_code::no_space;
        file_.data_path = data_path_for(what_, what_.generation);
        file_.chunk_bytes = what_.chunk_bytes;
        auto data = disk_.create(file_.data_path, private_file_mode);
        if (!data) return data.error();
        file_.data = *std::move(data);
        auto journal = disk_.create(file_.journal_path_, private_file_mode);
        if (!journal) return journal.error();
        file_.journal_ = *std::move(journal);
        file_.writer_.identity(record_of(what_, what_.generation, what_.chunk_bytes));
        if (const auto error = file_.forget({})) return error;
        return what_.durability == durability::full ? disk_.sync_folder(staging_path("")) : std::error_code{};
    }

    bool enough_space(std::uint64_t there_bytes) const {
        const bool known = what_.size != size_unknown && what_.allocated_bytes > there_bytes;
        const std::uint64_t needed = known ? what_.allocated_bytes - there_bytes : 0;
        return free_bytes_ >= what_.reserve_bytes && free_bytes_ - what_.reserve_bytes >= needed;
    }

    seam::disk& disk_;
    const staging_request& what_;
    staged_file file_;
    chunk_map chunks_;
    std::uint64_t free_bytes_ = 0;
};

seam::result<opened_staging> open_staged(seam::disk& disk, const staging_request& what) {
    return staging_opener{disk, what}.open();
}

seam::result<std::size_t> expire_staged(seam::disk& disk, const expiry& when) {
    // The files of one upload share the name up to the first dot and go together, by the newest of them.
    std::map<std::string, std::vector<std::string>, std::less<>> groups;
    std::map<std::string, std::int64_t, std::less<>> newest;
    const auto error = disk.list(staging_path(""), [&](std::string_view name, const seam::file_info& info) {
        const std::string group{name.substr(0, name.find('.'))};
        if (info.kind == seam::file_kind::regular) groups[group].emplace_back(name);
        std::int64_t& time = newest.try_emplace(group, info.mtime_ns).first->second;
        time = std::max(time, info.mtime_ns);
        return true;
    });
    if (ignore_missing(error)) return error;
    std::size_t removed = 0;
    for (const auto& [group, names] : groups) {
        const bool small = group.starts_with(small_prefix);
        if (newest[group] >= (small ? when.small_before_ns : when.partial_before_ns)) continue;
        if (when.in_use && when.in_use(group)) continue;
        for (const std::string& name : names) removed += disk.remove(staging_path(name)) ? 0 : 1;
    }
    return removed;
}

}  // namespace common::transfer
