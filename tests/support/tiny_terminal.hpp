// A terminal that understands what the renderer writes and nothing else: anything different is a failure.
#pragma once

#include "chat-client/terminal/grid.hpp"
#include "common/app/terminal_text.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

class tiny_terminal {
  public:
    using style = chat_client::terminal::style;
    using place = chat_client::terminal::place;
    using extent = chat_client::terminal::extent;

    struct shown_cell {
        std::string cluster = " ";
        style look{};
    };

    // `narrow`: every cluster advances by one column, as on terminals that know nothing of wide ones.
    explicit tiny_terminal(extent size, bool narrow = false)
        : size_(size), narrow_(narrow), cells_(size.columns * size.rows) {}

    // False when there was anything that this terminal must not be sent.
    bool write(std::string_view bytes) {
        while (!bytes.empty()) {
            const std::size_t used = bytes.front() == '\x1b' ? sequence(bytes) : text(bytes);
            if (used == 0) return false;
            bytes.remove_prefix(used);
        }
        return !in_update_;
    }

    const shown_cell& at(place where) const { return cells_[where.row * size_.columns + where.column]; }
    std::optional<place> cursor() const {
        return cursor_shown_ ? std::optional<place>{cursor_} : std::nullopt;
    }

    // Whether it shows this picture, cell by cell.
    bool shows(const chat_client::terminal::grid& picture) const {
        for (std::size_t row = 0; row < size_.rows; ++row) {
            for (std::size_t column = 0; column < size_.columns; ++column) {
                const auto& wanted = picture.at({column, row});
                if (wanted.cluster.empty()) continue;
                const shown_cell& shown = at({column, row});
                if (shown.cluster != wanted.cluster || shown.look != wanted.look) return false;
            }
        }
        return cursor() == picture.cursor();
    }

  private:
    std::size_t text(std::string_view bytes) {
        const auto next = common::app::read_cluster(bytes, 0);
        const auto first = static_cast<unsigned char>(bytes.front());
        const bool is_c1 = first == 0xc2 && bytes.size() > 1 && static_cast<unsigned char>(bytes[1]) < 0xa0;
        if (first < 0x20 || first == 0x7f || is_c1 || !in_update_) return 0;
        const std::size_t wide = narrow_ ? 1 : next.columns;
        if (cursor_.column >= size_.columns || cursor_.row >= size_.rows) return 0;
        cell(cursor_.column).cluster = bytes.substr(0, next.bytes);
        cell(cursor_.column).look = look_;
        for (std::size_t i = 1; i < wide && cursor_.column + i < size_.columns; ++i) {
            cell(cursor_.column + i) = {.cluster = {}, .look = look_};
        }
        cursor_.column += wide;
        return next.bytes;
    }

    std::size_t sequence(std::string_view bytes) {
        if (bytes.size() < 3 || bytes[1] != '[') return 0;
        std::size_t end = 2;
        while (end < bytes.size() && (bytes[end] < 0x40 || bytes[end] > 0x7e)) ++end;
        if (end == bytes.size()) return 0;
        const std::string_view inside = bytes.substr(2, end - 2);
        return act(inside, bytes[end]) ? end + 1 : 0;
    }

    bool act(std::string_view inside, char final) {
        if (final == 'h' || final == 'l') {
            if (inside == "?2026") return in_update_ = final == 'h', true;
            if (inside == "?25") return cursor_shown_ = final == 'h', true;
            return false;
        }
        const std::vector<unsigned> numbers = read(inside);
        switch (final) {
            case 'H':
                if (numbers.size() != 2 || numbers[0] == 0 || numbers[1] == 0) return false;
                cursor_ = {numbers[1] - 1, numbers[0] - 1};
                return cursor_.column < size_.columns && cursor_.row < size_.rows;
            case 'J':
                cells_.assign(cells_.size(), {});
                return inside == "2" && look_ == style{};
            case 'K':
                for (std::size_t i = cursor_.column; i < size_.columns; ++i) cell(i) = {};
                return inside.empty() && look_ == style{};
            case 'm':
                return set_look(numbers);
            default:
                return false;
        }
    }

    static std::vector<unsigned> read(std::string_view inside) {
        std::vector<unsigned> numbers;
        while (!inside.empty()) {
            const std::size_t end = std::min(inside.find(';'), inside.size());
            unsigned value = 0;
            std::from_chars(inside.data(), inside.data() + end, value);
            numbers.push_back(value);
            inside.remove_prefix(std::min(end + 1, inside.size()));
        }
        return numbers;
    }

    bool set_look(const std::vector<unsigned>& numbers) {
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            const unsigned code = numbers[i];
            const auto colour = [&](unsigned base) { return static_cast<std::uint8_t>(code - base); };
            if (code == 0)
                look_ = {};
            else if (code == 1)
                look_.bold = true;
            else if (code == 2)
                look_.dim = true;
            else if (code == 3)
                look_.italic = true;
            else if (code == 4)
                look_.underlined = true;
            else if (code == 7)
                look_.reversed = true;
            else if (code == 9)
                look_.struck = true;
            else if (code >= 30 && code < 38)
                look_.ink = colour(30);
            else if (code >= 40 && code < 48)
                look_.ground = colour(40);
            else if (code >= 90 && code < 98)
                look_.ink = colour(82);
            else if (code >= 100 && code < 108)
                look_.ground = colour(92);
            else if ((code == 38 || code == 48) && i + 2 < numbers.size() && numbers[i + 1] == 5) {
                (code == 38 ? look_.ink : look_.ground) = static_cast<std::uint8_t>(numbers[i + 2]);
                i += 2;
            } else
                return false;
        }
        return true;
    }

    shown_cell& cell(std::size_t column) { return cells_[cursor_.row * size_.columns + column]; }

    extent size_;
    bool narrow_;
    std::vector<shown_cell> cells_;
    place cursor_{};
    style look_{};
    bool cursor_shown_ = true;
    bool in_update_ = false;
};

}  // namespace tests
