#include "chat-client/view/pane.hpp"

#include <algorithm>
#include <iterator>

namespace chat_client::view {
namespace {

const entry* previous_logged(const timeline& log, timeline::iterator at) {
    while (at != log.begin()) {
        --at;
        if (at->second.kind == entry_kind::logged) return &at->second;
    }
    return nullptr;
}

bool can_be_chosen(const entry& shown) {
    const item_kind kind = shown.what.kind;
    return shown.kind == entry_kind::logged && (kind == item_kind::message || kind == item_kind::emote);
}

}  // namespace

void pane::look_at(std::string room) {
    room_ = std::move(room);
    chosen_.reset();
    mark_.reset();
    wanted_.reset();
    to_newest();
}

void pane::to_newest() {
    follows_ = true;
    at_oldest_ = false;
    wanted_.reset();
    target_.reset();
}

void pane::go_to(std::uint64_t n) {
    wanted_ = n;
    target_.reset();
    follows_ = at_oldest_ = false;
}

void pane::show_from(const position& top) {
    follows_ = at_oldest_ = false;
    top_ = top;
    skip_ = 0;
}

std::vector<line> pane::lines_of(const scene& of, iterator at) const {
    const entry* previous = previous_logged(of.log, at);
    bool fresh = false;
    if (of.marker && at->second.kind == entry_kind::logged && at->first.seq > *of.marker) {
        fresh = previous == nullptr ? of.log.from_seq() <= *of.marker + 1 && *of.marker > 0
                                    : previous->what.seq <= *of.marker;
    }
    return of.make.of(at->second, previous, fresh);
}

pane_picture pane::layout(const scene& of) {
    if (of.log.begin() == of.log.end() || of.rows == 0) {
        return {.lines = {}, .reaches_begin = true, .reaches_end = true};
    }
    reach_wanted(of);
    pane_picture shown = follows_ ? to_end(of) : from_top(of);
    if (chosen_) {
        keep_chosen(of, shown);
        shown = follows_ ? to_end(of) : from_top(of);
    }
    return shown;
}

pane_picture pane::to_end(const scene& of) {
    pane_picture shown{.lines = {}, .reaches_end = true};
    iterator at = of.log.end();
    std::size_t missing = of.rows;
    std::vector<std::pair<position, std::vector<line>>> entries;
    while (missing > 0 && at != of.log.begin()) {
        --at;
        entries.emplace_back(at->first, lines_of(of, at));
        const std::size_t count = entries.back().second.size();
        skip_ = count > missing ? count - missing : 0;
        missing -= std::min(count, missing);
    }
    top_ = at->first;
    shown.reaches_begin = at == of.log.begin() && skip_ == 0;
    std::size_t skip = skip_;
    for (auto each = entries.rbegin(); each != entries.rend(); ++each) {
        for (line& made : each->second) {
            if (skip > 0) {
                --skip;
            } else {
                shown.lines.push_back({each->first, std::move(made)});
            }
        }
    }
    return shown;
}

pane_picture pane::from_top(const scene& of) {
    pane_picture shown;
    if (at_oldest_) top_ = {};
    iterator at = of.log.at_or_after(std::max(top_, of.log.begin()->first));
    if (at == of.log.end()) at = std::prev(at);
    if (at->first != top_) skip_ = 0;
    top_ = at->first;
    shown.reaches_begin = at == of.log.begin() && skip_ == 0;
    bool cut_off = false;
    for (; at != of.log.end() && shown.lines.size() < of.rows; ++at) {
        std::vector<line> lines = lines_of(of, at);
        if (at->first == top_) skip_ = std::min(skip_, lines.empty() ? 0 : lines.size() - 1);
        const std::size_t skip = at->first == top_ ? skip_ : 0;
        for (std::size_t i = skip; i < lines.size() && shown.lines.size() < of.rows; ++i) {
            shown.lines.push_back({at->first, std::move(lines[i])});
            cut_off = i + 1 < lines.size();
        }
    }
    shown.reaches_end = at == of.log.end() && !cut_off;
    if (!shown.reaches_end) return shown;
    follows_ = of.log.newest() && !wanted_;
    return to_end(of);
}

void pane::scroll(const scene& of, std::ptrdiff_t lines) {
    if (of.log.begin() == of.log.end()) return;
    wanted_.reset();
    if (lines > 0 && follows_) return;
    follows_ = at_oldest_ = false;
    iterator at = of.log.at_or_after(std::max(top_, of.log.begin()->first));
    if (at == of.log.end()) at = std::prev(at);
    while (lines < 0) {
        if (skip_ > 0) {
            const auto step = std::min(skip_, static_cast<std::size_t>(-lines));
            skip_ -= step;
            lines += static_cast<std::ptrdiff_t>(step);
        } else if (at == of.log.begin()) {
            break;
        } else {
            --at;
            skip_ = lines_of(of, at).size();
        }
    }
    while (lines > 0) {
        const std::size_t count = lines_of(of, at).size();
        const std::size_t left = count - std::min(skip_, count);
        if (static_cast<std::size_t>(lines) < left) {
            skip_ += static_cast<std::size_t>(lines);
            break;
        }
        lines -= static_cast<std::ptrdiff_t>(left);
        if (std::next(at) == of.log.end()) break;
        ++at;
        skip_ = 0;
    }
    top_ = at->first;
}

void pane::to_oldest() {
    show_from({});
    at_oldest_ = true;
}

// The message stands a third below the top.
void pane::reach_wanted(const scene& of) {
    if (!wanted_) return;
    const iterator found = of.log.find_message(*wanted_);
    if (found == of.log.end()) return;
    const bool is_here = found->second.what.kind != item_kind::hole;
    show_from(found->first);
    const auto wanted = wanted_;
    scroll(of, -static_cast<std::ptrdiff_t>(of.rows / 3));
    if (is_here) {
        target_ = found->first;
    } else {
        wanted_ = wanted;  // the hole is going to be filled
    }
}

void pane::choose_next(const timeline& log, bool up) {
    if (!chosen_ && target_) {
        chosen_ = target_;
        return;
    }
    iterator at = chosen_ ? log.at_or_after(*chosen_) : log.end();
    while (up ? at != log.begin() : at != log.end()) {
        if (up) {
            --at;
        } else if (++at == log.end()) {
            break;
        }
        if (!can_be_chosen(at->second)) continue;
        chosen_ = at->first;
        return;
    }
    if (!up && !mark_) chosen_.reset();  // below the last one
}

bool pane::is_chosen(const position& at) const {
    if (!chosen_) return target_ == at;
    const position other = mark_.value_or(*chosen_);
    return at >= std::min(*chosen_, other) && at <= std::max(*chosen_, other);
}

void pane::keep_chosen(const scene& of, const pane_picture& shown) {
    if (shown.lines.empty()) return;
    if (*chosen_ < shown.lines.front().at || (*chosen_ == shown.lines.front().at && skip_ > 0)) {
        show_from(*chosen_);
    } else if (*chosen_ > shown.lines.back().at ||
               (*chosen_ == shown.lines.back().at && !shown.reaches_end)) {
        const iterator found = of.log.at_or_after(*chosen_);
        if (found == of.log.end()) return;
        show_from(*chosen_);
        const std::size_t height = lines_of(of, found).size();
        if (height < of.rows) scroll(of, -static_cast<std::ptrdiff_t>(of.rows - height));
    }
}

}  // namespace chat_client::view
