// Whatever peers write and whatever is typed, the terminal is sent our own sequences only, and the difference
// of two pictures makes the one the other.
#include "chat-client/terminal/renderer.hpp"
#include "chat-client/view/application.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/support/tiny_terminal.hpp"

#include <string>

namespace view = chat_client::view;
namespace terminal = chat_client::terminal;
using tests::fuzz::must;

namespace {

constexpr std::size_t steps_max = 40;

std::string text_of(tests::fuzz::cursor& input) {
    return std::string{tests::fuzz::as_text(input.take(input.u8() % 64))};
}

view::item item_of(tests::fuzz::cursor& input, std::uint64_t seq) {
    const std::uint8_t bits = input.u8();
    view::item made{.kind = static_cast<view::item_kind>(input.u8() % 6), .seq = seq, .n = seq};
    made.last_seq = seq + bits % 4;
    made.last_n = made.last_seq;
    made.at_ms = static_cast<std::int64_t>(input.u16()) * 1'000'000;
    made.nick = text_of(input);
    made.text = text_of(input);
    made.own = (bits & 16U) != 0;
    made.deleted = (bits & 32U) != 0;
    if ((bits & 64U) != 0)
        made.reply_to = view::quote{.n = seq, .nick = text_of(input), .text = text_of(input)};
    if ((bits & 128U) != 0) made.reactions = {{text_of(input), 2, true}};
    made.sent = static_cast<view::delivery>(input.u8() % 5);
    return made;
}

class run {
  public:
    explicit run(tests::fuzz::cursor input) : input_(input) {
        view_.resize(size_);
        view_.set_rooms({{.key = "r", .name = text_of(input_), .topic = text_of(input_), .read_seq = 2}});
    }

    void play() {
        for (std::size_t step = 0; step < steps_max && !input_.empty(); ++step) {
            act();
            show();
            for (const view::action& each : view_.actions()) {
                if (const auto* asked = std::get_if<view::fetch>(&each)) answer(asked->request);
            }
        }
    }

  private:
    static std::tm zone(std::int64_t ms) {
        std::tm when{};
        when.tm_yday = static_cast<int>(ms / 86'400'000 % 300);
        when.tm_mday = 1;
        return when;
    }

    void answer(std::uint64_t request) {
        view::page made{.room = "r", .request = request};
        made.from_seq = request == 0 ? input_.u8() % 16U : 1;
        made.to_seq = made.from_seq + input_.u8() % 8U;
        for (auto seq = made.from_seq; seq <= made.to_seq; ++seq) {
            if (input_.u8() % 4 != 0) made.items.push_back(item_of(input_, seq));
        }
        made.newest = input_.u8() % 2 == 0;
        made.oldest = input_.u8() % 2 == 0;
        view_.put(std::move(made));
    }

    void act() {
        switch (input_.u8() % 8) {
            case 0:
                return answer(0);
            case 1:
                return view_.notice("r", text_of(input_));
            case 2:
                return view_.set_pending("r", {item_of(input_, 1)});
            case 3:
                return view_.show(
                    {.id = 1,
                     .title = text_of(input_),
                     .rows = {{text_of(input_), text_of(input_), text_of(input_), 1, text_of(input_)}}});
            case 4:
                return view_.go_to("r", input_.u8());
            case 5:
                return view_.set_members("r", {{.nick = text_of(input_)}});
            default:
                for (const auto& key : parser_.feed(text_of(input_))) view_.press(key);
                for (const auto& key : parser_.flush()) view_.press(key);
        }
    }

    void show() {
        const terminal::grid& picture = view_.draw();
        must(picture.size() == size_, "the picture has another size");
        must(shown_.write(renderer_.update(picture)), "something else was sent to the terminal");
        must(shown_.shows(picture), "the terminal shows another picture");
    }

    tests::fuzz::cursor input_;
    const terminal::extent size_{static_cast<std::size_t>(input_.u8() % 100 + 1),
                                 static_cast<std::size_t>(input_.u8() % 20 + 1)};
    view::application view_{
        {.zone = zone, .commands = {{"react", "N", "reacts", {view::argument::emoji}, {}}}}};
    terminal::input_parser parser_;
    terminal::renderer renderer_;
    tests::tiny_terminal shown_{size_};
};

}  // namespace

FUZZ_TARGET(input) {
    run{tests::fuzz::cursor{input}}.play();
}
