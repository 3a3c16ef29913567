#include "common/transfer/sealed_disk.hpp"

#include "common/stream/sealed_file.hpp"
#include "common/stream/stream_error.hpp"
#include "common/transfer/folders.hpp"
#include "protocol/upload/name_policy.hpp"
#include "protocol/wire/error_code.hpp"

namespace common::transfer {
namespace {

using protocol::error_code;

constexpr std::uint32_t private_mode = 0600;
constexpr std::string_view opened_suffix = ".open";

bool is_staged(std::string_view path) {
    constexpr std::string_view folder = protocol::upload::staging_folder;
    return path == folder || (path.starts_with(folder) && path.substr(folder.size()).starts_with('/'));
}

stream::name_seal names_for(const stream::seal_secret& secret, const stream::seal_preamble& preamble) {
    const auto key = secret.key_for(preamble);
    if (!key) throw std::system_error(key.error(), "cannot derive a key");
    return stream::name_seal(*key);
}

// What was sealed otherwise, cut or changed is content that does not match.
std::error_code as_transfer_error(std::error_code error) {
    if (error.category() != make_error_code(stream::stream_error::altered).category()) return error;
    return error_code::verification_failed;
}

bool looks_sealed(std::string_view name) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return name.size() > stream::name_seal::tag_bytes * 4 / 3 && name.find_first_not_of(letters) == name.npos;
}

seam::file_info sealed_info(seam::file_info info) {
    if (info.kind == seam::file_kind::regular) info.size = stream::sealed_size(info.size);
    return info;
}

}  // namespace

sealing::sealing(stream::seal_secret secret, const std::array<std::byte, stream::seal_salt_bytes>& salt)
    : secret_(std::move(secret)),
      preamble_(secret_.preamble_for(salt)),
      names_(names_for(secret_, preamble_)) {}

std::optional<std::string> sealing::seal_path(std::string_view path) const {
    std::string sealed;
    while (!path.empty()) {
        const auto slash = path.find('/');
        const auto name = names_.seal(path.substr(0, slash));
        if (!name) return std::nullopt;
        sealed = join_path(sealed, *name);
        path.remove_prefix(slash == path.npos ? path.size() : slash + 1);
    }
    return sealed;
}

std::optional<std::string> sealing::open_path(std::string_view sealed, last kind) const {
    std::string path;
    while (!sealed.empty()) {
        const auto slash = sealed.find('/');
        const std::string_view component = sealed.substr(0, slash);
        const auto name = names_.open(component);
        const bool is_file = slash == sealed.npos && kind == last::file;
        if (!name && (is_file || looks_sealed(component))) return std::nullopt;
        path = join_path(path, name ? std::string_view{*name} : component);
        sealed.remove_prefix(slash == sealed.npos ? sealed.size() : slash + 1);
    }
    return path;
}

std::string sealing::readable(std::string_view path) const {
    std::string shown;
    while (!path.empty()) {
        const auto slash = path.find('/');
        const std::string_view component = path.substr(0, slash);
        const auto name = names_.open(component);
        shown = join_path(shown, name ? std::string_view{*name} : component);
        path.remove_prefix(slash == path.npos ? path.size() : slash + 1);
    }
    return shown;
}

seam::result<std::string> sealed_disk::plain_path(std::string_view path, sealing::last kind) const {
    if (is_staged(path)) return std::string{path};
    auto opened = keys_->open_path(path, kind);
    if (!opened) return make_error_code(error_code::verification_failed);
    // The names come out of the tree itself or from whoever holds the key; still they lead nowhere else.
    if (protocol::upload::check_path_or_root(*opened) != protocol::upload::name_fault::none) {
        return make_error_code(error_code::bad_name);
    }
    return *std::move(opened);
}

seam::result<std::unique_ptr<seam::file>> sealed_disk::open_read(std::string_view path) {
    const auto at = plain_path(path, sealing::last::file);
    if (!at) return at.error();
    auto file = plain_->open_read(*at);
    if (!file || is_staged(path)) return file;
    return stream::view_sealed(*std::move(file), keys_->secret(), keys_->preamble());
}

seam::result<std::unique_ptr<seam::file>> sealed_disk::open_write(std::string_view path) {
    if (!is_staged(path)) return std::errc::operation_not_permitted;
    return plain_->open_write(path);
}

