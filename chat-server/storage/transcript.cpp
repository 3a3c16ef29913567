#include "chat-server/storage/transcript.hpp"

#include "chat-server/storage/statements.hpp"
#include "common/trust/digest.hpp"
#include "protocol/wire/bytes.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace chat_server::storage {

using protocol::chat::chain_hash;

chain_hash next_chain(const chain_hash& before, const protocol::chat::record& record) {
    const auto hash_of = [](std::string_view text) {
        return common::trust::sha256(protocol::wire::as_bytes(text));
    };
    const auto text_hash = record.erased_hash ? *record.erased_hash : hash_of(record.text);
    return common::trust::sha256(protocol::chat::link_of(before, record, text_hash).view());
}

void make_chains(connection& db) {
    statement all{db, (std::string{"SELECT "} + record_columns +
                       ", (SELECT author FROM people WHERE people.person = records.person) "
                       "FROM records ORDER BY room, seq")
                          .c_str()};
    constexpr int author_column = 14;
    statement keep{db, "INSERT INTO chains(room, seq, chain) VALUES (?, ?, ?)"};
    std::optional<std::uint32_t> room;
    chain_hash chain{};
    for (all.start(); all.step();) {
        protocol::chat::record record = record_of(all);
        std::ranges::copy(all.blob(author_column).first(record.author.size()), record.author.begin());
        if (room != record.room) chain = {};
        room = record.room;
        chain = next_chain(chain, record);
        if (record.seq % chain_interval == 0) keep.run(record.room, record.seq, chain);
    }
}

}  // namespace chat_server::storage
