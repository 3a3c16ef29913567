#include "tests/simulation/chat/history.hpp"

#include "protocol/wire/codec.hpp"
#include "protocol/wire/print.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <vector>

namespace tests::simulation::chat {

using common::seam::const_bytes;
using common::seam::mutable_bytes;
namespace wire = protocol::wire;

namespace {

constexpr const char* positions_path = "positions";
constexpr const char* outbox_folder = "outbox";
constexpr std::uint32_t file_mode = 0600;

// One record of the positions file: fixed size, so that a torn tail is found by its check.
struct position_entry {
    wire::byte_array<16> room{};
    std::uint64_t seq = 0;
    std::uint64_t check = 0;

    static constexpr auto members() {
        return std::tuple{wire::member("room", &position_entry::room),
                          wire::member("seq", &position_entry::seq),
                          wire::member("check", &position_entry::check)};
    }
};
constexpr std::size_t entry_bytes = 32;

// FNV-1a, begun with a number.
std::uint64_t mix(std::uint64_t begin, wire::bytes_view bytes) {
    std::uint64_t mixed = begin ^ 0xcbf29ce484222325U;
    for (const auto byte : bytes) mixed = (mixed ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3U;
    return mixed;
}

std::uint64_t check_of(const position_entry& entry) {
    return mix(entry.seq, wire::bytes_view{entry.room});
}

struct outbox_entry {
    protocol::chat::message_id id{};
    std::string_view room;
    std::string_view text;
    std::uint64_t check = 0;

    static constexpr std::uint16_t type = 0;
    static constexpr auto members() {
        return std::tuple{wire::member("id", &outbox_entry::id),
                          wire::member("room", &outbox_entry::room, protocol::limits::name_bytes_max),
                          wire::member("text", &outbox_entry::text, protocol::limits::text_bytes_max),
                          wire::member("check", &outbox_entry::check)};
    }
};

std::uint64_t check_of(const outbox_entry& entry) {
    return mix(mix(mix(0, wire::bytes_view{entry.id}), wire::as_bytes(entry.room)),
               wire::as_bytes(entry.text));
}

std::string path_of(std::uint64_t order) {
    return std::string{outbox_folder} + "/" + std::to_string(order);
}

void must(std::error_code error) {
    if (error) throw std::system_error{error, "the client's disk"};
}

}  // namespace

history::history(common::seam::disk& disk) : disk_(disk) {
    const auto made = disk_.make_folder(outbox_folder, 0700);
    if (made != std::errc::file_exists) must(made);
    auto opened = disk_.open_write(positions_path);
    if (!opened && opened.error() == std::errc::no_such_file_or_directory) {
        opened = disk_.create(positions_path, file_mode);
    }
    if (!opened) must(opened.error());
    positions_ = *std::move(opened);
    must(disk_.sync_folder(""));
    read_positions();
    read_outbox();
}

void history::read_positions() {
    for (;;) {
        std::array<std::byte, entry_bytes> bytes{};
        const auto got = positions_->read_at(bytes, positions_bytes_);
        if (!got) must(got.error());
        if (*got < bytes.size()) break;
        wire::reader in{wire::bytes_view{bytes}};
        position_entry entry;
        wire::decode_members(in, entry);
        if (!in.ok() || entry.check != check_of(entry)) break;
        const auto name = wire::as_text(entry.room);
        last_seq_[std::string{name.substr(0, name.find('\0'))}] = entry.seq;
        positions_bytes_ += entry_bytes;
    }
    must(positions_->resize(positions_bytes_));
    // What the last run left may be in memory only; before anything is built on it, it is on disk.
    must(positions_->sync_data());
}

void history::read_outbox() {
    std::vector<std::uint64_t> orders;
    must(disk_.list(outbox_folder, [&](std::string_view name, const common::seam::file_info&) {
        std::uint64_t order = 0;
        std::from_chars(name.data(), name.data() + name.size(), order);
        orders.push_back(order);
        return true;
    }));
    std::ranges::sort(orders);
    for (const auto order : orders) {
        next_order_ = order + 1;
        auto file = disk_.open_write(path_of(order));
        if (!file) must(file.error());
        const auto info = (*file)->info();
        if (!info) must(info.error());
        std::vector<std::byte> bytes(info->size);
        const auto got = (*file)->read_at(bytes, 0);
        if (!got) must(got.error());
        outbox_entry entry;
        // A message that was not safe yet was not promised to anybody; one that is whole is made safe now.
        const bool whole = wire::decode(wire::bytes_view{bytes}, entry) == protocol::error_code::none;
        if (!whole || entry.check != check_of(entry)) continue;
        must((*file)->sync_all());
        outbox_.push_back({entry.id, std::string{entry.room}, std::string{entry.text}, order});
    }
    must(disk_.sync_folder(outbox_folder));
}

std::error_code history::add(const std::string& room, std::uint64_t seq) {
    position_entry entry;
    const auto name = wire::as_bytes(room);
    std::ranges::copy(name.first(std::min(name.size(), entry.room.size())), entry.room.begin());
    entry.seq = seq;
    entry.check = check_of(entry);
    std::array<std::byte, entry_bytes> bytes{};
    wire::writer out{bytes};
    wire::encode(out, entry);
    if (const auto error = positions_->write_at(bytes, positions_bytes_)) return error;
    positions_bytes_ += entry_bytes;
    last_seq_[room] = seq;
    return {};
}

std::error_code history::sync() {
    return positions_->sync_data();
}

std::uint64_t history::last_seq(const std::string& room) const {
    const auto found = last_seq_.find(room);
    return found == last_seq_.end() ? 0 : found->second;
}

std::error_code history::put_out(outgoing message) {
    message.order = next_order_++;
    auto file = disk_.create(path_of(message.order), file_mode);
    if (!file) return file.error();
    outbox_entry entry;
    entry.id = message.id;
    entry.room = message.room;
    entry.text = message.text;
    entry.check = check_of(entry);
    std::vector<std::byte> bytes(wire::encoded_bytes(entry));
    wire::writer out{bytes};
    wire::encode(out, entry);
    if (const auto error = (*file)->write_at(bytes, 0)) return error;
    if (const auto error = (*file)->sync_all()) return error;
    if (const auto error = disk_.sync_folder(outbox_folder)) return error;
    outbox_.push_back(std::move(message));
    return {};
}

std::error_code history::take_in(const protocol::chat::message_id& id) {
    const auto found = std::ranges::find(outbox_, id, &outgoing::id);
    if (found == outbox_.end()) return {};
    const auto order = found->order;
    outbox_.erase(found);
    return disk_.remove(path_of(order));
}

}  // namespace tests::simulation::chat