seam::result<std::unique_ptr<seam::file>> sealed_disk::create(std::string_view path, std::uint32_t mode) {
    if (!is_staged(path)) return std::errc::operation_not_permitted;
    return plain_->create(path, mode);
}

std::error_code sealed_disk::make_folder(std::string_view path, std::uint32_t mode) {
    const auto at = plain_path(path);
    return at ? plain_->make_folder(*at, mode) : at.error();
}

// Where a link leads would stand there in clear.
std::error_code sealed_disk::make_link(std::string_view, std::string_view) {
    return make_error_code(std::errc::operation_not_supported);
}

seam::result<std::string> sealed_disk::read_link(std::string_view) {
    return std::errc::operation_not_supported;
}

std::error_code sealed_disk::remove(std::string_view path) {
    const auto at = plain_path(path);
    return at ? plain_->remove(*at) : at.error();
}

std::error_code sealed_disk::remove_folder(std::string_view path) {
    const auto at = plain_path(path);
    return at ? plain_->remove_folder(*at) : at.error();
}

std::error_code sealed_disk::rename_new(std::string_view from, std::string_view to) {
    return rename(from, to, false);
}

std::error_code sealed_disk::rename_over(std::string_view from, std::string_view to) {
    return rename(from, to, true);
}

std::error_code sealed_disk::rename(std::string_view from, std::string_view to, bool over) {
    const auto target = plain_path(to, sealing::last::file);
    if (!target) return target.error();
    const auto renamed = [&](std::string_view source) {
        return over ? plain_->rename_over(source, *target) : plain_->rename_new(source, *target);
    };
    if (!is_staged(from) || is_staged(to)) {
        const auto source = plain_path(from);
        return source ? renamed(*source) : source.error();
    }
    const auto there = plain_->info(from);
    if (!there) return there.error();
    if (there->kind == seam::file_kind::folder) return renamed(from);
    // Without this a name that is taken would cost the work first.
    if (!over && plain_->info(*target)) return make_error_code(std::errc::file_exists);
    const auto opened = open_staged(from);
    if (!opened) return as_transfer_error(opened.error());
    if (const auto error = renamed(*opened)) {
        plain_->remove(*opened);
        return error;
    }
    return plain_->remove(from);
}

seam::result<std::string> sealed_disk::open_staged(std::string_view staged) {
    const auto sealed = plain_->open_read(staged);
    if (!sealed) return sealed.error();
    const auto info = (*sealed)->info();
    if (!info) return info.error();
    std::string path = std::string{staged}.append(opened_suffix);
    // Left by a run that was killed.
    plain_->remove(path);
    auto to = plain_->create(path, private_mode);
    if (!to) return to.error();
    auto error = stream::open_sealed(**sealed, **to, keys_->secret());
    if (!error) error = (*to)->set_mode(info->mode);
    if (!error) error = (*to)->set_mtime(info->mtime_ns);
    if (!error) error = (*to)->sync_all();
    if (!error) return path;
    plain_->remove(path);
    return error;
}

std::error_code sealed_disk::sync_folder(std::string_view path) {
    if (path.empty() || is_staged(path)) return plain_->sync_folder(path);
    const auto at = plain_path(path);
    return at ? plain_->sync_folder(*at) : at.error();
}

seam::result<seam::file_info> sealed_disk::info(std::string_view path) {
    const auto at = plain_path(path);
    if (!at) return at.error();
    auto info = plain_->info(*at);
    if (!info || is_staged(path)) return info;
    return sealed_info(*info);
}

std::error_code sealed_disk::set_attributes(std::string_view path, std::uint32_t mode,
                                            std::int64_t mtime_ns) {
    const auto at = plain_path(path);
    return at ? plain_->set_attributes(*at, mode, mtime_ns) : at.error();
}

std::error_code sealed_disk::list(std::string_view path, const visitor& each) {
    const auto at = plain_path(path);
    if (!at) return at.error();
    if (is_staged(path)) return plain_->list(*at, each);
    return plain_->list(*at, [&](std::string_view name, const seam::file_info& info) {
        const bool ours = path.empty() && name == protocol::upload::staging_folder;
        const auto sealed = ours ? std::nullopt : keys_->seal_path(name);
        if (sealed || ours) return each(sealed ? std::string_view{*sealed} : name, sealed_info(info));
        // Too long to be sealed: shown as a name that may not travel.
        return each(std::string{":"}.append(name), sealed_info(info));
    });
}

}  // namespace common::transfer
