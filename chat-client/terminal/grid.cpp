#include "chat-client/terminal/grid.hpp"

#include "common/app/terminal_text.hpp"

#include <algorithm>

namespace chat_client::terminal {

namespace app = common::app;

namespace {

// Begins with a mark that a terminal would put onto the cell in front.
bool joins_left(std::string_view cluster) {
    if (static_cast<unsigned char>(cluster.front()) < 0x80) return false;
    return app::read_cluster("x" + std::string{cluster}, 0).bytes > 1;
}

}  // namespace

std::string grid::row_text(std::size_t row) const {
    std::string text;
    for (std::size_t column = 0; column < size_.columns; ++column) text += at({column, row}).cluster;
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

// Half of a wide cluster cannot stay when its other half is written over.
void grid::split_wide(std::size_t column, std::size_t row) {
    if (column >= size_.columns || !cell_at(column, row).cluster.empty()) return;
    cell_at(column, row).cluster = " ";
    if (column > 0) cell_at(column - 1, row).cluster = " ";
}

void grid::set(place where, std::string_view cluster, std::size_t columns, const style& look) {
    split_wide(where.column, where.row);
    split_wide(where.column + columns, where.row);
    cell& first = cell_at(where.column, where.row);
    first.cluster = cluster;
    first.look = look;
    for (std::size_t more = 1; more < columns; ++more) {
        cell& next = cell_at(where.column + more, where.row);
        next.cluster.clear();
        next.look = look;
    }
}

std::size_t grid::put(place where, std::size_t columns, std::string_view text, const style& look) {
    if (where.row >= size_.rows || where.column >= size_.columns) return 0;
    columns = std::min(columns, size_.columns - where.column);
    const std::string clean = app::sanitize(text.substr(0, text.find('\n')), app::text_kind::line);
    std::size_t used = 0;
    for (std::size_t at = 0; at < clean.size();) {
        const app::cluster next = app::read_cluster(clean, at);
        std::string shown = clean.substr(at, next.bytes);
        std::size_t width = next.columns;
        if (next.bytes > cluster_bytes_max) {
            shown = "\uFFFD";
            width = 1;
        } else if (width == 0 || joins_left(shown)) {
            shown.insert(0, "\u25CC");  // a mark without a base gets one
            if (app::read_cluster(shown, 0).bytes < shown.size()) shown = "\uFFFD";
            width = 1;
        }
        if (used + width > columns) break;
        set({where.column + used, where.row}, shown, width, look);
        used += width;
        at += next.bytes;
    }
    return used;
}

void grid::fill(const area& where, const style& look) {
    const std::size_t right = std::min(where.column + where.columns, size_.columns);
    const std::size_t below = std::min(where.row + where.rows, size_.rows);
    for (std::size_t row = where.row; row < below; ++row) {
        for (std::size_t column = where.column; column < right; ++column) set({column, row}, " ", 1, look);
    }
}

void grid::tint(const area& where, const style& look) {
    const std::size_t right = std::min(where.column + where.columns, size_.columns);
    const std::size_t below = std::min(where.row + where.rows, size_.rows);
    for (std::size_t row = where.row; row < below; ++row) {
        for (std::size_t column = where.column; column < right; ++column) cell_at(column, row).look = look;
    }
}

}  // namespace chat_client::terminal
