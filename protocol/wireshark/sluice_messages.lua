-- Made by tests/protocol/dissector_test.cpp from the message descriptions; do not edit.
local messages = { by_type = {}, structs = {} }
messages.by_type[1] = {
    name = "session.greeting",
    members = { { "nonce", "bytes[32]" }, { "server_key", "bytes[32]" }, },
    extensions = { },
}
messages.by_type[2] = {
    name = "session.hello",
    members = { { "version_min", "u16" }, { "version_max", "u16" }, { "capabilities", "u64" }, { "client_key", "bytes[32]" }, { "nonce", "bytes[32]" }, { "signature", "bytes[64]" }, { "agent", "text" }, },
    extensions = { [32769] = { "enrol", "enrol" }, },
}
messages.by_type[3] = {
    name = "session.welcome",
    members = { { "version", "u16" }, { "capabilities", "u64" }, { "session_epoch", "u64" }, { "server_time_ms", "i64" }, { "server_name", "text" }, { "rights", "text" }, },
    extensions = { [1] = { "server_proof", "bytes[32]" }, [2] = { "server_signature", "bytes[64]" }, },
}
messages.by_type[4] = {
    name = "session.refusal",
    members = { { "code", "u16" }, { "retry_after_ms", "u32" }, { "reason", "text" }, },
    extensions = { },
}
messages.by_type[5] = {
    name = "session.failure",
    members = { { "code", "u16" }, { "retry_after_ms", "u32" }, { "reason", "text" }, },
    extensions = { },
}
messages.by_type[6] = {
    name = "session.ping",
    members = { { "token", "u64" }, },
    extensions = { },
}
messages.by_type[7] = {
    name = "session.pong",
    members = { { "token", "u64" }, },
    extensions = { },
}
messages.by_type[8] = {
    name = "session.go_away",
    members = { { "reconnect_after_ms", "u32" }, },
    extensions = { },
}
messages.by_type[9] = {
    name = "session.bye",
    members = { },
    extensions = { },
}
messages.by_type[256] = {
    name = "chat.join_room",
    members = { { "room", "text" }, { "flags", "u32" }, { "start", "u8" }, { "position", "u64" }, },
    extensions = { },
}
messages.by_type[257] = {
    name = "chat.leave_room",
    members = { { "room", "u32" }, },
    extensions = { },
}
messages.by_type[258] = {
    name = "chat.post",
    members = { { "room", "u32" }, { "kind", "u8" }, { "id", "bytes[16]" }, { "sent_at_ms", "i64" }, { "text", "text" }, },
    extensions = { [1] = { "target_n", "u64" }, [2] = { "action", "u8" }, [3] = { "subject", "bytes[16]" }, },
}
messages.by_type[259] = {
    name = "chat.seen",
    members = { { "room", "u32" }, { "delivered_seq", "u64" }, { "read_seq", "u64" }, },
    extensions = { },
}
messages.by_type[260] = {
    name = "chat.fetch",
    members = { { "room", "u32" }, { "start", "u8" }, { "position", "u64" }, { "count", "u32" }, },
    extensions = { },
}
messages.by_type[261] = {
    name = "chat.list_rooms",
    members = { { "after", "text" }, },
    extensions = { [1] = { "mine", "bool" }, },
}
messages.by_type[262] = {
    name = "chat.list_members",
    members = { { "room", "u32" }, },
    extensions = { [1] = { "after", "bytes[16]" }, },
}
messages.by_type[263] = {
    name = "chat.set_nick",
    members = { { "nick", "text" }, },
    extensions = { },
}
messages.by_type[264] = {
    name = "chat.typing",
    members = { { "room", "u32" }, { "on", "bool" }, },
    extensions = { },
}
messages.by_type[265] = {
    name = "chat.set_away",
    members = { { "away", "bool" }, { "reason", "text" }, },
    extensions = { },
}
messages.by_type[266] = {
    name = "chat.whois",
    members = { { "nick", "text" }, },
    extensions = { [1] = { "author", "bytes[16]" }, },
}
messages.by_type[267] = {
    name = "chat.search",
    members = { { "query", "text" }, { "count", "u32" }, },
    extensions = { [1] = { "room", "text" }, [2] = { "author", "text" }, [3] = { "since_ms", "i64" }, [4] = { "until_ms", "i64" }, [5] = { "before", "u64" }, },
}
messages.by_type[268] = {
    name = "chat.ask_fingerprint",
    members = { { "room", "u32" }, { "seq", "u64" }, },
    extensions = { },
}
messages.by_type[320] = {
    name = "chat.server_info",
    members = { { "you", "bytes[16]" }, { "nick", "text" }, { "text_bytes_max", "u32" }, { "rooms_max", "u32" }, { "durable", "bool" }, { "motd", "text" }, },
    extensions = { },
}
messages.by_type[321] = {
    name = "chat.joined",
    members = { { "room", "u32" }, { "name", "text" }, { "topic", "text" }, { "first_seq", "u64" }, { "last_seq", "u64" }, { "last_n", "u64" }, { "next_seq", "u64" }, { "delivered_seq", "u64" }, { "read_seq", "u64" }, { "read_n", "u64" }, },
    extensions = { [1] = { "flags", "u32" }, [2] = { "member_flags", "u32" }, [3] = { "chain", "bytes[32]" }, [4] = { "slow_seconds", "u32" }, },
}
messages.by_type[322] = {
    name = "chat.left",
    members = { { "room", "u32" }, },
    extensions = { },
}
messages.by_type[323] = {
    name = "chat.record",
    members = { { "room", "u32" }, { "seq", "u64" }, { "n", "u64" }, { "kind", "u8" }, { "id", "bytes[16]" }, { "author", "bytes[16]" }, { "sent_at_ms", "i64" }, { "stored_at_ms", "i64" }, { "nick", "text" }, { "text", "text" }, },
    extensions = { [1] = { "target_n", "u64" }, [2] = { "action", "u8" }, [3] = { "subject", "bytes[16]" }, [4] = { "erased_hash", "bytes[32]" }, },
}
messages.by_type[324] = {
    name = "chat.gap",
    members = { { "room", "u32" }, { "from_seq", "u64" }, { "to_seq", "u64" }, { "from_n", "u64" }, { "to_n", "u64" }, },
    extensions = { [1] = { "chain", "bytes[32]" }, },
}
messages.by_type[325] = {
    name = "chat.caught_up",
    members = { { "room", "u32" }, { "seq", "u64" }, },
    extensions = { },
}
messages.by_type[326] = {
    name = "chat.posted",
    members = { { "room", "u32" }, { "seq", "u64" }, { "n", "u64" }, { "id", "bytes[16]" }, { "durable", "bool" }, { "repeated", "bool" }, },
    extensions = { },
}
messages.by_type[327] = {
    name = "chat.page",
    members = { { "room", "u32" }, { "from_seq", "u64" }, { "to_seq", "u64" }, { "frames", "bytes" }, },
    extensions = { [1] = { "amendments", "bytes" }, },
}
messages.by_type[328] = {
    name = "chat.room_list",
    members = { { "more", "bool" }, { "rooms", "list of rooms" }, },
    extensions = { },
}
messages.by_type[329] = {
    name = "chat.member_list",
    members = { { "room", "u32" }, { "total", "u32" }, { "more", "bool" }, { "entries", "list of entries" }, },
    extensions = { },
}
messages.by_type[330] = {
    name = "chat.nick_set",
    members = { { "nick", "text" }, },
    extensions = { },
}
messages.by_type[331] = {
    name = "chat.presence",
    members = { { "room", "u32" }, { "total", "u32" }, { "reset", "bool" }, { "changed", "list of changed" }, { "typing", "list of bytes[16]" }, },
    extensions = { },
}
messages.by_type[332] = {
    name = "chat.away_set",
    members = { { "away", "bool" }, },
    extensions = { },
}
messages.by_type[333] = {
    name = "chat.person",
    members = { { "author", "bytes[16]" }, { "nick", "text" }, { "connections", "u32" }, { "flags", "u32" }, { "first_seen_ms", "i64" }, { "last_seen_ms", "i64" }, { "away", "text" }, { "rooms", "list of text" }, },
    extensions = { },
}
messages.by_type[334] = {
    name = "chat.cursor_moved",
    members = { { "room", "u32" }, { "delivered_seq", "u64" }, { "read_seq", "u64" }, { "read_n", "u64" }, },
    extensions = { },
}
messages.by_type[335] = {
    name = "chat.room_notice",
    members = { { "room", "room" }, { "by", "bytes[16]" }, { "nick", "text" }, },
    extensions = { },
}
messages.by_type[336] = {
    name = "chat.removed",
    members = { { "room", "u32" }, { "action", "u8" }, { "reason", "text" }, },
    extensions = { },
}
messages.by_type[337] = {
    name = "chat.slowed",
    members = { { "wait_ms", "u32" }, },
    extensions = { },
}
messages.by_type[338] = {
    name = "chat.found",
    members = { { "next", "u64" }, { "entries", "list of entries" }, },
    extensions = { },
}
messages.by_type[339] = {
    name = "chat.fingerprint",
    members = { { "room", "u32" }, { "seq", "u64" }, { "n", "u64" }, { "chain", "bytes[32]" }, },
    extensions = { },
}
messages.by_type[512] = {
    name = "upload.open",
    members = { { "id", "bytes[16]" }, { "direction", "u8" }, { "on_conflict", "u8" }, { "path", "text" }, },
    extensions = { [1] = { "unpacks", "bool" }, [10] = { "fresh", "bool" }, [11] = { "dry_run", "bool" }, [12] = { "checksum", "bool" }, [13] = { "links", "bool" }, },
}
messages.by_type[513] = {
    name = "upload.opened",
    members = { { "fresh", "bool" }, { "file_bytes_max", "u64" }, },
    extensions = { [1] = { "lanes_max", "u16" }, [2] = { "unpacks", "bool" }, },
}
messages.by_type[514] = {
    name = "upload.offer",
    members = { { "file_no", "u32" }, { "kind", "u8" }, { "size", "u64" }, { "mtime_ns", "i64" }, { "mode", "u32" }, { "identity", "u64" }, { "chunk_bytes", "u32" }, { "digest", "bytes[16]" }, { "path", "text" }, { "content", "bytes" }, },
    extensions = { [10] = { "allocated_bytes", "u64" }, [11] = { "sample", "bytes[16]" }, },
}
messages.by_type[515] = {
    name = "upload.wanted",
    members = { { "file_no", "u32" }, { "chunk_bytes", "u32" }, { "same_source", "bool" }, { "more", "bool" }, { "present", "list of present" }, },
    extensions = { },
}
messages.by_type[516] = {
    name = "upload.chunk",
    members = { { "file_no", "u32" }, { "index", "u32" }, { "digest", "bytes[16]" }, { "data", "bytes" }, },
    extensions = { },
}
messages.by_type[517] = {
    name = "upload.progress",
    members = { { "file_no", "u32" }, { "received_bytes", "u64" }, { "durable_bytes", "u64" }, },
    extensions = { },
}
messages.by_type[518] = {
    name = "upload.finish",
    members = { { "file_no", "u32" }, { "size", "u64" }, { "digest", "bytes[16]" }, },
    extensions = { [1] = { "chunks", "u32" }, },
}
messages.by_type[519] = {
    name = "upload.withdraw",
    members = { { "file_no", "u32" }, { "code", "u16" }, },
    extensions = { },
}
messages.by_type[520] = {
    name = "upload.stored",
    members = { { "outcomes", "list of outcomes" }, },
    extensions = { },
}
messages.by_type[521] = {
    name = "upload.end",
    members = { { "offers", "u32" }, },
    extensions = { [10] = { "left_out", "u64" }, },
}
messages.by_type[522] = {
    name = "upload.done",
    members = { { "stored", "u32" }, { "skipped", "u32" }, { "failed", "u32" }, { "bytes", "u64" }, },
    extensions = { },
}
messages.by_type[528] = {
    name = "upload.list",
    members = { { "path", "text" }, },
    extensions = { },
}
messages.by_type[529] = {
    name = "upload.listing",
    members = { { "more", "bool" }, { "entries", "list of entries" }, },
    extensions = { },
}
messages.by_type[560] = {
    name = "upload.ask",
    members = { { "first_file_no", "u32" }, { "entries", "list of entries" }, },
    extensions = { },
}
messages.by_type[561] = {
    name = "upload.checked",
    members = { { "first_file_no", "u32" }, { "verdicts", "list of verdicts" }, },
    extensions = { },
}
messages.by_type[562] = {
    name = "upload.zeros",
    members = { { "file_no", "u32" }, { "first", "u32" }, { "count", "u32" }, },
    extensions = { },
}
messages.by_type[576] = {
    name = "upload.remove",
    members = { { "recursive", "bool" }, { "path", "text" }, },
    extensions = { },
}
messages.by_type[577] = {
    name = "upload.removed",
    members = { { "files", "u64" }, { "folders", "u64" }, { "bytes", "u64" }, },
    extensions = { },
}
messages.by_type[578] = {
    name = "upload.rename",
    members = { { "replace", "bool" }, { "from", "text" }, { "to", "text" }, },
    extensions = { },
}
messages.by_type[579] = {
    name = "upload.renamed",
    members = { { "path", "text" }, },
    extensions = { },
}
messages.by_type[580] = {
    name = "upload.list_unfinished",
    members = { },
    extensions = { },
}
messages.by_type[581] = {
    name = "upload.unfinished",
    members = { { "more", "bool" }, { "uploads", "list of uploads" }, },
    extensions = { },
}
messages.by_type[582] = {
    name = "upload.discard",
    members = { { "id", "bytes[16]" }, },
    extensions = { },
}
messages.by_type[583] = {
    name = "upload.discarded",
    members = { { "durable_bytes", "u64" }, },
    extensions = { },
}
messages.by_type[544] = {
    name = "upload.waits",
    members = { { "elapsed_us", "u64" }, { "disk_us", "u64" }, { "cpu_us", "u64" }, { "network_us", "u64" }, { "limit_us", "u64" }, { "peer_us", "u64" }, },
    extensions = { },
}
messages.by_type[545] = {
    name = "upload.attach",
    members = { { "id", "bytes[16]" }, { "lane", "u16" }, },
    extensions = { },
}
messages.by_type[546] = {
    name = "upload.attached",
    members = { { "lane", "u16" }, },
    extensions = { },
}
messages.by_type[547] = {
    name = "upload.taken",
    members = { { "frames", "u64" }, },
    extensions = { },
}
messages.by_type[548] = {
    name = "upload.lost",
    members = { { "lane", "u16" }, },
    extensions = { },
}
messages.by_type[549] = {
    name = "upload.packed",
    members = { { "plain_bytes", "u32" }, { "data", "bytes" }, },
    extensions = { },
}
messages.by_type[584] = {
    name = "upload.examine",
    members = { { "kind", "u8" }, { "files", "list of files" }, },
    extensions = { },
}
messages.by_type[585] = {
    name = "upload.examined",
    members = { { "findings", "list of findings" }, },
    extensions = { },
}
messages.by_type[586] = {
    name = "upload.want_receipts",
    members = { },
    extensions = { },
}
messages.by_type[587] = {
    name = "upload.receipt",
    members = { { "server_key", "bytes[32]" }, { "signature", "bytes[64]" }, { "time_ms", "i64" }, { "files", "list of files" }, },
    extensions = { },
}
messages.structs["changed"] = { { "author", "bytes[16]" }, { "nick", "text" }, { "connections", "u32" }, { "delivered_seq", "u64" }, { "read_seq", "u64" }, { "flags", "u32" }, { "away", "text" }, }
messages.structs["enrol"] = { { "token", "bytes[8]" }, { "proof", "bytes[32]" }, { "name", "text" }, }
messages.structs["entries"] = { { "kind", "u8" }, { "size", "u64" }, { "mtime_ns", "i64" }, { "mode", "u32" }, { "digest", "bytes" }, { "path", "text" }, }
messages.structs["files"] = { { "file_no", "u32" }, }
messages.structs["findings"] = { { "kind", "u8" }, { "code", "u16" }, { "size", "u64" }, { "digest", "bytes" }, }
messages.structs["outcomes"] = { { "file_no", "u32" }, { "status", "u8" }, { "code", "u16" }, { "path", "text" }, }
messages.structs["present"] = { { "first", "u32" }, { "digests", "bytes" }, }
messages.structs["room"] = { { "room", "u32" }, { "name", "text" }, { "topic", "text" }, { "member_count", "u32" }, { "last_seq", "u64" }, { "last_n", "u64" }, { "last_at_ms", "i64" }, { "flags", "u32" }, { "read_n", "u64" }, }
messages.structs["rooms"] = { { "room", "u32" }, { "name", "text" }, { "topic", "text" }, { "member_count", "u32" }, { "last_seq", "u64" }, { "last_n", "u64" }, { "last_at_ms", "i64" }, { "flags", "u32" }, { "read_n", "u64" }, }
messages.structs["uploads"] = { { "id", "bytes[16]" }, { "size", "u64" }, { "durable_bytes", "u64" }, { "touched_ns", "i64" }, { "path", "text" }, }
messages.structs["verdicts"] = { { "verdict", "u8" }, { "code", "u16" }, }
return messages
