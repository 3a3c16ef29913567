// What the view holds of one room's log: a window without unknown places, local notes, what is being sent.
//
//        from_seq                       to_seq
//   …──────┤ items, holes, notes ─────────├──…      oldest() and newest() tell that nothing is beyond
//                                          └─ pending messages, where newest()
//
//   if (auto wish = log.wish_for(…)) ask(*wish);    log.put(page);     one request at a time
//   for (auto at = log.begin(); at != log.end(); ++at) show(at->second);
#pragma once

#include "chat-client/view/actions.hpp"
#include "chat-client/view/model.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace chat_client::view {

// Where an entry stands: local ones stand behind the record with their seq.
struct position {
    std::uint64_t seq = 0;
    std::uint64_t minor = 0;

    auto operator<=>(const position&) const = default;
};

enum class entry_kind : std::uint8_t { logged, pending, note, trouble };

struct entry {
    entry_kind kind = entry_kind::logged;
    item what{};
};

class timeline {
  public:
    using entries = std::map<position, entry>;
    using iterator = entries::const_iterator;

    bool loaded() const { return loaded_; }
    bool oldest() const { return oldest_; }
    bool newest() const { return newest_; }
    std::uint64_t from_seq() const { return from_seq_; }
    std::uint64_t to_seq() const { return to_seq_; }

    // What can be shown as one stretch.
    iterator begin() const;
    iterator end() const;
    // Among them.
    iterator at_or_after(const position& where) const;
    // The message, or the hole it lies in; end() when neither is here.
    iterator find_message(std::uint64_t n) const;

    // Of this room; `from` and `at` as in `fetch`. Nothing while an answer is awaited, or when the last one
    // brought nothing new.
    std::optional<fetch> wish_for(fetch_from from, std::uint64_t at, std::uint64_t next_request);
    // The person moves: what brought nothing may be asked for again.
    void retry() { dry_ = false; }
    // Whether the page was the answer that replaced or extended the window.
    bool put(page with);
    void forget();

    void set_pending(std::vector<item> items);
    void note(std::string text, bool is_trouble);
    // Hides what is here until reveal().
    void clear();
    void reveal() { floor_ = {}; }

    // Gives up what is far from `keep` when there is too much.
    void trim(const position& keep);
    std::size_t items() const { return logged_; }

  private:
    void replace_range(page& with);
    void cut_holes(const page& with);
    void erase_logged(std::uint64_t from, std::uint64_t to);
    void insert(item what);
    entries::iterator erase(entries::iterator at);
    void drop_oldest();
    void drop_newest();

    entries entries_;
    bool loaded_ = false;
    bool oldest_ = false;
    bool newest_ = false;
    std::uint64_t from_seq_ = 0;
    std::uint64_t to_seq_ = 0;
    std::uint64_t latest_seq_ = 0;  // heard of
    std::uint64_t last_note_ = 0;
    std::size_t logged_ = 0;
    std::size_t notes_ = 0;
    std::size_t bytes_ = 0;  // of the logged texts
    position floor_{};
    std::optional<fetch> asked_;
    bool dry_ = false;
};

}  // namespace chat_client::view
