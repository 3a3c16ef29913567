#include "chat-server/domain/look_alikes.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>

namespace chat_server::domain {
namespace {

struct free_memory {
    void operator()(utf8proc_uint8_t* bytes) const { std::free(bytes); }
};

// Small letters after case folding, by code point, and the ASCII ones whose shape they have, in either case.
constexpr std::array<std::pair<char32_t, char>, 50> shapes{{
    {U'0', 'o'},   {U'1', 'l'},   {U'i', 'l'},                                  // ASCII itself
    {0x0131, 'l'}, {0x0142, 'l'}, {0x00f8, 'o'}, {0x0111, 'd'}, {0x0127, 'h'},  // Latin
    {0x0251, 'a'}, {0x0261, 'g'}, {0x026a, 'l'}, {0x01c0, 'l'},                 //
    {0x03b1, 'a'}, {0x03b2, 'b'}, {0x03b5, 'e'}, {0x03b6, 'z'}, {0x03b7, 'h'},  // Greek
    {0x03b9, 'l'}, {0x03ba, 'k'}, {0x03bc, 'm'}, {0x03bd, 'v'}, {0x03bf, 'o'},  //
    {0x03c1, 'p'}, {0x03c4, 't'}, {0x03c5, 'y'}, {0x03c7, 'x'}, {0x03f2, 'c'},  //
    {0x0430, 'a'}, {0x0432, 'b'}, {0x0435, 'e'}, {0x043a, 'k'}, {0x043c, 'm'},  // Cyrillic
    {0x043d, 'h'}, {0x043e, 'o'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0442, 't'},  //
    {0x0443, 'y'}, {0x0445, 'x'}, {0x0455, 's'}, {0x0456, 'l'}, {0x0458, 'j'},  //
    {0x04bb, 'h'}, {0x0501, 'd'}, {0x051b, 'q'}, {0x051d, 'w'}, {0x04cf, 'l'},  //
    {0x0585, 'o'}, {0x057d, 'u'}, {0x0578, 'n'},                                // Armenian
}};

char32_t take(std::string_view& text) {
    utf8proc_int32_t point = 0;
    const auto bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                        static_cast<utf8proc_ssize_t>(text.size()), &point);
    text.remove_prefix(static_cast<std::size_t>(std::max<utf8proc_ssize_t>(bytes, 1)));
    return static_cast<char32_t>(std::max(point, 0));
}

std::string folded(std::string_view name) {
    utf8proc_uint8_t* made = nullptr;
    constexpr auto how =
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
                                       UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
    const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(name.data()),
                                   static_cast<utf8proc_ssize_t>(name.size()), &made, how);
    const std::unique_ptr<utf8proc_uint8_t, free_memory> owner{made};
    if (size < 0) return std::string{name};
    return {reinterpret_cast<const char*>(made), static_cast<std::size_t>(size)};
}

void append(std::string& to, char32_t point) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(point), bytes.data());
    to.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

// Pairs of letters that run together.
void join_pairs(std::string& text) {
    constexpr std::array<std::pair<std::string_view, char>, 2> pairs{{{"rn", 'm'}, {"vv", 'w'}}};
    for (const auto& [pair, shape] : pairs) {
        for (auto at = text.find(pair); at != std::string::npos; at = text.find(pair, at + 1)) {
            text.replace(at, pair.size(), 1, shape);
        }
    }
}

enum script : std::uint8_t { latin = 1, greek = 2, cyrillic = 4, armenian = 8 };

std::uint8_t script_of(char32_t point) {
    struct block {
        char32_t first;
        char32_t last;
        script is;
    };
    constexpr std::array blocks{
        block{U'A', U'Z', latin},        block{U'a', U'z', latin},        block{0x00c0, 0x02af, latin},
        block{0x0370, 0x03ff, greek},    block{0x0400, 0x052f, cyrillic}, block{0x0531, 0x0587, armenian},
        block{0x1c80, 0x1c8f, cyrillic}, block{0x1e00, 0x1eff, latin},    block{0x1f00, 0x1fff, greek},
        block{0x2de0, 0x2dff, cyrillic}, block{0x2c60, 0x2c7f, latin},    block{0xa640, 0xa69f, cyrillic},
        block{0xff21, 0xff5a, latin},
    };
    const auto found =
        std::ranges::find_if(blocks, [point](const block& b) { return point >= b.first && point <= b.last; });
    return found == blocks.end() ? 0 : found->is;
}

}  // namespace

std::string skeleton(std::string_view name) {
    const std::string text = folded(name);
    std::string bare;
    for (std::string_view rest = text; !rest.empty();) {
        const char32_t point = take(rest);
        const auto shape = std::ranges::find(shapes, point, &std::pair<char32_t, char>::first);
        if (shape == shapes.end()) append(bare, point);
        if (shape != shapes.end()) bare += shape->second;
    }
    join_pairs(bare);
    return bare;
}

bool mixes_scripts(std::string_view name) {
    unsigned seen = 0;
    while (!name.empty()) seen |= script_of(take(name));
    return (seen & (seen - 1)) != 0;
}

}  // namespace chat_server::domain
