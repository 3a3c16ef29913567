#include "common/trust/pin_policy.hpp"

namespace common::trust {

std::string display(const fingerprint& print) {
    return "SHA256:" + to_text(print);
}

std::string changed_key::message() const {
    return server + ": the server's key has changed: known " + display(known) + ", now " + display(seen) +
           "; somebody may be in between. If the server was really set up anew, remove " + file + ":" +
           std::to_string(line) + " and connect again";
}

pin_choice expected_pin(const std::string& server, const std::optional<fingerprint>& link,
                        const std::optional<known_pin>& known) {
    if (!known) return {link, std::nullopt};
    if (link && *link != known->print)
        return {known->print, changed_key{server, known->print, *link, known->file, known->line}};
    return {known->print, std::nullopt};
}

first_meeting decide_first_meeting(bool accept_new, bool person_present) {
    if (accept_new) return first_meeting::accept_and_store;
    return person_present ? first_meeting::ask_person : first_meeting::refuse;
}

}  // namespace common::trust
