#include "common/transfer/content_index.hpp"

#include "common/transfer/folders.hpp"
#include "common/transfer/limits.hpp"
#include "common/transfer/modes.hpp"
#include "common/transfer/outgoing.hpp"
#include "common/transfer/staging.hpp"
#include "protocol/wire/codec.hpp"

#include <algorithm>
#include <ranges>
#include <vector>

namespace common::transfer {
namespace {

// On disk: length u32, checksum u64, payload.
constexpr std::size_t head_bytes = sizeof(std::uint32_t) + sizeof(std::uint64_t);

struct payload {
    static constexpr std::uint16_t type = 1;  // not written: there is only one kind
    std::uint64_t size = 0;
    std::uint64_t identity = 0;
    digest sample{};
    std::string_view path{};

    static constexpr auto members() {
        using protocol::wire::member;
        return std::tuple{member("size", &payload::size), member("identity", &payload::identity),
                          member("sample", &payload::sample),
                          member("path", &payload::path, limits::path_bytes_max)};
    }
};

std::vector<std::byte> encode(const content_index::entry& from) {
    const payload told{
        .size = from.size, .identity = from.identity, .sample = from.sample, .path = from.path};
    const std::size_t bytes = protocol::wire::encoded_bytes(told);
    std::vector<std::byte> record(head_bytes + bytes);
    const auto body = std::span{record}.subspan(head_bytes);
    protocol::wire::writer out{body};
    protocol::wire::encode(out, told);
    protocol::wire::writer head{record};
    head.u32(static_cast<std::uint32_t>(bytes));
    head.u64(checksum_of(body, 0));
    return record;
}

// The next record at the front of `from`; nothing when it is torn.
std::optional<content_index::entry> decode(seam::const_bytes& from) {
    if (from.size() < head_bytes) return std::nullopt;
    protocol::wire::reader in{from};
    const std::uint32_t bytes = in.u32();
    const std::uint64_t checksum = in.u64();
    if (from.size() - head_bytes < bytes) return std::nullopt;
    const auto body = from.subspan(head_bytes, bytes);
    payload found;
    if (checksum_of(body, 0) != checksum ||
        protocol::wire::decode(body, found) != protocol::error_code::none) {
        return std::nullopt;
    }
    from = from.subspan(head_bytes + bytes);
    return content_index::entry{.path = std::string{found.path},
                                .size = found.size,
                                .sample = found.sample,
                                .identity = found.identity};
}

}  // namespace

seam::result<digest> sample_of(seam::file& file) {
    std::vector<std::byte> first(limits::sample_bytes);
    const auto got = file.read_at(first, 0);
    if (!got) return got.error();
    return digest_of(seam::const_bytes{first}.first(*got));
}

void content_index::add(std::string_view owner, entry of) {
    const std::lock_guard lock(mutex_);
    shelf& on = open(owner);
    put(on, std::move(of));
    append(on, on.entries.back());
}

void content_index::put(shelf& on, entry of) {
    on.by_size.emplace(of.size, on.first + on.entries.size());
    on.entries.push_back(std::move(of));
    if (on.entries.size() <= limits::index_entries_max) return;
    const auto [begin, end] = on.by_size.equal_range(on.entries.front().size);
    on.by_size.erase(std::find_if(begin, end, [&](const auto& each) { return each.second == on.first; }));
    on.entries.pop_front();
    ++on.first;
}

std::optional<std::string> content_index::find(std::string_view owner, std::uint64_t size,
                                               const digest& sample) {
    const std::lock_guard lock(mutex_);
    const shelf& on = open(owner);
    const auto [begin, end] = on.by_size.equal_range(size);
    std::size_t tried = 0;
    for (auto at = begin; at != end && tried < limits::index_tries_max; ++at) {
        const entry& each = on.entries[at->second - on.first];
        if (each.sample != sample) continue;
        ++tried;
        const auto there = disk_.info(each.path);
        if (there && identity_of(*there) == each.identity) return each.path;
    }
    return std::nullopt;
}

content_index::shelf& content_index::open(std::string_view owner) {
    const auto found = std::ranges::find(shelves_, owner, &shelf::owner);
    if (found != shelves_.end()) {
        shelves_.splice(shelves_.begin(), shelves_, found);
        return shelves_.front();
    }
    if (shelves_.size() == limits::index_owners_max) shelves_.pop_back();
    shelf& made = shelves_.emplace_front();
    made.owner = owner;
    made.file = staging_path(std::string{index_prefix} + staging_name(owner, {}));
    load(made);
    return made;
}

void content_index::load(shelf& into) {
    const auto file = disk_.open_read(into.file);
    if (!file) return;
    const auto info = (*file)->info();
    if (!info || info->size > limits::index_file_bytes_max) return;
    std::vector<std::byte> content(static_cast<std::size_t>(info->size));
    const auto got = (*file)->read_at(content, 0);
    if (!got) return;
    seam::const_bytes rest = seam::const_bytes{content}.first(*got);
    while (auto next = decode(rest)) {
        put(into, *std::move(next));
    }
    // What is torn is written over.
    into.on_disk_bytes = *got - rest.size();
}

void content_index::append(shelf& to, const entry& added) {
    const auto record = encode(added);
    if (to.on_disk_bytes == 0 || to.on_disk_bytes + record.size() > limits::index_file_bytes_max) {
        return rewrite(to);
    }
    const auto file = disk_.open_write(to.file);
    if (!file || (*file)->write_at(record, to.on_disk_bytes)) return;
    to.on_disk_bytes += record.size();
}

void content_index::rewrite(shelf& what) {
    // The newest half: so the file is written anew only now and then.
    std::vector<std::vector<std::byte>> records;
    std::size_t bytes = 0;
    for (const entry& each : std::views::reverse(what.entries)) {
        records.push_back(encode(each));
        bytes += records.back().size();
        if (bytes > limits::index_file_bytes_max / 2) break;
    }
    std::vector<std::byte> content;
    for (const auto& record : std::views::reverse(records)) {
        content.insert(content.end(), record.begin(), record.end());
    }
    what.on_disk_bytes = 0;
    disk_.remove(what.file);
    const auto file = disk_.create(what.file, private_file_mode);
    if (file && !(*file)->write_at(content, 0)) what.on_disk_bytes = content.size();
}

}  // namespace common::transfer
