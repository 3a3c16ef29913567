#include "common/transfer/journal.hpp"

#include "protocol/wire/codec.hpp"

#include <algorithm>
#include <utility>

namespace common::transfer::journal {
namespace {

using protocol::error_code;
using protocol::wire::bytes_view;

constexpr std::size_t header_bytes = 16;
constexpr std::size_t checksum_offset = 8;
constexpr std::size_t read_bytes = 2 * limits::journal_record_bytes_max;

struct chunks_record {
    static constexpr std::uint16_t type = 2;
    std::uint32_t first = 0;
    bytes_view digests;

    static constexpr auto members() {
        using protocol::wire::member;
        return std::tuple{member("first", &chunks_record::first),
                          member("digests", &chunks_record::digests,
                                 limits::journal_run_chunks_max * limits::digest_bytes)};
    }
};

struct forget_record {
    static constexpr std::uint16_t type = 3;
    std::uint32_t first = 0;
    std::uint32_t count = 0;

    static constexpr auto members() {
        using protocol::wire::member;
        return std::tuple{member("first", &forget_record::first), member("count", &forget_record::count)};
    }
};

// Over length, type and payload, seeded with the record before.
std::uint64_t chained(std::uint64_t before, seam::const_bytes head, seam::const_bytes payload) {
    return checksum_of(payload, checksum_of(head.first(checksum_offset), before) | 1);
}

bool apply_identity(bytes_view payload, state& to) {
    identity next;
    if (protocol::wire::decode(payload, next) != error_code::none) return false;
    if (next.chunk_bytes < limits::chunk_bytes_min || next.chunk_bytes > limits::chunk_bytes_max)
        return false;
    if (to.valid && next.size != to.identity.size) {
        to.chunks.erase_from(common_chunks(next.size, to.identity.size, next.chunk_bytes));
    }
    to.owner = next.owner;
    to.path = next.path;
    to.identity = next;
    to.identity.owner = {};
    to.identity.path = {};
    to.valid = true;
    return true;
}

bool apply_chunks(bytes_view payload, state& to) {
    chunks_record record;
    if (!to.valid || protocol::wire::decode(payload, record) != error_code::none) return false;
    const std::size_t count = record.digests.size() / limits::digest_bytes;
    if (record.digests.size() % limits::digest_bytes != 0 || record.first > limits::chunks_max ||
        count > limits::chunks_max - record.first) {
        return false;
    }
    for (std::size_t i = 0; i < count; ++i) {
        digest of;
        std::ranges::copy(record.digests.subspan(i * limits::digest_bytes, limits::digest_bytes), of.begin());
        const auto index = record.first + static_cast<std::uint32_t>(i);
        to.chunks.put(index, of);
        to.chunks.set_durable(index);
    }
    return true;
}

bool apply_forget(bytes_view payload, state& to) {
    forget_record record;
    if (!to.valid || protocol::wire::decode(payload, record) != error_code::none) return false;
    if (record.first > limits::chunks_max || record.count > limits::chunks_max - record.first) return false;
    for (std::uint32_t i = 0; i < record.count; ++i) to.chunks.erase(record.first + i);
    return true;
}

bool apply(std::uint16_t type, bytes_view payload, state& to) {
    switch (type) {
        case identity::type:
            return apply_identity(payload, to);
        case chunks_record::type:
            return apply_chunks(payload, to);
        case forget_record::type:
            return apply_forget(payload, to);
        default:
            return false;
    }
}

enum class step { applied, more, bad };

// Applies the record at the front of `unread`; `size` is what it takes.
step next_record(seam::const_bytes unread, state& to, std::size_t& size) {
    size = header_bytes;
    if (unread.size() < header_bytes) return step::more;
    protocol::wire::reader head{bytes_view{unread.first(header_bytes)}};
    const std::uint32_t length = head.u32();
    const std::uint16_t type = head.u16();
    const std::uint16_t zero = head.u16();
    const std::uint64_t checksum = head.u64();
    if (zero != 0 || length > limits::journal_record_bytes_max) return step::bad;
    size = header_bytes + length;
    if (unread.size() < size) return step::more;
    const auto payload = unread.subspan(header_bytes, length);
    if (checksum != chained(to.chain, unread, payload)) return step::bad;
    if (!apply(type, bytes_view{payload}, to)) return step::bad;
    to.chain = checksum;
    return step::applied;
}

}  // namespace

std::uint32_t common_chunks(std::uint64_t size_a, std::uint64_t size_b, std::uint32_t chunk_bytes) {
    const std::uint64_t chunks = std::min(size_a, size_b) / chunk_bytes;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(chunks, limits::chunks_max));
}

seam::result<state> replay(seam::file& from) {
    state found;
    std::vector<std::byte> buffer(read_bytes);
    std::size_t begin = 0;
    std::size_t end = 0;
    bool at_end = false;
    while (found.good_bytes < limits::journal_bytes_max) {
        std::size_t size = 0;
        const auto unread = seam::const_bytes{buffer}.subspan(begin, end - begin);
        const auto outcome = next_record(unread, found, size);
        if (outcome == step::bad || (outcome == step::more && at_end)) break;
        if (outcome == step::applied) {
            begin += size;
            found.good_bytes += size;
            continue;
        }
        std::copy(unread.begin(), unread.end(), buffer.begin());
        end -= std::exchange(begin, 0);
        const auto got = from.read_at(seam::mutable_bytes{buffer}.subspan(end), found.good_bytes + end);
        if (!got) return got.error();
        at_end = *got < buffer.size() - end;
        end += *got;
    }
    return found;
}

template <class Record>
void writer::add(const Record& record) {
    const std::size_t begin = pending_.size();
    const std::size_t length = protocol::wire::encoded_bytes(record);
    pending_.resize(begin + header_bytes + length);
    const auto whole = std::span{pending_}.subspan(begin);
    protocol::wire::writer head{whole};
    head.u32(static_cast<std::uint32_t>(length));
    head.u16(Record::type);
    head.u16(0);
    protocol::wire::writer payload{whole.subspan(header_bytes)};
    protocol::wire::encode(payload, record);
    chain_ = chained(chain_, whole, whole.subspan(header_bytes));
    head.u64(chain_);
}

void writer::identity(const journal::identity& of) {
    add(of);
}

void writer::chunks(std::uint32_t first, seam::const_bytes digests) {
    constexpr std::size_t part_bytes_max = limits::journal_run_chunks_max * limits::digest_bytes;
    while (!digests.empty()) {
        const auto part = digests.first(std::min(digests.size(), part_bytes_max));
        add(chunks_record{.first = first, .digests = bytes_view{part}});
        first += static_cast<std::uint32_t>(part.size() / limits::digest_bytes);
        digests = digests.subspan(part.size());
    }
}

void writer::forget(std::uint32_t first, std::uint32_t count) {
    add(forget_record{.first = first, .count = count});
}

std::error_code writer::flush(seam::file& to) {
    if (const auto error = to.write_at(pending_, end_)) return error;
    end_ += pending_.size();
    pending_.clear();
    return {};
}

}  // namespace common::transfer::journal
