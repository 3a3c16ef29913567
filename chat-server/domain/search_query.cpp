#include "chat-server/domain/search_query.hpp"

#include "chat-server/domain/limits.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace chat_server::domain {
namespace {

struct term {
    std::string words;  // one, or several with spaces between them
    std::size_t characters = 0;
    bool prefix = false;
};

// As the index's tokenizer takes them: letters, marks on them, numbers, private characters.
bool is_word_character(utf8proc_int32_t point) {
    switch (utf8proc_category(point)) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_NO:
        case UTF8PROC_CATEGORY_CO:
            return true;
        default:
            return false;
    }
}

class scanner {
  public:
    explicit scanner(std::string_view text) : rest_(text) {}

    std::vector<term> terms() {
        while (!rest_.empty()) step();
        end_word();
        end_term();
        return std::move(terms_);
    }

  private:
    void step() {
        utf8proc_int32_t point = 0;
        const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(rest_.data()),
                                           static_cast<utf8proc_ssize_t>(rest_.size()), &point);
        const std::string_view character =
            rest_.substr(0, static_cast<std::size_t>(std::max<utf8proc_ssize_t>(size, 1)));
        rest_.remove_prefix(character.size());
        if (size > 0 && is_word_character(point)) {
            word_ += character;
            ++characters_;
            return;
        }
        if (character == "*" && !word_.empty()) open_.prefix = true;
        end_word();
        if (character == "\"") quoted_ = !quoted_;
        if (!quoted_ || character == "\"") end_term();
    }
    void end_word() {
        if (word_.empty()) return;
        if (!open_.words.empty()) open_.words += ' ';
        open_.words += word_;
        open_.characters = characters_;
        word_.clear();
        characters_ = 0;
    }
    void end_term() {
        if (!open_.words.empty()) terms_.push_back(std::move(open_));
        open_ = {};
    }

    std::string_view rest_;
    std::vector<term> terms_;
    term open_;
    std::string word_;
    std::size_t characters_ = 0;
    bool quoted_ = false;
};

}  // namespace

search_query parse_query(std::string_view typed) {
    const std::vector<term> terms = scanner{typed}.terms();
    if (terms.empty()) return {};
    if (terms.size() > limits::search_terms_max) return {.error = query_error::too_many_words};
    std::string match = "text : (";
    for (const term& each : terms) {
        if (each.prefix && each.characters < limits::search_prefix_characters_min) {
            return {.error = query_error::short_prefix};
        }
        if (&each != &terms.front()) match += " AND ";
        match += '"' + each.words + '"';
        if (each.prefix) match += " *";
    }
    return {.match = match + ")"};
}

}  // namespace chat_server::domain
