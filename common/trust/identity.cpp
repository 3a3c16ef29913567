#include "common/trust/identity.hpp"

#include "common/trust/limits.hpp"
#include "common/trust/text_codec.hpp"

namespace common::trust {
namespace {

constexpr std::string_view first_line = "sluice identity 1\nsecret ";
constexpr std::string_view second_line = "\npublic ";
constexpr std::size_t key_chars = 43;
constexpr std::size_t file_bytes = first_line.size() + key_chars + second_line.size() + key_chars + 1;

[[noreturn]] void fail_damaged(const std::string& file) {
    throw state_error(file +
                      ": is damaged; restore it from a backup, or move it away to get a new identity "
                      "(servers will not know the new one)");
}

}  // namespace

secret_text format_identity(const ed25519_key& key) {
    std::string content;
    content.reserve(file_bytes);
    const secret_text seed(to_base64url(key.seed().bytes()));
    content.append(first_line).append(seed.view()).append(second_line);
    content.append(to_base64url(key.public_bytes())).append("\n");
    return secret_text(std::move(content));
}

ed25519_key parse_identity(std::string_view content, const std::string& file) {
    key_seed seed;
    const std::string_view seed_text = content.substr(std::min(content.size(), first_line.size()), key_chars);
    if (content.size() != file_bytes || !from_base64url(seed_text, seed.writable())) fail_damaged(file);
    auto key = ed25519_key::from_seed(seed);
    // There is one way to write a key, so comparing with it checks the heading, both keys and every
    // separator.
    const secret_text expected = format_identity(key);
    if (!constant_time_equal(bytes_of(expected.view()), bytes_of(content))) fail_damaged(file);
    return key;
}

identity load_or_create_identity(const state_folder& folder) {
    const std::string file = folder.path_of(identity_file_name);
    auto content = folder.read(identity_file_name, limits::identity_file_bytes_max);
    if (!content) {
        const folder_lock lock = folder.lock();
        folder.create(lock, identity_file_name, format_identity(ed25519_key::generate()).view());
        // Read back: when another process was first, its key is ours too.
        content = folder.read(identity_file_name, limits::identity_file_bytes_max);
    }
    if (!content) throw state_error(file + ": disappeared while it was made; try again");
    return {parse_identity(content->view(), file), file};
}

}  // namespace common::trust
