#include "chat-client/view/timeline.hpp"

#include "chat-client/view/limits.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chat_client::view {
namespace {

constexpr std::uint64_t end_of_log = std::numeric_limits<std::uint64_t>::max();

bool spans_records(const item& what) {
    return what.kind == item_kind::hole || what.kind == item_kind::expired;
}

std::uint64_t last_seq_of(const item& what) {
    return spans_records(what) ? what.last_seq : what.seq;
}

bool is_message(const item& what) {
    return what.kind == item_kind::message || what.kind == item_kind::emote;
}

bool replaces_window(fetch_from from) {
    return from != fetch_from::before_seq && from != fetch_from::after_seq;
}

}  // namespace

timeline::iterator timeline::begin() const {
    return at_or_after({});
}

timeline::iterator timeline::end() const {
    if (!loaded_ || newest_) return entries_.end();
    return entries_.upper_bound({to_seq_, end_of_log});
}

timeline::iterator timeline::at_or_after(const position& where) const {
    const position first = loaded_ && !oldest_ ? position{from_seq_, 0} : position{};
    const auto found = entries_.lower_bound(std::max({where, first, floor_}));
    const bool has_beyond = loaded_ && !newest_;
    const bool is_beyond = has_beyond && (found == entries_.end() || found->first.seq > to_seq_);
    return is_beyond ? end() : found;
}

timeline::iterator timeline::find_message(std::uint64_t n) const {
    const auto holds = [n](const entries::value_type& each) {
        if (each.second.kind != entry_kind::logged) return false;
        const item& what = each.second.what;
        return spans_records(what) ? what.n <= n && n <= what.last_n : is_message(what) && what.n == n;
    };
    return std::find_if(begin(), end(), holds);
}

std::optional<fetch> timeline::wish_for(fetch_from from, std::uint64_t at, std::uint64_t next_request) {
    const bool moves = replaces_window(from);
    if (asked_ && (!moves || (asked_->from == from && asked_->at == at))) return std::nullopt;
    if (dry_ && !moves) return std::nullopt;
    asked_ = fetch{.request = next_request, .room = {}, .from = from, .at = at, .count = limits::fetch_items};
    return asked_;
}

bool timeline::put(page with) {
    latest_seq_ = std::max(latest_seq_, with.to_seq);
    const bool answers = asked_ && with.request != 0 && with.request == asked_->request;
    if (with.request != 0 && !answers) return false;
    const bool is_empty = with.from_seq > with.to_seq;
    if (answers) {
        const fetch asked = *std::exchange(asked_, std::nullopt);
        dry_ = is_empty;
        if (replaces_window(asked.from)) {
            erase_logged(0, end_of_log);
            loaded_ = true;
            oldest_ = with.oldest;
            newest_ = with.newest || asked.from == fetch_from::newest;
            // An empty log, or an empty answer: news adjoin behind what was asked for.
            from_seq_ = is_empty ? with.to_seq + 1 : with.from_seq;
            to_seq_ = with.to_seq;
            replace_range(with);
            return true;
        }
        if (is_empty) {
            (asked.from == fetch_from::before_seq ? oldest_ : newest_) |=
                asked.from == fetch_from::before_seq ? with.oldest : with.newest;
            return true;
        }
    }
    if (!loaded_ || is_empty) return false;
    if (with.from_seq > to_seq_ + 1) {
        newest_ = false;  // something between was not told
        return false;
    }
    if (with.to_seq + 1 < from_seq_) return false;
    dry_ = false;
    if (with.to_seq > to_seq_) {
        to_seq_ = with.to_seq;
        newest_ = newest_ || with.newest;
    }
    if (with.from_seq < from_seq_) from_seq_ = with.from_seq;
    if (with.from_seq == from_seq_) oldest_ = oldest_ || with.oldest;
    replace_range(with);
    return answers;
}

void timeline::replace_range(page& with) {
    cut_holes(with);
    erase_logged(with.from_seq, with.to_seq);
    for (item& each : with.items) {
        if (each.seq >= with.from_seq && each.seq <= with.to_seq) insert(std::move(each));
    }
}

