#include "uploader-client/domain/comparison.hpp"

#include "protocol/wire/error_code.hpp"
#include "tests/catch.hpp"

using namespace uploader_client::domain;
using protocol::error_code;
using protocol::upload::entry_kind;

TEST_CASE("the difference between two files is named by what is known of them", "[uploader-client]") {
    const std::vector<std::byte> one{std::byte{1}};
    const std::vector<std::byte> two{std::byte{2}};
    const compared_state file{.kind = entry_kind::file, .size = 5, .digest = one};
    const compared_state folder{.kind = entry_kind::folder, .digest = {}};
    struct row {
        compared_state here;
        compared_state there;
        difference what;
    };
    const row table[] = {
        {file, file, difference::none},
        {folder, folder, difference::none},
        {file, {.kind = entry_kind::file, .size = 5, .digest = two}, difference::content},
        {file, {.kind = entry_kind::file, .size = 6, .digest = {}}, difference::size},
        {file, folder, difference::kind},
        {file, {.error = make_error_code(error_code::no_such_file), .digest = {}}, difference::missing},
        {file, {.error = make_error_code(error_code::storage_failed), .digest = {}}, difference::unreadable},
        {{.error = make_error_code(std::errc::io_error), .digest = {}}, file, difference::unreadable},
    };
    for (const row& each : table) {
        INFO(name_of(each.what));
        CHECK(compare(each.here, each.there) == each.what);
    }
}
