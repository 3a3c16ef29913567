#include "chat-server/storage/statements.hpp"

#include <algorithm>
#include <cstddef>

namespace chat_server::storage {
namespace {

template <std::size_t Size>
protocol::wire::byte_array<Size> bytes_of(const statement& row, int column) {
    protocol::wire::byte_array<Size> bytes{};
    const auto from = row.blob(column);
    std::copy_n(from.begin(), std::min(from.size(), bytes.size()), bytes.begin());
    return bytes;
}

}  // namespace

protocol::chat::record record_of(const statement& row) {
    protocol::chat::record record;
    record.room = static_cast<std::uint32_t>(row.integer(0));
    record.seq = row.integer(1);
    record.n = row.integer(2);
    record.kind = static_cast<protocol::chat::record_kind>(row.integer(3));
    record.id = bytes_of<16>(row, 5);
    record.sent_at_ms = static_cast<std::int64_t>(row.integer(6));
    record.stored_at_ms = static_cast<std::int64_t>(row.integer(7));
    if (!row.is_null(8)) record.target_n = row.integer(8);
    record.nick = row.text(9);
    record.text = row.text(10);
    if (!row.is_null(11)) record.action = static_cast<protocol::chat::moderation_action>(row.integer(11));
    if (!row.is_null(12)) record.subject = bytes_of<16>(row, 12);
    if (!row.is_null(13)) record.erased_hash = bytes_of<32>(row, 13);
    return record;
}

}  // namespace chat_server::storage
