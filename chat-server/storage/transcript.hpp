// The running hash of a room's transcript, as SPEC.md defines it.
//
//   chain = next_chain(chain, record);      // record.erased_hash, or else the text, is hashed
//
// Each chain_interval-th record's hash is stored; those between are computed from there.
#pragma once

#include "chat-server/storage/sqlite.hpp"
#include "protocol/chat/transcript.hpp"

#include <cstdint>

namespace chat_server::storage {

inline constexpr std::uint64_t chain_interval = 64;

protocol::chat::chain_hash next_chain(const protocol::chat::chain_hash& before,
                                      const protocol::chat::record& record);

// Fills the table of hashes from all records, inside the caller's transaction.
void make_chains(connection& db);

}  // namespace chat_server::storage
