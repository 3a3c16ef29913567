// A link that parses is written as a link that parses to the same, and an error never repeats a secret.
#include "common/trust/join_link.hpp"

#include "tests/fuzz/target.hpp"

#include <variant>

namespace trust = common::trust;
using tests::fuzz::must;

namespace {

void check(std::string_view text, trust::application app) {
    const auto parsed = trust::parse_address(text, app);
    if (const auto* error = std::get_if<trust::address_error>(&parsed)) {
        must(!error->message.empty(), "an error without a message");
        must(error->message.find('\n') == std::string::npos, "an error of more than one line");
        return;
    }
    const auto& address = std::get<trust::server_address>(parsed);
    must(!address.host.empty() && address.port != 0, "an address that leads nowhere");
    const auto link = trust::format_join_link(address);
    const auto again = trust::parse_address(link.view(), app);
    const auto* same = std::get_if<trust::server_address>(&again);
    must(same != nullptr, "a written link does not parse");
    must(same->app == address.app && same->host == address.host && same->port == address.port &&
             same->path == address.path && same->pin == address.pin &&
             same->enrolment.has_value() == address.enrolment.has_value(),
         "a link changes when it is written again");
}

}  // namespace

FUZZ_TARGET(input) {
    const auto text = tests::fuzz::as_text(input);
    check(text, trust::application::chat);
    check(text, trust::application::upload);
}
