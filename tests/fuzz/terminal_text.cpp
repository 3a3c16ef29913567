// Whatever a peer writes, nothing that acts reaches the terminal, and cleaning twice changes nothing.
#include "common/app/terminal_text.hpp"

#include "protocol/wire/utf8.hpp"
#include "tests/fuzz/target.hpp"

namespace app = common::app;
using tests::fuzz::must;

namespace {

void check(std::string_view text, app::text_kind kind) {
    const std::string clean = app::sanitize(text, kind);
    must(protocol::wire::is_valid_utf8(clean), "clean text is not UTF-8");
    for (std::size_t i = 0; i < clean.size(); ++i) {
        const auto byte = static_cast<unsigned char>(clean[i]);
        const bool kept_newline = byte == '\n' && kind == app::text_kind::text;
        must((byte >= 0x20 || kept_newline) && byte != 0x7f, "clean text has a control character");
        if (byte != 0xc2 || i + 1 == clean.size()) continue;
        must(static_cast<unsigned char>(clean[i + 1]) >= 0xa0, "clean text has a C1 control");
    }
    must(app::sanitize(clean, kind) == clean, "cleaning twice changes the text");
    for (const std::size_t columns : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
        const std::string cut = app::truncate_to_width(clean, columns);
        must(protocol::wire::is_valid_utf8(cut), "a cut text is not UTF-8");
        must(app::display_width(cut) <= columns, "a cut text is wider than it may be");
    }
}

}  // namespace

FUZZ_TARGET(input) {
    const auto text = tests::fuzz::as_text(input);
    check(text, app::text_kind::name);
    check(text, app::text_kind::line);
    check(text, app::text_kind::text);
}
