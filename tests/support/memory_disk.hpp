// A file tree in memory behind seam::disk, with an operation count to fail at.
//
//   memory_disk disk;
//   disk.put("a/b", "content", mtime_ns);
//   disk.fail_at(n, std::errc::io_error);     // the n-th operation from now fails once (0: the next one)
//   disk.fail_from(n, std::errc::no_space_on_device);   // … and all after it
//
// Nothing is ever lost here; the simulator's disk crashes.
#pragma once

#include "common/seam/disk.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace tests::support {

namespace seam = common::seam;

class memory_disk final : public seam::disk {
  public:
    struct node {
        seam::file_info info;
        std::vector<std::byte> content;
        std::string label;
    };

    void put(const std::string& path, std::string_view content, std::int64_t mtime_ns) {
        for (std::size_t at = path.find('/'); at != path.npos; at = path.find('/', at + 1)) {
            add(path.substr(0, at), seam::file_kind::folder, 0755);
        }
        const auto made = add(path, seam::file_kind::regular, 0644);
        const auto bytes = std::as_bytes(std::span{content});
        made->content.assign(bytes.begin(), bytes.end());
        made->info.size = content.size();
        made->info.mtime_ns = mtime_ns;
    }
    const node* find(std::string_view path) const {
        const auto found = nodes_.find(path);
        return found == nodes_.end() ? nullptr : found->second.get();
    }
    std::string text(std::string_view path) const {
        const node* const found = find(path);
        if (found == nullptr) return "(missing)";
        return {reinterpret_cast<const char*>(found->content.data()), found->content.size()};
    }
    std::vector<std::string> paths() const {
        std::vector<std::string> all;
        for (const auto& [path, each] : nodes_) all.push_back(path);
        return all;
    }

    std::uint64_t operations() const { return operations_; }
    void fail_at(std::uint64_t in, std::errc why) {
        fail_from_ = operations_ + in, fail_to_ = fail_from_, why_ = why;
    }
    void fail_from(std::uint64_t in, std::errc why) {
        fail_from_ = operations_ + in;
        fail_to_ = never;
        why_ = why;
    }
    void heal() { fail_from_ = never; }
    void set_free_bytes(std::uint64_t bytes) { free_bytes_ = bytes; }
    std::uint64_t syncs() const { return syncs_; }

    seam::result<std::unique_ptr<seam::file>> open_read(std::string_view path) override { return open(path); }
    seam::result<std::unique_ptr<seam::file>> open_write(std::string_view path) override {
        return open(path);
    }
    seam::result<std::unique_ptr<seam::file>> create(std::string_view path, std::uint32_t mode) override {
        if (const auto error = enter(path, true)) return error;
        if (nodes_.contains(path)) return std::errc::file_exists;
        return std::unique_ptr<seam::file>(
            std::make_unique<handle>(*this, add(path, seam::file_kind::regular, mode)));
    }
    std::error_code make_folder(std::string_view path, std::uint32_t mode) override {
        if (const auto error = enter(path, true)) return error;
        if (nodes_.contains(path)) return make_error_code(std::errc::file_exists);
        add(path, seam::file_kind::folder, mode);
        return {};
    }
    std::error_code make_link(std::string_view target, std::string_view path) override {
        if (const auto error = enter(path, true)) return error;
        if (nodes_.contains(path)) return make_error_code(std::errc::file_exists);
        const auto made = add(path, seam::file_kind::link, 0777);
        const auto bytes = std::as_bytes(std::span{target});
        made->content.assign(bytes.begin(), bytes.end());
        made->info.size = target.size();
        return {};
    }
    seam::result<std::string> read_link(std::string_view path) override {
        if (const auto error = enter(path, false)) return error;
        const node* const found = find(path);
        if (found == nullptr) return std::errc::no_such_file_or_directory;
        if (found->info.kind != seam::file_kind::link) return std::errc::invalid_argument;
        return text(path);
    }
    std::error_code remove(std::string_view path) override {
        if (const auto error = enter(path, false)) return error;
        return nodes_.erase(std::string{path}) == 1 ? std::error_code{}
                                                    : make_error_code(std::errc::no_such_file_or_directory);
    }
    std::error_code remove_folder(std::string_view path) override { return remove(path); }
    std::error_code rename_new(std::string_view from, std::string_view to) override {
        return move(from, to, false);
    }
    std::error_code rename_over(std::string_view from, std::string_view to) override {
        return move(from, to, true);
    }
    std::error_code sync_folder(std::string_view path) override {
        ++syncs_;
        return enter(path.empty() ? "." : path, false);
    }
    std::error_code sync_everything() override {
        ++syncs_;
        return step();
    }
    seam::result<seam::file_info> info(std::string_view path) override {
        if (const auto error = enter(path, false)) return error;
        const node* const found = find(path);
        if (found == nullptr) return std::errc::no_such_file_or_directory;
        return found->info;
    }
    std::error_code list(std::string_view path, const visitor& each) override {
        if (const auto error = step()) return error;
        if (!path.empty() && find(path) == nullptr)
            return make_error_code(std::errc::no_such_file_or_directory);
        const std::string prefix = path.empty() ? "" : std::string{path} + "/";
        const auto nodes = nodes_;
        for (const auto& [name, entry] : nodes) {
            if (!name.starts_with(prefix) || name.find('/', prefix.size()) != name.npos) continue;
            if (!each(std::string_view{name}.substr(prefix.size()), entry->info)) break;
        }
        return {};
    }
    seam::result<std::string> label(std::string_view path) override {
        const node* const found = find(path);
        if (found == nullptr) return std::errc::no_such_file_or_directory;
        if (found->label.empty()) return std::errc::no_message_available;
        return found->label;
    }
    std::error_code set_attributes(std::string_view path, std::uint32_t mode,
                                   std::int64_t mtime_ns) override {
        if (const auto error = enter(path, false)) return error;
        const auto found = nodes_.find(path);
        if (found == nodes_.end()) return make_error_code(std::errc::no_such_file_or_directory);
        if (mode != 0) found->second->info.mode = mode;
        if (mtime_ns != 0) found->second->info.mtime_ns = mtime_ns;
        return {};
    }
    seam::result<std::uint64_t> free_bytes() override {
        if (const auto error = step()) return error;
        return free_bytes_;
    }

