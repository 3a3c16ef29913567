#include "uploader-client/terminal/listing.hpp"

#include "common/app/sizes.hpp"
#include "common/app/terminal_text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <optional>

namespace uploader_client::terminal {

namespace app = common::app;
namespace upload = protocol::upload;

namespace {

constexpr std::size_t size_columns = 9;  // "1023 KiB", and one between

char letter_of(upload::entry_kind kind) {
    switch (kind) {
        case upload::entry_kind::file:
            return '-';
        case upload::entry_kind::folder:
        case upload::entry_kind::folder_end:
            return 'd';
        case upload::entry_kind::link:
            return 'l';
        case upload::entry_kind::other:
            break;
    }
    return '?';
}

std::string_view name_of(upload::entry_kind kind) {
    switch (kind) {
        case upload::entry_kind::file:
            return "file";
        case upload::entry_kind::folder:
        case upload::entry_kind::folder_end:
            return "folder";
        case upload::entry_kind::link:
            return "link";
        case upload::entry_kind::other:
            break;
    }
    return "other";
}

std::string format_mode(const upload::entry& entry) {
    constexpr std::string_view letters = "rwxrwxrwx";
    std::string text{letter_of(entry.kind)};
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const bool set = (entry.mode >> (letters.size() - 1 - i) & 1U) != 0;
        text += set ? letters[i] : '-';
    }
    return text;
}

common::seam::wall_time time_of(std::int64_t since_epoch_ns) {
    return common::seam::wall_time{
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::nanoseconds{since_epoch_ns})};
}

std::string format_local(std::int64_t since_epoch_ns) {
    const std::time_t seconds =
        std::chrono::floor<std::chrono::seconds>(time_of(since_epoch_ns)).time_since_epoch().count();
    std::tm local{};
    std::array<char, 32> text{};
    if (::localtime_r(&seconds, &local) == nullptr) return "?";
    std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &local);
    return text.data();
}

}  // namespace

std::string format_entry(const upload::entry& entry, bool long_format) {
    std::string name = app::sanitize(entry.name, app::text_kind::name);
    if (entry.kind == upload::entry_kind::folder) name += '/';
    if (!long_format) return name;
    const std::string size = entry.kind == upload::entry_kind::file ? app::format_size(entry.size) : "-";
    const std::string gap(size_columns - std::min(size.size(), size_columns), ' ');
    return format_mode(entry) + " " + gap + size + "  " + format_local(entry.mtime_ns) + "  " + name;
}

app::json_event entry_event(app::json_event event, const upload::entry& entry) {
    event.field("name", entry.name).field("kind", name_of(entry.kind)).field("bytes", entry.size);
    event.field("mtime", app::format_time(time_of(entry.mtime_ns))).field("mode", entry.mode);
    return event;
}

std::string format_id(const upload::upload_id& id) {
    std::string text;
    for (const std::byte each : id) {
        text += "0123456789abcdef"[std::to_integer<unsigned>(each) >> 4U];
        text += "0123456789abcdef"[std::to_integer<unsigned>(each) & 15U];
    }
    return text;
}

std::string format_unfinished(const upload::unfinished_upload& upload, common::seam::wall_time now) {
    const bool known = upload.size != upload::size_unknown;
    const auto age = std::max<common::seam::duration>(now - time_of(upload.touched_ns), {});
    return format_id(upload.id) + "  " + app::format_size(upload.durable_bytes) + " of " +
           (known ? app::format_size(upload.size) : "a stream") + "  " + app::format_duration(age) +
           " ago  " + app::sanitize(upload.path, app::text_kind::line);
}

app::json_event unfinished_event(app::json_event event, const upload::unfinished_upload& upload) {
    std::optional<std::uint64_t> size;
    if (upload.size != upload::size_unknown) size = upload.size;
    return event.field("id", format_id(upload.id))
        .field("path", upload.path)
        .field("bytes", size)
        .field("durable", upload.durable_bytes)
        .field("touched", app::format_time(time_of(upload.touched_ns)));
}

}  // namespace uploader_client::terminal
