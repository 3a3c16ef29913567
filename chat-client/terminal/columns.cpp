#include "chat-client/terminal/columns.hpp"

#include "common/app/terminal_text.hpp"

#include <algorithm>

namespace chat_client::terminal {

namespace app = common::app;

std::string clean_name(std::string_view untrusted) {
    return app::sanitize(untrusted, app::text_kind::name);
}

std::string clean_line(std::string_view untrusted) {
    return app::sanitize(untrusted, app::text_kind::line);
}

std::size_t columns_of(std::string_view clean) {
    return app::display_width(clean);
}

std::string cut(std::string_view clean, std::size_t columns) {
    return app::truncate_to_width(clean, columns);
}

std::string padded_left(std::string_view clean, std::size_t columns) {
    const std::string fits = cut(clean, columns);
    return std::string(columns - columns_of(fits), ' ') + fits;
}

std::string padded_right(std::string_view clean, std::size_t columns) {
    const std::string fits = cut(clean, columns);
    return fits + std::string(columns - columns_of(fits), ' ');
}

namespace {

class wrapper {
  public:
    wrapper(std::size_t columns, std::size_t lines_max) : columns_(columns), lines_max_(lines_max) {}

    void add_paragraph(std::string_view text) {
        std::size_t begin = 0;
        std::size_t used = 0;
        std::size_t after_blank = 0;  // where the line may be broken
        std::size_t used_after_blank = 0;
        for (std::size_t at = 0; at < text.size();) {
            const app::cluster next = app::read_cluster(text, at);
            const bool blank = text[at] == ' ';
            if (used + next.columns > columns_ && !(blank && used <= columns_)) {
                const bool at_blank = after_blank > begin;
                const std::size_t end = at_blank ? after_blank : at;
                emit(text.substr(begin, end - begin));
                begin = end;
                used = at_blank ? used - used_after_blank : 0;
            }
            used += next.columns;
            at += next.bytes;
            if (blank) {
                after_blank = at;
                used_after_blank = used;
            }
        }
        emit(text.substr(begin));
    }

    wrapped_text done() { return std::move(out_); }

  private:
    void emit(std::string_view line) {
        line = line.substr(0, line.find_last_not_of(' ') + 1);
        if (out_.lines.size() < lines_max_) {
            out_.lines.emplace_back(line);
        } else {
            ++out_.left_out;
        }
    }

    const std::size_t columns_;
    const std::size_t lines_max_;
    wrapped_text out_;
};

}  // namespace

wrapped_text wrapped(std::string_view untrusted, std::size_t columns, std::size_t lines_max) {
    const std::string clean = app::sanitize(untrusted, app::text_kind::text);
    std::string_view rest = clean;
    while (rest.ends_with('\n')) rest.remove_suffix(1);
    // Two columns at least, or a wide character would never fit.
    wrapper lines(std::max<std::size_t>(columns, 2), lines_max);
    while (true) {
        const std::size_t end = rest.find('\n');
        lines.add_paragraph(rest.substr(0, end));
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    return lines.done();
}

typed_text laid_out(std::string_view typed, std::size_t cursor, std::size_t columns) {
    columns = std::max<std::size_t>(columns, 2);
    typed_text out{.lines = {""}};
    std::size_t used = 0;
    const auto break_line = [&] {
        out.lines.emplace_back();
        used = 0;
    };
    for (std::size_t at = 0; at <= typed.size();) {
        if (at == cursor) {
            if (used == columns) break_line();
            out.cursor_line = out.lines.size() - 1;
            out.cursor_column = used;
        }
        if (at == typed.size()) break;
        const std::size_t bytes = app::read_cluster(typed, at).bytes;
        if (typed[at] == '\n') {
            break_line();
        } else {
            std::string shown = clean_line(typed.substr(at, bytes));
            const std::size_t wide = std::min(columns_of(shown), columns);
            if (used + wide > columns) {
                break_line();
                if (at == cursor) ++out.cursor_line, out.cursor_column = 0;
            }
            out.lines.back() += cut(shown, columns);
            used += wide;
        }
        at += bytes;
    }
    return out;
}

}  // namespace chat_client::terminal
