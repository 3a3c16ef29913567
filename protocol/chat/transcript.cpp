#include "protocol/chat/transcript.hpp"

#include "protocol/wire/writer.hpp"

#include <cassert>

namespace protocol::chat {

transcript_link link_of(const chain_hash& before, const record& of, const byte_array<32>& text_hash) {
    transcript_link link;
    wire::writer out{link.bytes};
    out.raw(before);
    out.u64(of.seq);
    out.u64(of.n);
    out.u8(static_cast<std::uint8_t>(of.kind));
    out.raw(of.id);
    out.raw(of.author);
    out.i64(of.sent_at_ms);
    out.i64(of.stored_at_ms);
    out.text(of.nick);
    out.raw(text_hash);
    out.u64(of.target_n.value_or(0));
    out.u8(of.action ? static_cast<std::uint8_t>(*of.action) : std::uint8_t{0});
    out.raw(of.subject.value_or(author_id{}));
    assert(out.ok());
    link.size = link.bytes.size() - out.remaining();
    return link;
}

}  // namespace protocol::chat
