// What a server says about itself on the local network, and how it is written into DNS-SD records. Pure.
//
//   service_type(application::chat)          "_sluice-chat._tcp"
//   instance_name("Zoë's desk")              the label under which the server is shown
//   format_txt({.print = …, .tls = true})    "v=1", "fp=…", "tls=1"; parse_txt() reads it back
//
// Nothing here is secret: a token never goes on the air. Nothing here is proven either: anybody on the
// network can announce any fingerprint, so a client shows it and never takes it for the pin.
#pragma once

#include "common/trust/ed25519.hpp"
#include "common/trust/join_link.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace common::discovery {

// RFC 6763, section 7. The same text goes out and is asked for.
const char* service_type(trust::application app);

// What stands in the TXT record.
struct facts {
    trust::fingerprint print{};  // of the server's key
    bool tls = true;

    bool operator==(const facts&) const = default;
};

std::vector<std::string> format_txt(const facts& what);

// Nothing when the record is not of this version, lacks something, or has more than limits::txt_entries_max
// entries. Keys are compared without case, the first of two equal keys counts, unknown ones are skipped.
std::optional<facts> parse_txt(std::span<const std::string> entries);

struct announcement {
    trust::application app = trust::application::chat;
    std::string name{};  // as instance_name() gives it
    std::uint16_t port = 0;
    facts what{};
};

// Printable UTF-8 of 1 to limits::label_bytes_max bytes, cut between characters.
std::string instance_name(std::string_view server_name);

// What a peer calls itself: one label of printable UTF-8.
bool is_instance_name(std::string_view text);

}  // namespace common::discovery