  private:
    static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

    class handle final : public seam::file {
      public:
        handle(memory_disk& disk, std::shared_ptr<node> to) : disk_(disk), node_(std::move(to)) {}

        seam::result<std::size_t> read_at(seam::mutable_bytes out, std::uint64_t offset) override {
            if (const auto error = disk_.step()) return error;
            const auto& from = node_->content;
            const std::size_t count =
                offset >= from.size() ? 0 : std::min<std::size_t>(out.size(), from.size() - offset);
            std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(count == 0 ? 0 : offset), count,
                        out.begin());
            return count;
        }
        std::error_code write_at(seam::const_bytes data, std::uint64_t offset) override {
            if (const auto error = disk_.step()) return error;
            if (node_->content.size() < offset + data.size()) grow(offset + data.size());
            std::ranges::copy(data, node_->content.begin() + static_cast<std::ptrdiff_t>(offset));
            return {};
        }
        std::error_code preallocate(std::uint64_t size) override {
            if (const auto error = disk_.step()) return error;
            if (node_->content.size() < size) grow(size);
            return {};
        }
        std::error_code resize(std::uint64_t size) override {
            if (const auto error = disk_.step()) return error;
            grow(size);
            return {};
        }
        std::error_code set_label(std::string_view text) override {
            node_->label = text;
            return disk_.step();
        }
        std::error_code set_mode(std::uint32_t mode) override {
            node_->info.mode = mode;
            return disk_.step();
        }
        std::error_code set_mtime(std::int64_t mtime_ns) override {
            node_->info.mtime_ns = mtime_ns;
            return disk_.step();
        }
        std::error_code sync_data() override {
            ++disk_.syncs_;
            return disk_.step();
        }
        std::error_code sync_all() override { return sync_data(); }
        seam::result<seam::file_info> info() override {
            if (const auto error = disk_.step()) return error;
            return node_->info;
        }

      private:
        void grow(std::uint64_t size) {
            node_->content.resize(static_cast<std::size_t>(size));
            node_->info.size = size;
        }
        memory_disk& disk_;
        std::shared_ptr<node> node_;
    };

    std::shared_ptr<node> add(std::string_view path, seam::file_kind kind, std::uint32_t mode) {
        auto& place = nodes_[std::string{path}];
        if (place && place->info.kind == seam::file_kind::folder) return place;
        place = std::make_shared<node>();
        place->info.kind = kind;
        place->info.mode = mode;
        place->info.inode = ++inodes_;
        return place;
    }
    std::error_code step() {
        const auto now = operations_++;
        return now >= fail_from_ && now <= fail_to_ ? make_error_code(why_) : std::error_code{};
    }
    // Counts the operation; the folder above must be there when something is to be made in it.
    std::error_code enter(std::string_view path, bool making) {
        if (const auto error = step()) return error;
        const auto slash = path.rfind('/');
        if (slash == path.npos) return {};
        const node* const above = find(path.substr(0, slash));
        if (above == nullptr) return make_error_code(std::errc::no_such_file_or_directory);
        if (making && above->info.kind != seam::file_kind::folder)
            return make_error_code(std::errc::not_a_directory);
        return {};
    }
    seam::result<std::unique_ptr<seam::file>> open(std::string_view path) {
        if (const auto error = enter(path, false)) return error;
        const auto found = nodes_.find(path);
        if (found == nodes_.end()) return std::errc::no_such_file_or_directory;
        if (found->second->info.kind != seam::file_kind::regular) return std::errc::is_a_directory;
        return std::unique_ptr<seam::file>(std::make_unique<handle>(*this, found->second));
    }
    std::error_code move(std::string_view from, std::string_view to, bool over) {
        if (const auto error = enter(to, true)) return error;
        if (!over && nodes_.contains(to)) return make_error_code(std::errc::file_exists);
        auto moved = nodes_.extract(std::string{from});
        if (!moved) return make_error_code(std::errc::no_such_file_or_directory);
        nodes_.erase(std::string{to});
        moved.key() = std::string{to};
        nodes_.insert(std::move(moved));
        return {};
    }

    std::map<std::string, std::shared_ptr<node>, std::less<>> nodes_;
    std::uint64_t operations_ = 0;
    std::uint64_t fail_from_ = never;
    std::uint64_t fail_to_ = never;
    std::errc why_ = std::errc::io_error;
    std::uint64_t inodes_ = 0;
    std::uint64_t syncs_ = 0;
    std::uint64_t free_bytes_ = std::uint64_t{1} << 50;
};

}  // namespace tests::support
