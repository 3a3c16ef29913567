#include "common/stream/sealed_file.hpp"

#include "common/stream/seal_names.hpp"
#include "common/stream/stream_error.hpp"
#include "tests/catch.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/memory_file.hpp"

using namespace common::stream;
namespace seam = common::seam;
using tests::support::to_hex;

namespace {

constexpr std::size_t chunk = limits::sealed_chunk_bytes;

seal_secret secret_of(std::string_view text) {
    return seal_secret::from_key(seal_secret::key_of_file(std::as_bytes(std::span{text})));
}

std::vector<std::byte> content_of(std::size_t size) {
    std::vector<std::byte> content(size);
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<std::byte>(i * 7 + i / 251);
    return content;
}

std::unique_ptr<seam::file> file_with(const std::vector<std::byte>& content) {
    auto file = std::make_unique<tests::support::memory_file>();
    REQUIRE_FALSE(file->write_at(content, 0));
    return file;
}

std::vector<std::byte> all_of(seam::file& file) {
    std::vector<std::byte> content((*file.info()).size);
    REQUIRE(*file.read_at(content, 0) == content.size());
    return content;
}

std::unique_ptr<seam::file> view_of(const std::vector<std::byte>& content, const seal_secret& secret) {
    auto view = view_sealed(file_with(content), secret, secret.preamble_for({}));
    REQUIRE(view);
    return *std::move(view);
}

}  // namespace

TEST_CASE("a sealed view opens to what it was made of, and has the size it says") {
    const auto secret = secret_of("0123456789abcdef0123456789abcdef");
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, chunk - 1, chunk, chunk + 1, 5 * chunk + 3}) {
        INFO(size);
        const auto content = content_of(size);
        const auto view = view_of(content, secret);
        CHECK((*view->info()).size == sealed_size(size));
        CHECK(plain_size(sealed_size(size)) == size);
        const auto sealed = file_with(all_of(*view));
        tests::support::memory_file opened;
        CHECK_FALSE(open_sealed(*sealed, opened, secret));
        CHECK(all_of(opened) == content);
        // The same again, for a resumed upload.
        CHECK(all_of(*view_of(content, secret)) == all_of(*view));
    }
}

TEST_CASE("a sealed view is read from any place in any order") {
    const auto secret = secret_of("0123456789abcdef0123456789abcdef");
    const auto content = content_of(70 * chunk + 5);
    const auto view = view_of(content, secret);
    const auto whole = all_of(*view);
    const std::size_t part_bytes = 3 * chunk / 2;
    for (const std::size_t offset :
         {std::size_t{0}, whole.size() - 9, 40 * chunk, 39 * chunk, std::size_t{50}, chunk + 56, 69 * chunk,
          20 * chunk, whole.size(), whole.size() + 7}) {
        INFO(offset);
        std::vector<std::byte> part(part_bytes);
        const auto got = view->read_at(part, offset);
        REQUIRE(got);
        const std::size_t expected = offset >= whole.size() ? 0 : std::min(part_bytes, whole.size() - offset);
        REQUIRE(*got == expected);
        CHECK(std::equal(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(expected),
                         whole.begin() + static_cast<std::ptrdiff_t>(std::min(offset, whole.size()))));
    }
}

TEST_CASE("other content never meets the same key stream") {
    const auto secret = secret_of("0123456789abcdef0123456789abcdef");
    auto content = content_of(2 * chunk);
    const auto one = all_of(*view_of(content, secret));
    content[2 * chunk - 1] ^= std::byte{1};
    const auto two = all_of(*view_of(content, secret));
    const auto header = [](const auto& sealed) {
        return std::vector(sealed.begin() + 32, sealed.begin() + 56);
    };
    CHECK(header(one) != header(two));
    std::size_t equal = 0;
    for (std::size_t i = seal_preamble_bytes; i < one.size(); ++i) equal += one[i] == two[i] ? 1 : 0;
    CHECK(equal < one.size() / 64);
}

