#include "common/trust/access_table.hpp"

#include "common/trust/limits.hpp"
#include "common/trust/text_codec.hpp"

#include <algorithm>

namespace common::trust {
namespace {

public_key to_key(public_key_view view) {
    public_key key{};
    std::ranges::copy(view, key.begin());
    return key;
}

// Time does not tell whether the id exists: a decoy stands in for the key of an unknown token.
const access_token* prove_token(const access_table& table, const enrolment& claim, const channel& on) {
    static const token_key decoy;
    const auto found = table.tokens.find(claim.id);
    const bool known = found != table.tokens.end();
    const proof expected = client_token_proof(known ? found->second.key : decoy, on, claim.client);
    const bool matches = proofs_match(expected, claim.client_proof);
    return known && matches ? &found->second : nullptr;
}

bool may_enrol(const access_table& table, const access_rules& rules, const access_token& with,
               public_key_view client, unix_time now) {
    if (rules.mode == access_mode::closed || with.uses_left == 0 || with.expires <= now) return false;
    if (table.keys.size() >= limits::enrolled_keys_max) return false;
    const auto revoked = table.revoked.find(key_id(client));
    return revoked == table.revoked.end() || with.created > revoked->second;
}

}  // namespace

unix_time effective_time(const access_table& table, seam::wall_time now) {
    return std::max(table.clock, std::chrono::floor<std::chrono::seconds>(now));
}

std::optional<grant> find_grant(const access_table& table, const access_rules& rules,
                                public_key_view client) {
    const auto found = table.keys.find(to_key(client));
    if (found != table.keys.end())
        return grant{found->second.rights, found->second.folder, found->second.name, true};
    if (rules.mode != access_mode::open || table.revoked.contains(key_id(client))) return std::nullopt;
    return grant{rules.default_rights, {}, {}, false};
}

std::optional<admission> check_token(const access_table& table, const access_rules& rules,
                                     const enrolment& claim, const channel& on, seam::wall_time now) {
    const access_token* proved = prove_token(table, claim, on);
    if (proved == nullptr) return std::nullopt;
    grant rights{proved->rights, proved->folder, trim_name(claim.name), true};
    if (table.keys.contains(claim.client))
        rights = *find_grant(table, rules, claim.client);
    else if (!may_enrol(table, rules, *proved, claim.client, effective_time(table, now)))
        return std::nullopt;
    return admission{std::move(rights), server_token_proof(proved->key, on, claim.client)};
}

std::optional<admission> use_token(access_table& table, const access_rules& rules, const enrolment& claim,
                                   const channel& on, seam::wall_time now) {
    auto admitted = check_token(table, rules, claim, on, now);
    if (!admitted || table.keys.contains(claim.client)) return admitted;
    const unix_time time = effective_time(table, now);
    const grant& rights = admitted->rights;
    --table.tokens.at(claim.id).uses_left;
    table.revoked.erase(key_id(claim.client));
    table.keys.emplace(claim.client, enrolled_key{time, time, rights.rights, rights.folder, rights.name});
    return admitted;
}

void revoke_key(access_table& table, const std::string& id, seam::wall_time now) {
    std::erase_if(table.keys, [&](const auto& entry) { return key_id(entry.first) == id; });
    table.revoked[id] = effective_time(table, now);
}

std::string trim_name(std::string_view name) {
    std::string shown = printable(name.substr(0, limits::name_bytes_max));
    // A cut may have left the first bytes of a character, which are shown as question marks.
    if (name.size() > limits::name_bytes_max)
        while (shown.ends_with('?')) shown.pop_back();
    return shown;
}

bool is_rights(std::string_view text) {
    const auto allowed = [](char letter) { return (letter >= 'a' && letter <= 'z') || letter == ','; };
    return text.size() <= limits::rights_bytes_max && std::ranges::all_of(text, allowed);
}

bool is_folder(std::string_view text) {
    return text.size() <= limits::folder_bytes_max && is_printable_utf8(text);
}

bool is_key_id(std::string_view text) {
    std::array<std::byte, key_id_chars * 6 / 8> bits{};
    return from_base64url(text, bits);
}

}  // namespace common::trust
