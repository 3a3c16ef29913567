#include "chat-client/terminal/renderer.hpp"

#include <utility>

namespace chat_client::terminal {
namespace {

constexpr std::string_view begin_update = "\x1b[?2026h\x1b[?25l";
constexpr std::string_view show_cursor = "\x1b[?25h";
constexpr std::string_view end_update = "\x1b[?2026l";
constexpr std::string_view clear_all = "\x1b[0m\x1b[2J";
constexpr std::string_view clear_to_right = "\x1b[K";

bool is_ascii(const cell& shown) {
    return shown.cluster.size() == 1;
}

// More than one code point: terminals differ.
bool is_uncertain(const cell& shown) {
    if (shown.cluster.size() < 2) return false;
    const auto first = static_cast<unsigned char>(shown.cluster.front());
    const std::size_t bytes = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    return shown.cluster.size() > bytes;
}

const cell blank{};

std::size_t blank_from(const grid& picture, std::size_t row) {
    std::size_t from = picture.size().columns;
    while (from > 0 && picture.at({from - 1, row}) == blank) --from;
    return from;
}

void append_colour(std::string& codes, const colour& wanted, unsigned basic, unsigned bright,
                   unsigned extended) {
    if (!wanted) return;
    codes += ';';
    if (*wanted < 8) {
        codes += std::to_string(basic + *wanted);
    } else if (*wanted < 16) {
        codes += std::to_string(bright + *wanted - 8);
    } else {
        codes += std::to_string(extended) + ";5;" + std::to_string(*wanted);
    }
}

std::string sgr(const style& wanted) {
    std::string codes = "\x1b[0";
    if (wanted.bold) codes += ";1";
    if (wanted.dim) codes += ";2";
    if (wanted.italic) codes += ";3";
    if (wanted.underlined) codes += ";4";
    if (wanted.reversed) codes += ";7";
    if (wanted.struck) codes += ";9";
    append_colour(codes, wanted.ink, 30, 90, 38);
    append_colour(codes, wanted.ground, 40, 100, 48);
    return codes + 'm';
}

}  // namespace

std::string renderer::update(const grid& next) {
    if (next == shown_) return {};
    bytes_ = begin_update;
    cursor_.reset();
    look_.reset();
    if (next.size() != shown_.size()) {
        bytes_ += clear_all;
        shown_ = grid{next.size()};
    }
    for (std::size_t row = 0; row < next.size().rows; ++row) draw_row(next, row);
    look_like({});
    if (next.cursor()) {
        move_to(*next.cursor());
        bytes_ += show_cursor;
    }
    bytes_ += end_update;
    shown_ = next;
    return std::exchange(bytes_, {});
}

void renderer::draw_row(const grid& next, std::size_t row) {
    const std::size_t end = blank_from(next, row);
    bool again = false;  // what stood in front may have spilled over
    for (std::size_t column = 0; column < end; ++column) {
        const place here{column, row};
        const cell& wanted = next.at(here);
        if (wanted.cluster.empty()) continue;
        const bool is_wide = column + 1 < next.size().columns && next.at({column + 1, row}).cluster.empty();
        bool differs = wanted != shown_.at(here);
        if (is_wide) differs = differs || next.at({column + 1, row}) != shown_.at({column + 1, row});
        if (differs || again) draw_cell(next, here);
        again = (differs || again) && is_uncertain(wanted);
    }
    if (again || blank_from(shown_, row) > end) erase_rest({end, row});
}

void renderer::draw_cell(const grid& next, place where) {
    const cell& wanted = next.at(where);
    move_to(where);
    look_like(wanted.look);
    if (is_uncertain(wanted)) {
        bytes_ += where.column + 1 < next.size().columns ? "  " : " ";
        cursor_.reset();
        move_to(where);
    }
    bytes_ += wanted.cluster;
    // At the right edge terminals wait with the move to the next line.
    if (is_ascii(wanted) && where.column + 1 < next.size().columns) {
        cursor_ = place{where.column + 1, where.row};
    } else {
        cursor_.reset();
    }
}

void renderer::erase_rest(place from) {
    if (from.column >= shown_.size().columns) return;
    move_to(from);
    look_like({});
    bytes_ += clear_to_right;
}

void renderer::move_to(place where) {
    if (cursor_ == where) return;
    bytes_ += "\x1b[" + std::to_string(where.row + 1) + ';' + std::to_string(where.column + 1) + 'H';
    cursor_ = where;
}

void renderer::look_like(const style& wanted) {
    if (look_ == wanted) return;
    bytes_ += sgr(wanted);
    look_ = wanted;
}

}  // namespace chat_client::terminal
