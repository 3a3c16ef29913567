#include "chat-server/storage/database.hpp"
#include "chat-server/storage/limits.hpp"
#include "chat-server/storage/statements.hpp"
#include "protocol/frame/encoder.hpp"

#include <algorithm>
#include <cassert>

namespace chat_server::storage {

using protocol::chat::record_kind;

namespace {

// What later records leave of one message; SPEC.md, "Records that change others".
struct folded {
    std::uint64_t deletion = 0;
    std::uint64_t edit = 0;
    struct reaction {
        person_number person;
        std::string text;
        std::uint64_t seq;
    };
    std::vector<reaction> reactions{};

    void add(std::uint64_t seq, record_kind kind, person_number person, std::string_view text) {
        if (kind == record_kind::deletion) deletion = seq;
        if (kind == record_kind::edit) edit = seq;
        if (kind != record_kind::reaction) return;
        // An empty one takes all of its author's back; it goes along, for those which the page itself holds.
        std::erase_if(reactions, [&](const reaction& r) {
            return r.person == person && (text.empty() || r.text == text);
        });
        reactions.push_back({person, std::string{text}, seq});
    }
    void collect(std::vector<std::uint64_t>& seqs) const {
        if (deletion != 0) return seqs.push_back(deletion);
        if (edit != 0) seqs.push_back(edit);
        for (const reaction& each : reactions) seqs.push_back(each.seq);
    }
};

}  // namespace

std::optional<protocol::chat::record> database::record_at(room_number room, std::uint64_t seq) {
    auto& row = sql_->read_again;
    row.start(room, seq);
    if (!row.step()) return std::nullopt;
    protocol::chat::record record = record_of(row);
    record.author = known_person(static_cast<person_number>(row.integer(person_column))).author;
    return record;
}

void database::fold(const room_info& room, read_answer& answer) {
    if (answer.block == nullptr || answer.to_seq >= room.last_seq) return;
    const std::uint64_t first_n = n_at(room, answer.block->first_seq - 1) + 1;
    const std::uint64_t last_n = answer.block->last_n;
    std::vector<std::uint64_t> seqs;
    folded of_one;
    std::uint64_t target_n = 0;
    std::size_t looked = 0;
    auto& row = sql_->amending;
    for (row.start(room.number, first_n, last_n, answer.to_seq); row.step();) {
        if (++looked > limits::amendments_looked_at_max) break;
        if (row.integer(1) != target_n) {
            of_one.collect(seqs);
            of_one = {};
            target_n = row.integer(1);
        }
        of_one.add(row.integer(0), static_cast<record_kind>(row.integer(2)),
                   static_cast<person_number>(row.integer(3)), row.text(4));
    }
    row.reset();
    of_one.collect(seqs);
    std::ranges::sort(seqs);
    for (const std::uint64_t seq : seqs) {
        const auto record = record_at(room.number, seq);
        assert(record && "the index names kept records only");
        if (answer.amendments.size() + protocol::frame::frame_bytes(*record) > limits::amendments_bytes_max)
            break;
        protocol::frame::append(answer.amendments, *record);
    }
    sql_->read_again.reset();
}

}  // namespace chat_server::storage