TEST_CASE("what was cut, changed or sealed otherwise does not open") {
    const auto secret = secret_of("0123456789abcdef0123456789abcdef");
    const auto sealed = all_of(*view_of(content_of(2 * chunk + 100), secret));
    tests::support::memory_file to;
    for (const std::size_t size : {std::size_t{0}, std::size_t{10}, std::size_t{56}, std::size_t{70},
                                   seal_preamble_bytes + sealed_chunk_wire_bytes, sealed.size() - 1}) {
        INFO("cut to " << size);
        const std::vector cut(sealed.begin(), sealed.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK(open_sealed(*file_with(cut), to, secret));
    }
    for (const std::size_t at : {std::size_t{0}, std::size_t{7}, std::size_t{40}, std::size_t{60},
                                 sealed_chunk_wire_bytes + 60, sealed.size() - 1}) {
        INFO("changed at " << at);
        auto changed = sealed;
        changed[at] ^= std::byte{1};
        CHECK(open_sealed(*file_with(changed), to, secret));
    }
    auto longer = sealed;
    longer.push_back(std::byte{0});
    CHECK(open_sealed(*file_with(longer), to, secret) == make_error_code(stream_error::altered));
    CHECK(open_sealed(*file_with(sealed), to, secret_of("another key of 32 bytes, as they go")) ==
          make_error_code(stream_error::altered));
    CHECK(open_sealed(*file_with(sealed), to, seal_secret::from_passphrase("words")) ==
          make_error_code(stream_error::wrong_key_kind));
}

TEST_CASE("a file sealed for itself opens with its passphrase, and twice it is not the same") {
    const auto secret = seal_secret::from_passphrase("correct horse");
    const auto content = content_of(chunk + 7);
    tests::support::memory_file one;
    tests::support::memory_file two;
    REQUIRE_FALSE(seal_file(*file_with(content), one, secret, {}));
    REQUIRE_FALSE(seal_file(*file_with(content), two, secret, {}));
    CHECK(all_of(one) != all_of(two));
    tests::support::memory_file opened;
    CHECK_FALSE(open_sealed(one, opened, secret));
    CHECK(all_of(opened) == content);
}

TEST_CASE("a name comes out the same each time, and opens with its key only") {
    const auto secret = secret_of("0123456789abcdef0123456789abcdef");
    const name_seal names(*secret.key_for(secret.preamble_for({})));
    for (const std::string& name :
         {std::string{"a"}, std::string{"holiday.mov"}, std::string{"ümlaut-✓ "}, std::string(175, 'x')}) {
        INFO(name);
        const auto sealed = names.seal(name);
        REQUIRE(sealed);
        CHECK(sealed == names.seal(name));
        CHECK(sealed->size() <= 255);
        CHECK(names.open(*sealed) == name);
        auto changed = *sealed;
        changed[5] = changed[5] == 'A' ? 'B' : 'A';
        CHECK_FALSE(names.open(changed));
    }
    CHECK_FALSE(names.seal(""));
    CHECK_FALSE(names.seal(std::string(176, 'x')));
    for (const auto* const other : {"", "a", "holiday.mov", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
        CHECK_FALSE(names.open(other));
    }
    const auto stranger = secret_of("another key of 32 bytes, as they go");
    const name_seal others(*stranger.key_for(stranger.preamble_for({})));
    CHECK_FALSE(others.open(*names.seal("a")));
}

TEST_CASE("sealed forms are those of the document") {
    const auto secret = secret_of("0123456789abcdef0123456789abcdef");
    const name_seal names(*secret.key_for(secret.preamble_for({})));
    CHECK(*names.seal("a.txt") == "VDY89vNKVQr3C3RuK2xKkBNzPP2b");
    const std::string_view text = "hello\n";
    const auto bytes = std::as_bytes(std::span{text});
    CHECK(to_hex(all_of(*view_of({bytes.begin(), bytes.end()}, secret))) ==
          "534c5345414c010000000000000000000000000000000000000000000000000049068769f5fa6b44"
          "592a988cf428e26e602337e87d56ebd042a04a6d3124958b625a6e8dfc2af949aa9f03d7a12072");
}
