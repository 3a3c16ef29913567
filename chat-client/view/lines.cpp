#include "chat-client/view/lines.hpp"

#include "chat-client/terminal/columns.hpp"
#include "chat-client/view/limits.hpp"

#include <algorithm>
#include <array>

namespace chat_client::view {

using terminal::clean_line;
using terminal::clean_name;
using terminal::columns_of;
using terminal::style;

namespace {

constexpr std::size_t wide_columns = 60;
constexpr std::size_t middle_columns = 44;

std::string formatted(const char* format, const std::tm& when) {
    std::array<char, 64> text{};
    const std::size_t bytes = std::strftime(text.data(), text.size(), format, &when);
    return {text.data(), bytes};
}

bool same_day(const std::tm& left, const std::tm& right) {
    return left.tm_year == right.tm_year && left.tm_yday == right.tm_yday;
}

bool has_time(const entry& shown) {
    return shown.what.at_ms != 0 && shown.what.kind != item_kind::hole &&
           shown.what.kind != item_kind::expired;
}

std::string mark_of(const item& what) {
    switch (what.sent) {
        case delivery::refused:
            return what.trouble.empty() ? "not sent" : "not sent: " + clean_line(what.trouble);
        case delivery::slowed:
            return "waits: the server asked to slow down";
        case delivery::pending:
            return "…";
        case delivery::accepted:
        case delivery::durable:
        default:
            return what.edited && !what.deleted ? "(edited)" : "";
    }
}

style struck_out(style look) {
    look.italic = true;
    return look;
}

}  // namespace

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
    return digits;
}

std::string counted(std::uint64_t number, const std::string& thing) {
    return grouped(number) + ' ' + thing + (number == 1 ? "" : "s");
}

void line::add(std::string text, const style& look) {
    columns += columns_of(text);
    if (!text.empty()) spans.push_back({std::move(text), look});
}

line_maker::line_maker(const line_setting& with) : with_(with) {
    if (with.bare) return;
    if (with.columns >= wide_columns) {
        time_ = 6;
        number_ = std::max<std::size_t>(std::to_string(with.last_n).size(), 3) + 1;
        nick_ = with.columns >= 100 ? 14 : with.columns >= 76 ? 10 : 8;
    } else if (with.columns >= middle_columns) {
        time_ = 6;
        nick_ = 8;
    } else {
        nick_ = with.columns >= 24 ? 6 : 3;
    }
    prefix_ = time_ + number_ + nick_ + (time_ > 0 ? 3 : 1);
}

std::vector<line> line_maker::of(const entry& shown, const entry* previous, bool fresh) const {
    std::vector<line> lines;
    const item& what = shown.what;
    if (with_.bare) {
        add_bare(lines, what);
        return lines;
    }
    if (previous != nullptr && has_time(shown) && has_time(*previous)) {
        const std::tm when = with_.zone(what.at_ms);
        if (!same_day(when, with_.zone(previous->what.at_ms))) {
            lines.push_back(rule(formatted("%A, %e %B %Y", when), with_.looks.quiet));
        }
    }
    if (fresh) lines.push_back(rule("new messages", with_.looks.fresh));
    switch (what.kind) {
        case item_kind::message:
            add_message(lines, shown);
            break;
        case item_kind::hole:
        case item_kind::expired:
            lines.push_back(rule(missing(what), with_.looks.hole));
            break;
        case item_kind::emote:
        case item_kind::topic:
        case item_kind::membership:
        default:
            add_event(lines, shown);
            break;
    }
    return lines;
}

// ── text ──────────
line line_maker::rule(const std::string& text, const style& look) const {
    line made;
    const std::string label = " " + terminal::cut(text, with_.columns > 8 ? with_.columns - 8 : 1) + " ";
    const auto dashes = [](std::size_t count) {
        std::string drawn;
        for (std::size_t i = 0; i < count; ++i) drawn += "─";
        return drawn;
    };
    made.add("──", with_.looks.line);
    made.add(label, look);
    if (made.columns < with_.columns) made.add(dashes(with_.columns - made.columns), with_.looks.line);
    return made;
}

std::string line_maker::missing(const item& what) const {
    const bool gone = what.kind == item_kind::expired;
    const std::string why = gone ? " no longer kept" : " not here yet";
    if (what.n == 0 || what.last_n < what.n) {
        return counted(what.last_seq - what.seq + 1, "record") + why;
    }
    const std::string range =
        what.n == what.last_n ? "#" + grouped(what.n) : "#" + grouped(what.n) + " – #" + grouped(what.last_n);
    return counted(what.last_n - what.n + 1, "message") + why + " (" + range + ")";
}

line line_maker::head(const entry& shown, const std::string& nick, const style& nick_look) const {
    line made;
    const auto& looks = with_.looks;
    if (time_ > 0) {
        const bool timed = has_time(shown);
        const std::string when = timed ? formatted("%H:%M", with_.zone(shown.what.at_ms)) : "";
        made.add(terminal::padded_right(when, time_), looks.quiet);
    }
    if (number_ > 0) {
        const bool numbered = shown.kind == entry_kind::logged && shown.what.n > 0 &&
                              shown.what.kind != item_kind::topic && shown.what.kind != item_kind::membership;
        made.add(terminal::padded_left(numbered ? std::to_string(shown.what.n) : "", number_ - 1) + " ",
                 looks.quiet);
    }
    const std::string fits = terminal::cut(nick, nick_);
    made.add(std::string(nick_ - columns_of(fits), ' '), looks.normal);
    made.add(fits, nick_look);
    made.add(time_ > 0 ? " │ " : "│", looks.line);
    return made;
}

