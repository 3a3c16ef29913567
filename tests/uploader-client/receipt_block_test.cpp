#include "uploader-client/domain/receipt_block.hpp"

#include "tests/catch.hpp"

using namespace uploader_client::domain;

namespace {

std::vector<receipt_block> read(receipt_reader& reader, std::string_view text) {
    std::vector<receipt_block> blocks;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (auto block = reader.take(text.substr(0, end))) blocks.push_back(*block);
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return blocks;
}

}  // namespace

TEST_CASE("blocks of a receipt are written and read back", "[uploader-client]") {
    const receipt_block one{.text = "sluice receipt 1\nfile a\n", .key = "KEY", .signature = "MARK"};
    const receipt_block two{.text = "sluice receipt 1\nfile b\n", .key = "KEY", .signature = "OTHER"};
    receipt_reader reader;
    const auto blocks = read(reader, format_block(one) + format_block(two));
    REQUIRE(blocks.size() == 2);
    CHECK(blocks[0].text == one.text);
    CHECK(blocks[0].key == "KEY");
    CHECK(blocks[1].signature == "OTHER");
    CHECK(reader.complete());
}

TEST_CASE("a receipt that is cut or has something in it is not complete", "[uploader-client]") {
    const std::string whole =
        format_block({.text = "sluice receipt 1\nfile a\n", .key = "KEY", .signature = "MARK"});
    for (std::size_t size = 1; size + 20 < whole.size(); ++size) {
        receipt_reader reader;
        CHECK(read(reader, whole.substr(0, size)).empty());
        CHECK_FALSE(reader.complete());
    }
    receipt_reader reader;
    CHECK(read(reader, "sluice receipt 1\nkey K\nfile behind the key\nsignature S\n").empty());
    CHECK(reader.broken());
    receipt_reader endless;
    const std::string line(1000, 'x');
    for (int i = 0; i < 3000; ++i) CHECK_FALSE(endless.take(line));
    CHECK(endless.broken());
}
