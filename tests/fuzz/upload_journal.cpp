// The journal of an upload: whatever is in the file, replay ends; and after damage it believes exactly the
// records in front of the damage.
//
// Input: an even first byte: the rest is a journal. An odd one: operations that write one, and one change to
// it.
#include "common/transfer/journal.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/target.hpp"

#include <map>
#include <vector>

namespace journal = common::transfer::journal;
using tests::fuzz::cursor;
using tests::fuzz::must;

namespace {

constexpr std::uint32_t digest_bytes = common::transfer::limits::digest_bytes;
constexpr std::size_t operations_max = 64;
constexpr std::uint32_t chunks_in_use = 64;

using digest_list = std::map<std::uint32_t, std::vector<std::byte>>;

digest_list durable(const journal::state& state) {
    digest_list all;
    state.chunks.for_each_durable_run(1, [&](std::uint32_t first, common::seam::const_bytes digests) {
        all[first] = {digests.begin(), digests.end()};
    });
    return all;
}

journal::state must_replay(tests::fuzz::memory_file& file) {
    auto state = journal::replay(file);
    must(static_cast<bool>(state), "a readable journal does not replay");
    must(state->good_bytes <= file.bytes.size(), "more is good than there is");
    return *std::move(state);
}

// One write to the journal; the model follows.
void operate(cursor& from, journal::writer& out, digest_list& model) {
    const std::uint32_t first = from.u8() % chunks_in_use;
    const std::uint32_t count = std::min(1U + from.u8() % 8U, chunks_in_use - first);
    if (from.u8() % 4 == 0) {
        out.forget(first, count);
        for (std::uint32_t i = first; i < first + count; ++i) model.erase(i);
        return;
    }
    std::vector<std::byte> digests(count * digest_bytes, static_cast<std::byte>(from.u8()));
    out.chunks(first, digests);
    for (std::uint32_t i = first; i < first + count; ++i) {
        model[i] = std::vector<std::byte>(digest_bytes, digests.front());
    }
}

void write_damage_and_replay(cursor from) {
    tests::fuzz::memory_file file;
    journal::writer out;
    const auto chunk_bytes = common::transfer::limits::chunk_bytes_default;
    out.identity({.generation = 1,
                  .size = std::uint64_t{chunks_in_use} * chunk_bytes,
                  .chunk_bytes = chunk_bytes,
                  .owner = "owner",
                  .path = "path"});
    must(!out.flush(file), "a flush fails");
    digest_list model;
    std::vector<std::pair<std::uint64_t, digest_list>> history{{out.bytes(), model}};
    for (auto left = from.u8() % operations_max; left > 0; --left) {
        operate(from, out, model);
        must(!out.flush(file), "a flush fails");
        history.emplace_back(out.bytes(), model);
    }
    must(durable(must_replay(file)) == model, "a journal does not replay to what was written");

    const std::size_t at = from.u16() % file.bytes.size();
    if (from.u8() % 2 == 0) {
        file.bytes.resize(at);
    } else {
        file.bytes[at] ^= static_cast<std::byte>(1 + from.u8() % 255);
    }
    const auto left = must_replay(file);
    // The last state that was complete in front of the damage, or the one before the first record.
    std::uint64_t end = 0;
    digest_list expected;
    for (const auto& [bytes, then] : history) {
        if (bytes > at) break;
        end = bytes;
        expected = then;
    }
    must(left.good_bytes == end, "a journal believes damaged records, or doubts good ones");
    must(durable(left) == expected,
         "a damaged journal replays to another state than the one in front of the damage");
}

}  // namespace

FUZZ_TARGET(input) {
    cursor from{input};
    if (from.u8() % 2 != 0) return write_damage_and_replay(from);
    tests::fuzz::memory_file file;
    file.bytes.assign(from.rest().begin(), from.rest().end());
    const auto state = must_replay(file);
    // What was good goes on being good when more is written behind it.
    journal::writer out{state.good_bytes, state.chain};
    if (!state.valid) return;
    out.forget(0, 1);
    must(!out.flush(file), "a flush fails");
    file.bytes.resize(out.bytes());
    must(must_replay(file).good_bytes == out.bytes(), "a record behind good ones is not believed");
}