line line_maker::continuation() const {
    line made;
    if (prefix_ == 0) return made;
    const std::string bar = time_ > 0 ? " │ " : "│";
    made.add(std::string(prefix_ - columns_of(bar), ' '), with_.looks.normal);
    made.add(bar, with_.looks.line);
    return made;
}

void line_maker::add_body(std::vector<line>& lines, line first, const std::string& text,
                          const style& look) const {
    auto body = terminal::wrapped(text, text_columns(), limits::message_lines_max);
    bool begun = false;
    for (std::string& each : body.lines) {
        line made = begun ? continuation() : std::move(first);
        begun = true;
        made.add(std::move(each), look);
        lines.push_back(std::move(made));
    }
    if (body.left_out == 0) return;
    line more = continuation();
    more.add("… " + counted(body.left_out, "more line"), with_.looks.quiet);
    lines.push_back(std::move(more));
}

style line_maker::nick_look(const entry& shown) const {
    if (shown.what.mention) return with_.looks.mention;
    if (shown.what.own) return with_.looks.own;
    return with_.looks.nick(shown.what.colour_key);
}

void line_maker::add_message(std::vector<line>& lines, const entry& shown) const {
    const item& what = shown.what;
    line first = head(shown, clean_name(what.nick), nick_look(shown));
    if (what.reply_to) {
        add_quote(lines, *what.reply_to);
        // The quote has the head; what is said stands below.
        std::swap(lines.back(), first);
        line quoted = std::move(first);
        for (span& each : quoted.spans) lines.back().add(std::move(each.text), each.look);
        first = continuation();
    }
    const bool sent = what.sent == delivery::durable || what.sent == delivery::accepted;
    if (what.deleted) {
        add_body(lines, std::move(first), "(deleted)", struck_out(with_.looks.quiet));
    } else {
        const style look = what.mention ? with_.looks.mention_text
                           : sent       ? with_.looks.normal
                                        : with_.looks.quiet;
        add_body(lines, std::move(first), what.text, look);
    }
    add_marks(lines, shown);
    add_reactions(lines, what);
}

// The beginning of what is replied to, as one line without its head.
void line_maker::add_quote(std::vector<line>& lines, const quote& of) const {
    line made;
    const std::string text = of.deleted ? "(deleted)" : clean_line(of.text.substr(0, of.text.find('\n')));
    std::string label = "↪ #" + std::to_string(of.n);
    if (!of.nick.empty()) label += " " + clean_name(of.nick) + ": " + text;
    made.add(terminal::cut(label, text_columns()), with_.looks.quiet);
    lines.push_back(std::move(made));
}

void line_maker::add_marks(std::vector<line>& lines, const entry& shown) const {
    const std::string mark = mark_of(shown.what);
    if (mark.empty()) return;
    const std::size_t wide = columns_of(mark) + 1;
    if (lines.back().columns + wide > with_.columns) lines.push_back(continuation());
    const bool is_refused = shown.what.sent == delivery::refused;
    lines.back().add(std::string(1, ' ') + terminal::cut(mark, text_columns() - 1),
                     is_refused ? with_.looks.error : with_.looks.quiet);
}

void line_maker::add_reactions(std::vector<line>& lines, const item& what) const {
    if (what.reactions.empty()) return;
    line made = continuation();
    for (const reaction& each : what.reactions) {
        const std::string shown =
            terminal::cut(clean_line(each.text), 24) + (each.count > 1 ? " " + grouped(each.count) : "");
        if (made.columns + columns_of(shown) + 2 > with_.columns && made.columns > prefix_) {
            lines.push_back(std::move(made));
            made = continuation();
        }
        style look = with_.looks.quiet;
        look.underlined = each.mine;
        made.add(shown, look);
        made.add("  ", with_.looks.normal);
    }
    lines.push_back(std::move(made));
}

void line_maker::add_event(std::vector<line>& lines, const entry& shown) const {
    const item& what = shown.what;
    if (what.kind == item_kind::emote) {
        const std::string text = clean_name(what.nick) + " " + (what.deleted ? "(deleted)" : what.text);
        add_body(lines, head(shown, "*", nick_look(shown)), text,
                 what.mention ? with_.looks.mention_text : nick_look(shown));
        add_marks(lines, shown);
        return add_reactions(lines, what);
    }
    const bool is_trouble = shown.kind == entry_kind::trouble;
    const style mark = is_trouble ? with_.looks.error : with_.looks.quiet;
    style look = shown.kind == entry_kind::logged ? with_.looks.quiet : with_.looks.notice;
    if (is_trouble) look = with_.looks.error;
    std::string text = what.text;
    if (what.kind == item_kind::topic) {
        text = clean_name(what.nick) + (text.empty() ? " took the topic away" : " set the topic: " + text);
    }
    add_body(lines, head(shown, is_trouble ? "=!=" : "--", mark), text, look);
}

void line_maker::add_bare(std::vector<line>& lines, const item& what) const {
    if (what.kind == item_kind::hole || what.kind == item_kind::expired) {
        line made;
        made.add(terminal::cut(missing(what), with_.columns), with_.looks.quiet);
        lines.push_back(std::move(made));
        return;
    }
    const std::string nick = clean_name(what.nick);
    const std::string text = what.deleted ? "(deleted)" : what.text;
    const std::string whole = what.kind == item_kind::message && !nick.empty() ? nick + ": " + text
                              : nick.empty()                                   ? text
                                                                               : nick + " " + text;
    add_body(lines, {}, whole, with_.looks.normal);
}

}  // namespace chat_client::view
