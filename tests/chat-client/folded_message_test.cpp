#include "chat-client/domain/folded_message.hpp"

#include "tests/catch.hpp"

using namespace chat_client::domain;

namespace {

author_id person(unsigned char number) {
    author_id id{};
    id[0] = std::byte{number};
    return id;
}

const author_id ada = person(1);
const author_id bob = person(2);

record made(std::uint64_t seq, record_kind kind, const author_id& by, std::string text,
            std::optional<std::uint64_t> target = 1) {
    return {.room = "den",
            .seq = seq,
            .n = 1,
            .kind = kind,
            .author = by,
            .text = std::move(text),
            .target_n = target};
}

const record hello = made(1, record_kind::message, ada, "helo", std::nullopt);

}  // namespace

TEST_CASE("fold takes the newest edit of the author and nobody else's") {
    const std::vector later{made(2, record_kind::edit, ada, "hello"), made(3, record_kind::edit, bob, "no"),
                            made(4, record_kind::edit, ada, "hello!")};
    const auto now = fold(hello, later, ada);
    CHECK(now.text == "hello!");
    CHECK(now.edited);
    CHECK_FALSE(now.deleted);
}

TEST_CASE("fold leaves nothing of a deleted message") {
    const std::vector later{made(2, record_kind::edit, ada, "hello"),
                            made(3, record_kind::reaction, bob, "+1"),
                            made(4, record_kind::deletion, bob, "")};
    CHECK(fold(hello, later, ada) == folded_message{.text = {}, .edited = false, .deleted = true});
    record tombstone = hello;
    tombstone.text.clear();
    tombstone.erased_hash.emplace();
    CHECK(fold(tombstone, {}, ada).deleted);
}

TEST_CASE(
    "fold counts a person's reaction once, keeps different ones, and takes all back with an empty one") {
    const std::vector later{
        made(2, record_kind::reaction, ada, "+1"), made(3, record_kind::reaction, bob, "+1"),
        made(4, record_kind::reaction, bob, "+1"), made(5, record_kind::reaction, bob, "ok")};
    const auto both = fold(hello, later, bob);
    CHECK(both.reactions == std::vector<reaction_count>{{"+1", 2, true}, {"ok", 1, true}});
    std::vector<record> back = later;
    back.push_back(made(6, record_kind::reaction, bob, ""));
    CHECK(fold(hello, back, bob).reactions == std::vector<reaction_count>{{"+1", 1, false}});
}

TEST_CASE("fold ignores records about other messages and earlier ones") {
    const std::vector later{made(2, record_kind::edit, ada, "other", 7),
                            made(1, record_kind::deletion, ada, "")};
    CHECK(fold(hello, later, ada) == folded_message{.text = "helo"});
}

TEST_CASE("a mention is the nick as a word of its own") {
    CHECK(mentions("ada: look", "ada"));
    CHECK(mentions("thanks, @Ada!", "ada"));
    CHECK(mentions("ada", "ADA"));
    CHECK_FALSE(mentions("adamant", "ada"));
    CHECK_FALSE(mentions("canada", "ada"));
    CHECK_FALSE(mentions("ada_2 said", "ada"));
    CHECK_FALSE(mentions("nobody", ""));
    CHECK(mentions("adada ada", "ada"));
}

TEST_CASE("a fingerprint's words are the same for the same hash only") {
    protocol::chat::chain_hash chain{};
    CHECK(words_of(chain) == "baba baba baba baba baba baba");
    chain[0] = std::byte{0xff};
    chain[1] = std::byte{0xf0};
    CHECK(words_of(chain) == "zuzu baba baba baba baba baba");
    chain[8] = std::byte{0x01};
    CHECK(words_of(chain) == "zuzu baba baba baba baba babi");
}
