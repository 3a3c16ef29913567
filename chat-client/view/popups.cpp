#include "chat-client/terminal/columns.hpp"
#include "chat-client/view/letters.hpp"
#include "chat-client/view/lines.hpp"
#include "chat-client/view/picture.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace chat_client::view {

using terminal::area;
using terminal::clean_line;
using terminal::grid;
using terminal::style;

namespace {

std::size_t find_mark(std::string_view text, std::string_view mark, std::size_t from) {
    const auto found = std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), mark.begin(),
                                   mark.end(), [](char a, char b) { return lower(a) == lower(b); });
    return found == text.end() ? std::string_view::npos : static_cast<std::size_t>(found - text.begin());
}

// The found words stand out.
void put_marked(grid& on, terminal::place where, std::size_t columns, std::string_view text,
                std::string_view mark, const style& look, const style& marked) {
    std::size_t at = 0;
    while (at < text.size() && columns > 0) {
        const std::size_t found = mark.empty() ? std::string_view::npos : find_mark(text, mark, at);
        const auto put = [&](std::size_t end, const style& as) {
            const std::size_t used = on.put(where, columns, text.substr(at, end - at), as);
            where.column += used;
            columns -= used;
            at = end;
        };
        put(std::min(found, text.size()), look);
        if (found != std::string_view::npos) put(found + mark.size(), marked);
    }
}

void draw_row(const state& of, grid& on, const area& where, const list_row& row, std::size_t left,
              bool chosen) {
    const auto& looks = of.looks();
    const style& base = chosen ? looks.popup_chosen : looks.popup;
    on.fill(where, base);
    const std::string right = terminal::cut(clean_line(row.right), where.columns / 3);
    const std::size_t right_columns = terminal::columns_of(right);
    style left_look = chosen ? looks.popup_chosen : looks.popup_strong;
    if (row.colour_key != 0 && !chosen) left_look.ink = looks.nick(row.colour_key).ink;
    std::size_t column = where.column + 1;
    if (left > 0) {
        on.put({column, where.row}, left, terminal::cut(terminal::clean_name(row.left), left), left_look);
        column += left + 2;
    }
    const std::size_t end = where.column + where.columns - right_columns - (right_columns > 0 ? 2 : 1);
    if (column < end) {
        const style& text_look = row.left.empty() && left > 0 && !chosen ? looks.popup_strong : base;
        put_marked(on, {column, where.row}, end - column, terminal::cut(clean_line(row.text), end - column),
                   row.mark, text_look, looks.match);
    }
    if (right_columns > 0) {
        on.put({where.column + where.columns - right_columns - 1, where.row}, right_columns, right,
               chosen ? looks.popup_chosen : looks.popup_quiet);
    }
}

}  // namespace

void draw_list(state& of, grid& on, const area& where) {
    open_list& shown = *of.showing;
    const auto& looks = of.looks();
    on.fill(where, looks.popup);
    if (where.rows == 0) return;
    const std::size_t count = shown.what.rows.size();
    std::string title = clean_line(shown.what.title);
    if (!shown.is_help) title += "  " + grouped(count) + (shown.what.complete ? "" : "…");
    on.fill({where.column, where.row, where.columns, 1}, looks.bar);
    const std::size_t used =
        on.put({where.column + 1, where.row}, where.columns - 2, title, looks.bar_strong);
    const std::string keys = shown.is_help ? "Esc closes" : "Enter chooses · Esc closes";
    const std::size_t keys_columns = terminal::columns_of(keys);
    if (used + keys_columns + 4 < where.columns) {
        on.put({where.column + where.columns - keys_columns - 1, where.row}, keys_columns, keys,
               looks.bar_quiet);
    }
    const std::size_t rows = where.rows - 1;
    of.drawn.list = {where.column, where.row + 1, where.columns, rows};
    if (rows == 0) return;
    if (shown.chosen < shown.top) shown.top = shown.chosen;
    if (shown.chosen >= shown.top + rows) shown.top = shown.chosen - rows + 1;
    std::size_t left = 0;
    for (const list_row& each : shown.what.rows) {
        left = std::max(left, terminal::columns_of(terminal::clean_name(each.left)));
    }
    left = std::min(left, where.columns >= 60 ? std::size_t{18} : where.columns / 3);
    for (std::size_t i = 0; i < rows && shown.top + i < count; ++i) {
        draw_row(of, on, {where.column, where.row + 1 + i, where.columns, 1}, shown.what.rows[shown.top + i],
                 left, shown.top + i == shown.chosen);
    }
}

void draw_question(const state& of, grid& on, const area& where) {
    const auto& looks = of.looks();
    std::vector<std::string> lines;
    std::string keys;
    if (of.pasted) {
        constexpr std::size_t preview_lines = 3;
        lines.push_back("Send " + counted(of.pasted->lines, "line") + " as one message?");
        auto preview = terminal::wrapped(of.pasted->text, where.columns - 6, preview_lines);
        for (std::string& each : preview.lines) lines.push_back("  " + std::move(each));
        if (preview.left_out > 0) lines.push_back("  …");
        keys = "y send · e edit first · n drop";
    } else {
        lines = terminal::wrapped(of.asked->text, where.columns - 2, 10).lines;
        keys = "y yes · n no";
    }
    const std::size_t rows = std::min(lines.size() + 1, where.rows);
    std::size_t row = where.row + where.rows - rows;
    on.fill({where.column, row, where.columns, rows}, looks.popup);
    for (std::size_t i = 0; i + 1 < rows; ++i) {
        on.put({where.column + 1, row++}, where.columns - 2, lines[i],
               i == 0 ? looks.popup_strong : looks.popup);
    }
    on.put({where.column + 1, row}, where.columns - 2, keys, looks.popup_quiet);
}

}  // namespace chat_client::view