// What a hole has outside of the range stays a hole.
void timeline::cut_holes(const page& with) {
    std::vector<item> rests;
    const auto behind = entries_.upper_bound({with.to_seq, end_of_log});
    auto at = entries_.lower_bound({with.from_seq, 0});
    while (at != entries_.begin()) {  // the last record in front: only it can reach into the range
        --at;
        if (at->second.kind == entry_kind::logged) break;
    }
    const auto first = std::ranges::find_if(with.items, is_message);
    const auto last = std::find_if(with.items.rbegin(), with.items.rend(), is_message);
    while (at != behind) {
        const item& what = at->second.what;
        const bool reaches =
            at->second.kind == entry_kind::logged && spans_records(what) && what.last_seq >= with.from_seq;
        if (!reaches) {
            ++at;
            continue;
        }
        if (what.seq < with.from_seq) {
            rests.push_back(what);
            rests.back().last_seq = with.from_seq - 1;
            if (first != with.items.end() && first->n > 0) rests.back().last_n = first->n - 1;
        }
        if (what.last_seq > with.to_seq) {
            rests.push_back(what);
            rests.back().seq = with.to_seq + 1;
            if (last != with.items.rend() && last->n > 0) rests.back().n = last->n + 1;
        }
        at = erase(at);
    }
    for (item& each : rests) insert(std::move(each));
}

void timeline::erase_logged(std::uint64_t from, std::uint64_t to) {
    auto at = entries_.lower_bound({from, 0});
    while (at != entries_.end() && at->first.seq <= to) {
        at = at->second.kind == entry_kind::logged ? erase(at) : std::next(at);
    }
}

void timeline::insert(item what) {
    const position where{what.seq, 0};
    bytes_ += what.text.size();
    ++logged_;
    const auto [at, is_new] = entries_.insert_or_assign(where, entry{entry_kind::logged, std::move(what)});
    static_cast<void>(at);
    if (!is_new) --logged_;
}

timeline::entries::iterator timeline::erase(entries::iterator at) {
    if (at->second.kind == entry_kind::logged) {
        --logged_;
        bytes_ -= std::min(bytes_, at->second.what.text.size());
    }
    return entries_.erase(at);
}

void timeline::forget() {
    erase_logged(0, end_of_log);
    loaded_ = oldest_ = newest_ = dry_ = false;
    from_seq_ = to_seq_ = 0;
    asked_.reset();
}

void timeline::set_pending(std::vector<item> items) {
    entries_.erase(entries_.lower_bound({end_of_log, 0}), entries_.end());
    std::uint64_t minor = 0;
    for (item& each : items) {
        entries_.emplace(position{end_of_log, minor++}, entry{entry_kind::pending, std::move(each)});
    }
}

void timeline::note(std::string text, bool is_trouble) {
    if (text.size() > limits::note_bytes_max) text.resize(limits::note_bytes_max);
    item what{.kind = item_kind::membership, .text = std::move(text)};
    entries_.emplace(position{latest_seq_, ++last_note_},
                     entry{is_trouble ? entry_kind::trouble : entry_kind::note, std::move(what)});
    if (++notes_ <= limits::notes_max) return;
    const auto first = std::ranges::find_if(entries_, [](const auto& each) {
        return each.second.kind == entry_kind::note || each.second.kind == entry_kind::trouble;
    });
    entries_.erase(first);
    --notes_;
}

void timeline::clear() {
    floor_ = {latest_seq_, last_note_ + 1};
}

void timeline::trim(const position& keep) {
    const auto too_much = [&] {
        return logged_ > limits::window_items_max || (bytes_ > limits::window_bytes_max && logged_ > 2);
    };
    if (!too_much()) return;
    auto older = static_cast<std::size_t>(std::ranges::count_if(entries_, [&](const auto& each) {
        return each.second.kind == entry_kind::logged && each.first < keep;
    }));
    while (too_much()) {
        const std::size_t before = logged_;
        if (older * 2 > logged_) {
            drop_oldest();
            --older;
        } else {
            drop_newest();
        }
        if (logged_ == before) return;
    }
}

void timeline::drop_oldest() {
    auto at = entries_.lower_bound({from_seq_, 0});
    while (at != entries_.end() && at->second.kind != entry_kind::logged) ++at;
    if (at == entries_.end()) return;
    from_seq_ = last_seq_of(at->second.what) + 1;
    oldest_ = false;
    erase(at);
}

void timeline::drop_newest() {
    auto at = entries_.upper_bound({to_seq_, end_of_log});
    while (at != entries_.begin()) {
        --at;
        if (at->second.kind != entry_kind::logged) continue;
        to_seq_ = at->second.what.seq - 1;
        newest_ = false;
        erase(at);
        return;
    }
}

}  // namespace chat_client::view
