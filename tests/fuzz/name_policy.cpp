// No path that the policy lets through can leave the root, reach the staging folder or act on a terminal.
#include "protocol/upload/name_policy.hpp"

#include "protocol/wire/utf8.hpp"
#include "tests/fuzz/target.hpp"

namespace upload = protocol::upload;
using tests::fuzz::must;
using upload::name_fault;

namespace {

void check_accepted(std::string_view component) {
    must(!component.empty() && component.size() <= 255, "an accepted component's size");
    must(component != "." && component != "..", "an accepted component is a place of its own");
    must(component.find_first_of(std::string_view{"/\\:\0\x7f", 5}) == std::string_view::npos,
         "an accepted component separates");
    must(protocol::wire::is_valid_utf8(component), "an accepted component is not UTF-8");
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    must(std::ranges::none_of(component, control), "an accepted component has a control character");
    must(component.back() != '.' && component.back() != ' ',
         "an accepted component ends in what Windows drops");
}

}  // namespace

FUZZ_TARGET(input) {
    const auto path = tests::fuzz::as_text(input);
    const auto fault = upload::check_path(path);
    must(!upload::text_of(fault).empty() || fault == name_fault::none, "a fault without a text");
    if (!path.empty()) must(upload::check_path_or_root(path) == fault, "two answers for one path");
    if (fault != name_fault::none) return;
    must(path.size() <= 4095, "an accepted path's size");
    std::string_view rest = path;
    for (bool first = true;; first = false) {
        const auto slash = rest.find('/');
        const auto component = rest.substr(0, slash);
        check_accepted(component);
        if (!first)
            must(upload::check_component(component) == name_fault::none, "a component alone is refused");
        if (first) must(component != upload::staging_folder, "a path leads into the staging folder");
        if (slash == std::string_view::npos) return;
        rest = rest.substr(slash + 1);
    }
}
