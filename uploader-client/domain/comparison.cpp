#include "uploader-client/domain/comparison.hpp"

#include "protocol/wire/error_code.hpp"

namespace uploader_client::domain {

using protocol::error_code;
using protocol::upload::entry_kind;

std::string_view name_of(difference what) {
    switch (what) {
        case difference::none:
            return "same";
        case difference::missing:
            return "missing";
        case difference::kind:
            return "kind";
        case difference::size:
            return "size";
        case difference::content:
            return "content";
        case difference::unreadable:
            break;
    }
    return "unreadable";
}

difference compare(const compared_state& here, const compared_state& there) {
    if (here.error) return difference::unreadable;
    if (there.error == make_error_code(error_code::no_such_file)) return difference::missing;
    if (there.error) return difference::unreadable;
    if (here.kind != there.kind) return difference::kind;
    if (here.kind != entry_kind::file) return difference::none;
    if (here.size != there.size) return difference::size;
    return here.digest == there.digest ? difference::none : difference::content;
}

}  // namespace uploader_client::domain
