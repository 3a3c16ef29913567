#include "common/app/terminal_text.hpp"

#include "common/app/limits.hpp"
#include "common/app/utf8.hpp"

#include <utf8proc.h>

#include <array>
#include <cstdint>
#include <cstdio>

namespace common::app {
namespace {

constexpr std::int32_t zero_width_joiner = 0x200D;
constexpr std::int32_t combining_keycap = 0x20E3;

bool is_control(std::int32_t value) {
    return value < 0x20 || (value >= 0x7F && value < 0xA0);
}

bool is_line_break(std::int32_t value) {
    return value == 0x2028 || value == 0x2029;
}

bool is_variation_selector(std::int32_t value) {
    return value == 0xFE0E || value == 0xFE0F;
}

bool is_skin_tone(std::int32_t value) {
    return value >= 0x1F3FB && value <= 0x1F3FF;
}

bool is_keycap_base(std::int32_t value) {
    return (value >= '0' && value <= '9') || value == '#' || value == '*';
}

bool is_pictograph(std::int32_t value) {
    return utf8proc_get_property(value)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

bool is_mark(std::int32_t value) {
    const auto category = utf8proc_category(value);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
           category == UTF8PROC_CATEGORY_ME;
}

// Takes no column and shows nothing, or changes how its neighbours are shown: bidirectional controls,
// joiners, variation selectors, fillers, tags (Default_Ignorable_Code_Point), and interlinear annotations.
bool is_invisible(std::int32_t value) {
    return utf8proc_get_property(value)->ignorable || (value >= 0xFFF9 && value <= 0xFFFB);
}

void append_escape(std::string& out, std::int32_t value) {
    std::array<char, 16> text{};
    const char* format = value < 0x100 ? "\\x%02x" : value < 0x10000 ? "\\u%04x" : "\\U%08x";
    std::snprintf(text.data(), text.size(), format, static_cast<unsigned>(value));
    out += text.data();
}

class sanitizer {
  public:
    sanitizer(std::string_view input, text_kind kind) : input_(input), kind_(kind) {
        out_.reserve(input.size());
    }

    std::string run() {
        while (at_ < input_.size()) {
            const code_point next = read_code_point(input_, at_);
            const std::string_view bytes = input_.substr(at_, next.bytes);
            at_ += next.bytes;
            take(next, bytes);
        }
        return std::move(out_);
    }

  private:
    void take(const code_point& next, std::string_view bytes) {
        const std::int32_t value = next.value;
        if (!next.valid || is_line_break(value)) {
            escape(value);
        } else if (is_control(value)) {
            take_control(value);
        } else if (is_invisible(value)) {
            take_invisible(value, bytes);
        } else if (is_mark(value)) {
            if (marks_ < limits::combining_marks_max) {
                ++marks_;
                out_ += bytes;
            }
        } else {
            marks_ = 0;
            in_emoji_ = is_pictograph(value) || (in_emoji_ && is_skin_tone(value));
            takes_selector_ = is_pictograph(value) || is_keycap_base(value);
            out_ += bytes;
        }
    }

    void take_control(std::int32_t value) {
        const bool keeps_lines = kind_ == text_kind::text;
        if (value == '\r' && keeps_lines && at_ < input_.size() && input_[at_] == '\n') return;
        if (value == '\n' && keeps_lines) {
            plain("\n");
        } else if (value == '\t' && kind_ != text_kind::name) {
            plain(std::string(limits::tab_columns, ' '));
        } else {
            escape(value);
        }
    }

    void take_invisible(std::int32_t value, std::string_view bytes) {
        if (kind_ == text_kind::name) {
            escape(value);
        } else if (is_variation_selector(value) && takes_selector_) {
            takes_selector_ = false;
            out_ += bytes;
        } else if (value == zero_width_joiner && in_emoji_ && next_is_pictograph()) {
            in_emoji_ = false;
            out_ += bytes;
        }
    }

    bool next_is_pictograph() const {
        if (at_ >= input_.size()) return false;
        const code_point next = read_code_point(input_, at_);
        return next.valid && is_pictograph(next.value);
    }

    void escape(std::int32_t value) {
        append_escape(out_, value);
        end_cluster();
    }

    void plain(std::string_view text) {
        out_ += text;
        end_cluster();
    }

    void end_cluster() {
        marks_ = 0;
        in_emoji_ = false;
        takes_selector_ = false;
    }

    std::string_view input_;
    text_kind kind_;
    std::string out_;
    std::size_t at_ = 0;
    std::size_t marks_ = 0;        // combining marks since the last base character
    bool in_emoji_ = false;        // a joiner may follow
    bool takes_selector_ = false;  // a variation selector may follow
};

}  // namespace

cluster read_cluster(std::string_view text, std::size_t at) {
    const std::size_t begin = at;
    const auto is_plain = [text](std::size_t i) {
        return i >= text.size() || (text[i] >= ' ' && text[i] < 0x7f);
    };
    if (is_plain(at) && is_plain(at + 1)) return {.bytes = 1, .columns = 1};
    std::size_t columns = 0;
    std::int32_t previous = -1;
    utf8proc_int32_t state = 0;
    while (at < text.size()) {
        const code_point next = read_code_point(text, at);
        const std::int32_t value = next.valid ? next.value : 0xFFFD;
        if (previous >= 0 && utf8proc_grapheme_break_stateful(previous, value, &state)) break;
        const bool flag = previous >= 0x1F1E6 && previous <= 0x1F1FF;
        if (value == 0xFE0F || value == combining_keycap || flag) {
            columns = 2;
        } else if (columns == 0 && !is_control(value)) {
            columns = static_cast<std::size_t>(utf8proc_charwidth(value));
        }
        previous = value;
        at += next.bytes;
    }
    return {.bytes = at - begin, .columns = columns};
}

bool acts_on_terminal(std::int32_t code_point) {
    return is_control(code_point) || is_line_break(code_point) || is_invisible(code_point);
}

std::string sanitize(std::string_view untrusted, text_kind kind) {
    return sanitizer(untrusted, kind).run();
}

std::size_t display_width(std::string_view text) {
    std::size_t total = 0;
    for (std::size_t at = 0; at < text.size();) {
        const cluster next = read_cluster(text, at);
        total += next.columns;
        at += next.bytes;
    }
    return total;
}

std::string truncate_to_width(std::string_view text, std::size_t columns) {
    if (columns == 0) return {};
    std::size_t used = 0;
    std::size_t fits_with_ellipsis = 0;
    for (std::size_t at = 0; at < text.size();) {
        const cluster next = read_cluster(text, at);
        used += next.columns;
        at += next.bytes;
        if (used > columns) return std::string{text.substr(0, fits_with_ellipsis)} + "…";
        if (used + 1 <= columns) fits_with_ellipsis = at;
    }
    return std::string{text};
}

}  // namespace common::app
