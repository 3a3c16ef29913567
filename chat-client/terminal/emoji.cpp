#include "chat-client/terminal/emoji.hpp"

#include <algorithm>
#include <iterator>

namespace chat_client::terminal {
namespace {

// clang-format off
constexpr emoji table[] = {
    {"+1", "👍"}, {"-1", "👎"}, {"100", "💯"}, {"alarm", "⏰"}, {"alien", "👽"}, {"anchor", "⚓"},
    {"angry", "😠"}, {"ant", "🐜"}, {"apple", "🍎"}, {"arrow_down", "⬇️"}, {"arrow_left", "⬅️"},
    {"arrow_right", "➡️"}, {"arrow_up", "⬆️"}, {"art", "🎨"}, {"astonished", "😲"},
    {"atom", "⚛️"}, {"avocado", "🥑"}, {"baby", "👶"}, {"bacon", "🥓"}, {"balloon", "🎈"},
    {"banana", "🍌"}, {"bangbang", "‼️"}, {"bar_chart", "📊"}, {"basketball", "🏀"}, {"bat", "🦇"},
    {"battery", "🔋"}, {"beach", "🏖️"}, {"bear", "🐻"}, {"bee", "🐝"}, {"beer", "🍺"},
    {"beers", "🍻"}, {"bell", "🔔"}, {"bike", "🚲"}, {"biohazard", "☣️"}, {"bird", "🐦"},
    {"birthday", "🎂"}, {"black_circle", "⚫"}, {"black_heart", "🖤"}, {"blossom", "🌼"},
    {"blue_circle", "🔵"}, {"blue_heart", "💙"}, {"blush", "😊"}, {"boat", "⛵"}, {"bomb", "💣"},
    {"book", "📖"}, {"bookmark", "🔖"}, {"books", "📚"}, {"boom", "💥"}, {"bow", "🙇"},
    {"bowling", "🎳"}, {"brain", "🧠"}, {"bread", "🍞"}, {"broccoli", "🥦"}, {"broken_heart", "💔"},
    {"bug", "🐛"}, {"bulb", "💡"}, {"burger", "🍔"}, {"burrito", "🌯"}, {"bus", "🚌"},
    {"butterfly", "🦋"}, {"cactus", "🌵"}, {"cake", "🍰"}, {"calendar", "📅"}, {"call_me", "🤙"},
    {"camel", "🐫"}, {"camera", "📷"}, {"candle", "🕯️"}, {"candy", "🍬"}, {"car", "🚗"},
    {"carrot", "🥕"}, {"castle", "🏰"}, {"cat", "🐱"}, {"cd", "💿"}, {"chains", "⛓️"},
    {"champagne", "🍾"}, {"chart", "📈"}, {"chart_down", "📉"}, {"check", "✅"},
    {"checkered_flag", "🏁"}, {"cheers", "🥂"}, {"cheese", "🧀"}, {"cherries", "🍒"},
    {"chess", "♟️"}, {"chicken", "🐔"}, {"child", "🧒"}, {"chocolate", "🍫"},
    {"christmas_tree", "🎄"}, {"city", "🌆"}, {"clap", "👏"}, {"clipboard", "📋"}, {"cloud", "☁️"},
    {"clover", "🍀"}, {"clown", "🤡"}, {"cocktail", "🍸"}, {"coconut", "🥥"}, {"coffee", "☕"},
    {"cold", "🥶"}, {"cold_sweat", "😰"}, {"computer", "💻"}, {"confetti", "🎊"},
    {"confounded", "😖"}, {"confused", "😕"}, {"construction", "🚧"}, {"cookie", "🍪"},
    {"cool", "🆒"}, {"corn", "🌽"}, {"cow", "🐮"}, {"cowboy", "🤠"}, {"crab", "🦀"},
    {"credit_card", "💳"}, {"crocodile", "🐊"}, {"croissant", "🥐"}, {"crossed_fingers", "🤞"},
    {"crown", "👑"}, {"cry", "😢"}, {"crystal_ball", "🔮"}, {"curry", "🍛"}, {"cursing", "🤬"},
    {"dancer", "💃"}, {"dart", "🎯"}, {"dash", "💨"}, {"desktop", "🖥️"}, {"detective", "🕵️"},
    {"dice", "🎲"}, {"disappointed", "😞"}, {"dizzy", "💫"}, {"dizzy_face", "😵"}, {"dna", "🧬"},
    {"dog", "🐶"}, {"dollar", "💵"}, {"dolphin", "🐬"}, {"doughnut", "🍩"}, {"dragon", "🐉"},
    {"drool", "🤤"}, {"droplet", "💧"}, {"drum", "🥁"}, {"duck", "🦆"}, {"eagle", "🦅"},
    {"ear", "👂"}, {"earth", "🌍"}, {"egg", "🥚"}, {"elephant", "🐘"}, {"email", "📧"},
    {"envelope", "✉️"}, {"euro", "💶"}, {"evergreen", "🌲"}, {"exclamation", "❗"},
    {"exploding_head", "🤯"}, {"expressionless", "😑"}, {"eye", "👁️"}, {"eye_roll", "🙄"},
    {"eyes", "👀"}, {"facepalm", "🤦"}, {"factory", "🏭"}, {"family", "👪"}, {"fast_forward", "⏩"},
    {"fearful", "😨"}, {"fire", "🔥"}, {"first", "🥇"}, {"fish", "🐟"}, {"fist", "✊"},
    {"flag_de", "🇩🇪"}, {"flag_eu", "🇪🇺"}, {"flag_fr", "🇫🇷"}, {"flag_gb", "🇬🇧"},
    {"flag_jp", "🇯🇵"}, {"flag_ua", "🇺🇦"}, {"flag_us", "🇺🇸"}, {"flashlight", "🔦"},
    {"floppy", "💾"}, {"flushed", "😳"}, {"folder", "📁"}, {"footprints", "👣"},
    {"fork_and_knife", "🍴"}, {"fox", "🦊"}, {"free", "🆓"}, {"fries", "🍟"}, {"frog", "🐸"},
    {"frown", "🙁"}, {"full_moon", "🌕"}, {"garlic", "🧄"}, {"gear", "⚙️"}, {"gem", "💎"},
    {"ghost", "👻"}, {"gift", "🎁"}, {"glasses", "👓"}, {"gnu", "🐃"}, {"goat", "🐐"},
    {"grapes", "🍇"}, {"green_circle", "🟢"}, {"green_heart", "💚"}, {"grimace", "😬"},
    {"grin", "😁"}, {"grinning", "😀"}, {"guitar", "🎸"}, {"hammer", "🔨"}, {"hamster", "🐹"},
    {"hand_over_mouth", "🤭"}, {"handshake", "🤝"}, {"headphones", "🎧"}, {"hear_no_evil", "🙉"},
    {"heart", "❤️"}, {"heart_eyes", "😍"}, {"heavy_check_mark", "✔️"}, {"hedgehog", "🦔"},
    {"helicopter", "🚁"}, {"herb", "🌿"}, {"honey", "🍯"}, {"horse", "🐴"}, {"hospital", "🏥"},
    {"hot", "🥵"}, {"hotdog", "🌭"}, {"hourglass", "⌛"}, {"house", "🏠"}, {"hug", "🤗"},
    {"ice", "🧊"}, {"ice_cream", "🍨"}, {"inbox", "📥"}, {"infinity", "♾️"}, {"innocent", "😇"},
    {"interrobang", "⁉️"}, {"island", "🏝️"}, {"joy", "😂"}, {"joystick", "🕹️"}, {"key", "🔑"},
    {"keyboard", "⌨️"}, {"kiss", "😘"}, {"kiwi", "🥝"}, {"koala", "🐨"}, {"laughing", "😆"},
    {"lemon", "🍋"}, {"link", "🔗"}, {"lion", "🦁"}, {"lizard", "🦎"}, {"llama", "🦙"},
    {"lock", "🔒"}, {"love_you", "🤟"}, {"mag", "🔍"}, {"mage", "🧙"}, {"magnet", "🧲"},
    {"man", "👨"}, {"mango", "🥭"}, {"maple_leaf", "🍁"}, {"mask", "😷"}, {"mate", "🧉"},
    {"medal", "🏅"}, {"megaphone", "📣"}, {"memo", "📝"}, {"metal", "🤘"}, {"microphone", "🎤"},
    {"microscope", "🔬"}, {"milk", "🥛"}, {"money", "💰"}, {"money_mouth", "🤑"}, {"monkey", "🐒"},
    {"monocle", "🧐"}, {"moon", "🌙"}, {"mountain", "⛰️"}, {"mouse", "🐭"}, {"movie", "🎬"},
    {"muscle", "💪"}, {"mushroom", "🍄"}, {"music", "🎵"}, {"nauseated", "🤢"}, {"nerd", "🤓"},
    {"neutral", "😐"}, {"new", "🆕"}, {"newspaper", "📰"}, {"ninja", "🥷"}, {"no_bell", "🔕"},
    {"no_entry", "⛔"}, {"no_mouth", "😶"}, {"nose", "👃"}, {"notes", "🎶"}, {"ocean", "🌊"},
    {"octopus", "🐙"}, {"office", "🏢"}, {"ok", "🆗"}, {"ok_hand", "👌"}, {"onion", "🧅"},
    {"open_hands", "👐"}, {"open_mouth", "😮"}, {"orange", "🍊"}, {"orange_circle", "🟠"},
    {"orange_heart", "🧡"}, {"otter", "🦦"}, {"outbox", "📤"}, {"owl", "🦉"}, {"package", "📦"},
    {"palm", "🌴"}, {"pancakes", "🥞"}, {"panda", "🐼"}, {"paperclip", "📎"}, {"party", "🥳"},
    {"pause", "⏸️"}, {"peace", "☮️"}, {"peach", "🍑"}, {"pear", "🍐"}, {"pencil", "✏️"},
    {"penguin", "🐧"}, {"pensive", "😔"}, {"persevere", "😣"}, {"phone", "📱"}, {"piano", "🎹"},
    {"pie", "🥧"}, {"pig", "🐷"}, {"pill", "💊"}, {"pinch", "🤏"}, {"pineapple", "🍍"},
    {"pirate_flag", "🏴‍☠️"}, {"pizza", "🍕"}, {"plane", "✈️"}, {"play", "▶️"}, {"pleading", "🥺"},
    {"plug", "🔌"}, {"point_down", "👇"}, {"point_left", "👈"}, {"point_right", "👉"},
    {"point_up", "👆"}, {"poop", "💩"}, {"popcorn", "🍿"}, {"potato", "🥔"}, {"pray", "🙏"},
    {"pretzel", "🥨"}, {"printer", "🖨️"}, {"prohibited", "🚫"}, {"punch", "👊"},
    {"purple_circle", "🟣"}, {"purple_heart", "💜"}, {"pushpin", "📌"}, {"puzzle", "🧩"},
    {"question", "❓"}, {"rabbit", "🐰"}, {"radio", "📻"}, {"radioactive", "☢️"}, {"rage", "😡"},
    {"rain", "🌧️"}, {"rainbow", "🌈"}, {"rainbow_flag", "🏳️‍🌈"}, {"raised_eyebrow", "🤨"},
    {"raised_hand", "✋"}, {"raised_hands", "🙌"}, {"ramen", "🍜"}, {"record", "⏺️"},
    {"recycle", "♻️"}, {"red_circle", "🔴"}, {"relieved", "😌"}, {"repeat", "🔁"}, {"rewind", "⏪"},
    {"rice", "🍚"}, {"ring", "💍"}, {"robot", "🤖"}, {"rocket", "🚀"}, {"rofl", "🤣"}, {"rose", "🌹"},
    {"rotating_light", "🚨"}, {"running", "🏃"}, {"salad", "🥗"}, {"sandwich", "🥪"},
    {"satellite", "🛰️"}, {"scissors", "✂️"}, {"scream", "😱"}, {"screwdriver", "🪛"},
    {"second", "🥈"}, {"see_no_evil", "🙈"}, {"seedling", "🌱"}, {"shark", "🦈"}, {"sheep", "🐑"},
    {"shield", "🛡️"}, {"ship", "🚢"}, {"shrimp", "🦐"}, {"shrug", "🤷"}, {"shush", "🤫"},
    {"sick", "🤒"}, {"skull", "💀"}, {"sleeping", "😴"}, {"sleepy", "😪"}, {"slight_smile", "🙂"},
    {"sloth", "🦥"}, {"smile", "😄"}, {"smiley", "😃"}, {"smiling_imp", "😈"}, {"smirk", "😏"},
    {"snail", "🐌"}, {"snake", "🐍"}, {"sneeze", "🤧"}, {"snow", "🌨️"}, {"snowflake", "❄️"},
    {"snowman", "⛄"}, {"sob", "😭"}, {"soccer", "⚽"}, {"sos", "🆘"}, {"spaghetti", "🍝"},
    {"sparkles", "✨"}, {"sparkling_heart", "💖"}, {"speak_no_evil", "🙊"}, {"speech", "💬"},
    {"spider", "🕷️"}, {"star", "⭐"}, {"star2", "🌟"}, {"star_struck", "🤩"}, {"stop", "🛑"},
    {"stopwatch", "⏱️"}, {"strawberry", "🍓"}, {"sun", "☀️"}, {"sunflower", "🌻"},
    {"sunglasses", "😎"}, {"sushi", "🍣"}, {"sweat", "😓"}, {"sweat_drops", "💦"},
    {"sweat_smile", "😅"}, {"syringe", "💉"}, {"t_rex", "🦖"}, {"taco", "🌮"}, {"tada", "🎉"},
    {"taxi", "🚕"}, {"tea", "🍵"}, {"technologist", "🧑‍💻"}, {"telephone", "☎️"},
    {"telescope", "🔭"}, {"tennis", "🎾"}, {"tent", "⛺"}, {"test_tube", "🧪"}, {"thinking", "🤔"},
    {"third", "🥉"}, {"thought", "💭"}, {"thumbsdown", "👎"}, {"thumbsup", "👍"}, {"thunder", "⛈️"},
    {"ticket", "🎫"}, {"tiger", "🐯"}, {"tired", "😫"}, {"tomato", "🍅"}, {"tongue", "😛"},
    {"tongue_out", "👅"}, {"tools", "🛠️"}, {"tophat", "🎩"}, {"tornado", "🌪️"}, {"tractor", "🚜"},
    {"traffic_light", "🚦"}, {"train", "🚆"}, {"tram", "🚊"}, {"tree", "🌳"},
    {"triangular_flag", "🚩"}, {"triumph", "😤"}, {"trophy", "🏆"}, {"truck", "🚚"}, {"tulip", "🌷"},
    {"turtle", "🐢"}, {"tv", "📺"}, {"two_hearts", "💕"}, {"ufo", "🛸"}, {"umbrella", "☔"},
    {"umbrella_closed", "🌂"}, {"unamused", "😒"}, {"unicorn", "🦄"}, {"unlock", "🔓"}, {"up", "🆙"},
    {"upside_down", "🙃"}, {"v", "✌️"}, {"video_game", "🎮"}, {"violin", "🎻"}, {"vomit", "🤮"},
    {"vulcan", "🖖"}, {"walking", "🚶"}, {"warning", "⚠️"}, {"wastebasket", "🗑️"}, {"watch", "⌚"},
    {"watermelon", "🍉"}, {"wave", "👋"}, {"weary", "😩"}, {"whale", "🐳"}, {"whisky", "🥃"},
    {"white_check_mark", "✅"}, {"white_circle", "⚪"}, {"white_flag", "🏳️"},
    {"white_heart", "🤍"}, {"wine", "🍷"}, {"wink", "😉"}, {"wolf", "🐺"}, {"woman", "👩"},
    {"worried", "😟"}, {"wrench", "🔧"}, {"writing", "✍️"}, {"x", "❌"}, {"yawn", "🥱"},
    {"yellow_circle", "🟡"}, {"yellow_heart", "💛"}, {"yin_yang", "☯️"}, {"yum", "😋"},
    {"zany", "🤪"}, {"zap", "⚡"}, {"zipper_mouth", "🤐"}, {"zombie", "🧟"}, {"zzz", "💤"},
};
// clang-format on

static_assert(std::ranges::is_sorted(table, {}, &emoji::name));

bool is_boundary(char c) {
    return c == ' ' || c == '\n';
}

}  // namespace

std::span<const emoji> all_emoji() {
    return table;
}

std::span<const emoji> emoji_beginning(std::string_view prefix) {
    const auto begin = std::ranges::lower_bound(table, prefix, {}, &emoji::name);
    const auto end = std::find_if(begin, std::end(table),
                                  [prefix](const emoji& each) { return !each.name.starts_with(prefix); });
    return {begin, end};
}

std::optional<std::string_view> find_emoji(std::string_view name) {
    const auto found = std::ranges::lower_bound(table, name, {}, &emoji::name);
    if (found == std::end(table) || found->name != name) return std::nullopt;
    return found->text;
}

std::string expand_emoji(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const bool begins = text[at] == ':' && (at == 0 || is_boundary(text[at - 1]));
        const std::size_t end = begins ? text.find_first_of(": \n", at + 1) : std::string_view::npos;
        const bool named = end != std::string_view::npos && text[end] == ':';
        const auto found = named ? find_emoji(text.substr(at + 1, end - at - 1)) : std::nullopt;
        out += found ? *found : text.substr(at, 1);
        at = found ? end + 1 : at + 1;
    }
    return out;
}

}  // namespace chat_client::terminal
