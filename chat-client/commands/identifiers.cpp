#include "chat-client/commands/identifiers.hpp"

#include "common/trust/digest.hpp"
#include "common/trust/ed25519.hpp"
#include "common/trust/text_codec.hpp"

#include <algorithm>
#include <span>

namespace chat_client::commands {

namespace trust = common::trust;

domain::message_id new_id(common::seam::random& random, std::int64_t now_ms) {
    domain::message_id id{};
    random.fill(id);
    for (std::size_t i = 0; i < 6; ++i) id[i] = static_cast<std::byte>(now_ms >> (40 - 8 * i));
    return id;
}

domain::message_id id_from(std::string_view words, std::uint64_t index) {
    domain::message_id id{};
    if (index == 0 && trust::from_hex(words, id)) return id;
    const std::string text = "sluice message id\n" + std::to_string(index) + "\n" + std::string{words};
    const trust::digest hash = trust::sha256(trust::bytes_of(text));
    std::copy_n(hash.begin(), id.size(), id.begin());
    return id;
}

std::string to_text(const domain::message_id& id) {
    return trust::to_hex(id);
}

std::string key_of(const domain::author_id& author) {
    return trust::to_base64url(author).substr(0, trust::key_id_chars);
}

}  // namespace chat_client::commands
