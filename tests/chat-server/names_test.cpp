#include "chat-server/domain/names.hpp"

#include "chat-server/domain/token_bucket.hpp"
#include "tests/catch.hpp"

using namespace chat_server::domain;
using namespace std::chrono_literals;

TEST_CASE("room names are letters and digits of any script, in one spelling") {
    struct row {
        const char* wished;
        const char* given;  // nullptr: refused
    };
    for (const row& each : {row{"lobby", "lobby"},
                            row{"Lobby", "lobby"},
                            row{"v1.2_x-y", "v1.2_x-y"},
                            row{"caf\xc3\xa9", "caf\xc3\xa9"},
                            row{"\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x97\xa5\xe6\x9c\xac"},
                            row{"7", "7"},
                            row{"", nullptr},
                            row{"#lobby", nullptr},
                            row{"a b", nullptr},
                            row{"-rf", nullptr},
                            row{".hidden", nullptr},
                            row{"a/b", nullptr},
                            row{"a\nb", nullptr},
                            row{"a\x1b[2J", nullptr},
                            row{"\xc2\x9b", nullptr},  // C1
                            row{"a\xe2\x80\xae"
                                "b",
                                nullptr},  // right-to-left override
                            row{"a\xe2\x80\x8b", nullptr},
                            row{"e\xcc\x81", nullptr},  // zero width, combining
                            row{"\xc3\x28", nullptr},
                            row{"\xef\xbb\xbf"
                                "a",
                                nullptr}}) {  // not UTF-8, BOM
        CAPTURE(each.wished);
        const auto name = room_name(each.wished);
        CHECK(name.has_value() == (each.given != nullptr));
        if (name && each.given != nullptr) CHECK(*name == each.given);
    }
    CHECK(room_name(std::string(64, 'a')));
    CHECK_FALSE(room_name(std::string(65, 'a')));
    CHECK(nick_name(std::string(32, 'a')));
    CHECK_FALSE(nick_name(std::string(33, 'a')));
}

TEST_CASE("nicks keep their case and are the same without it") {
    CHECK(nick_name("Ada") == "Ada");
    CHECK(nick_key("Ada") == nick_key("aDA"));
    CHECK(nick_from_hint("ada@laptop", 0) == "ada");
    CHECK(nick_from_hint("ada@laptop", 1) == "ada-2");
    CHECK(nick_from_hint("\x1b[2J", 0) == "2J");
    CHECK(nick_from_hint("@", 0) == "guest");
    CHECK(nick_from_hint(std::string(200, 'x'), 4294967294U).size() <= 32);
}

TEST_CASE("token_bucket lets a burst through and then one token an interval") {
    const common::seam::mono_time start{1h};
    token_bucket posts{20, 3, start};
    CHECK(posts.charge(start) == 0ns);
    CHECK(posts.charge(start) == 0ns);
    CHECK(posts.charge(start) == 50ms);
    CHECK(posts.charge(start + 50ms) == 50ms);
    CHECK(posts.charge(start + 120ms) == 30ms);
    // However long it rests, the burst stays what it is.
    for (int i = 0; i < 2; ++i) CHECK(posts.charge(start + 1h) == 0ns);
    CHECK(posts.charge(start + 1h) == 50ms);

    token_bucket endless{0, 0, start};
    for (int i = 0; i < 1000; ++i) CHECK(endless.charge(start) == 0ns);
}

TEST_CASE("nicks that look alike are one nick, and scripts are not mixed") {
    for (const auto& [a, b] : std::vector<std::pair<const char*, const char*>>{
             {"Ian", "lan"},
             {"paul", "pau1"},
             {"bob", "b0b"},
             {"modern", "modem"},
             {"Rene", "Ren\u00e9"},
             {"ada", "\uff41da"},
             {"cop", "\u0441\u043e\u0440"},
             {"KOT", "\u041a\u041e\u0422"},
         }) {
        INFO(a << " " << b);
        CHECK(nick_key(a) == nick_key(b));
    }
    CHECK(nick_key("ada") != nick_key("adam"));
    CHECK(nick_key("a-b") != nick_key("a_b"));
    CHECK_FALSE(nick_name("p\u0430ul"));
    CHECK(nick_name("\u043f\u0430\u0443\u043b"));
    CHECK(nick_name("\u5c71\u7530taro"));
}
