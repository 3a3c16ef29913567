// The spec and the code say the same: every test vector of SPEC.md is decoded, printed and encoded again.
#include "protocol/frame/decoder.hpp"
#include "protocol/frame/encoder.hpp"
#include "protocol/wire/print.hpp"
#include "tests/catch.hpp"
#include "tests/protocol/all_messages.hpp"
#include "tests/support/hex.hpp"

#include <fstream>
#include <map>
#include <sstream>

using namespace protocol;
using tests::protocol::for_each_message;
using tests::support::from_hex;
using tests::support::to_hex;

namespace {

struct vector_block {
    std::string name;
    std::string fields;
    std::string hex;
};

std::string spec_text() {
    std::ifstream file{SLUICE_SOURCE_DIR "/protocol/SPEC.md"};
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// A block is "name: …", "fields: …" and "hex: …", the latter going on until the end of the block.
std::vector<vector_block> vectors_of(const std::string& text) {
    std::vector<vector_block> blocks;
    std::istringstream lines{text};
    std::string line;
    std::string* current = nullptr;
    bool inside = false;
    while (std::getline(lines, line)) {
        if (line == "```vector") {
            blocks.emplace_back();
            inside = true;
        } else if (line == "```") {
            inside = false;
            current = nullptr;
        } else if (inside) {
            const std::map<std::string, std::string*> keys{{"name: ", &blocks.back().name},
                                                           {"fields: ", &blocks.back().fields},
                                                           {"hex: ", &blocks.back().hex}};
            for (const auto& [key, target] : keys) {
                if (line.rfind(key, 0) != 0) continue;
                current = target;
                line.erase(0, key.size());
            }
            REQUIRE(current != nullptr);
            *current += line;
        }
    }
    return blocks;
}

template <wire::message M>
void check_vector(const vector_block& block, M message) {
    const auto bytes = from_hex(block.hex);
    frame::decoder frames{limits::data_payload_bytes_max};
    const auto step = frames.next(wire::bytes_view{bytes});
    REQUIRE(step.state == frame::decoder::state::ready);
    REQUIRE(step.frame_bytes == bytes.size());
    CHECK(step.frame.header.type == M::type);
    CHECK(step.frame.header.flags == frame::flags_of<M>());
    REQUIRE(wire::decode(step.frame.payload, message) == error_code::none);
    CHECK(wire::to_string(message) == block.fields);
    CHECK(to_hex(frame::encode(message, step.frame.header.request)) == to_hex(bytes));
}

}  // namespace

TEST_CASE("every test vector of the spec is what the code encodes and decodes") {
    std::size_t checked = 0;
    for (const vector_block& block : vectors_of(spec_text())) {
        INFO(block.name);
        bool known = false;
        for_each_message([&](std::string_view name, auto message) {
            if (name != block.name) return;
            known = true;
            check_vector(block, message);
        });
        CHECK(known);
        ++checked;
    }
    CHECK(checked > 0);
}

TEST_CASE("the spec describes every message with its name and type, and no two share a type") {
    const std::string text = spec_text();
    std::map<std::uint16_t, std::string_view> seen;
    for_each_message([&]<class M>(std::string_view name, M) {
        INFO(name);
        char type[8];
        std::snprintf(type, sizeof type, "0x%04x", M::type);
        CHECK(text.find("`" + std::string{name} + "` | " + type) != text.npos);
        CHECK(seen.emplace(M::type, name).second);
    });
}

TEST_CASE("the spec lists every error code") {
    const std::string text = spec_text();
    for (int value = 0; value < 64; ++value) {
        const std::string_view name = name_of(static_cast<error_code>(value));
        if (name == "unknown") continue;
        INFO(name);
        CHECK(text.find("| " + std::to_string(value) + " | `" + std::string{name} + "`") != text.npos);
    }
}
