#include "uploader-client/terminal/listing.hpp"

#include "common/app/sizes.hpp"
#include "common/app/terminal_text.hpp"

#include <chrono>

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

std::string format_mtime(std::int64_t mtime_ns) {
    const auto since_epoch =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::nanoseconds{mtime_ns});
    std::string text = app::format_time(common::seam::wall_time{since_epoch});
    return text.replace(10, 1, " ");
}

}  // namespace

std::string format_entry(const upload::entry& entry, bool long_format) {
    std::string name = app::sanitize(entry.name, app::text_kind::name);
    if (entry.kind == upload::entry_kind::folder) name += '/';
    if (!long_format) return name;
    const std::string size = entry.kind == upload::entry_kind::file ? app::format_size(entry.size) : "-";
    const std::string gap(size_columns - std::min(size.size(), size_columns), ' ');
    return format_mode(entry) + " " + gap + size + "  " + format_mtime(entry.mtime_ns).substr(0, 16) + "  " +
           name;
}

app::json_event entry_event(app::json_event event, const upload::entry& entry) {
    event.field("name", entry.name).field("kind", name_of(entry.kind)).field("bytes", entry.size);
    event.field("mtime", format_mtime(entry.mtime_ns).replace(10, 1, "T")).field("mode", entry.mode);
    return event;
}

}  // namespace uploader_client::terminal
