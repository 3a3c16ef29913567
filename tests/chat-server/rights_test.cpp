#include "chat-server/domain/rights.hpp"

#include "chat-server/domain/retention.hpp"
#include "tests/catch.hpp"

#include <string>

using namespace chat_server::domain;
using protocol::chat::moderation_action;
using protocol::chat::record_kind;

TEST_CASE("messages, edits, deletions, reactions and topics: who may") {
    struct row {
        role who;
        bool muted;
        bool direct;
        record_kind kind;
        bool own;
        bool may;
    };
    const row rows[] = {
        {role::member, false, false, record_kind::message, false, true},
        {role::member, true, false, record_kind::message, false, false},
        {role::op, true, false, record_kind::message, false, true},
        {role::outsider, false, false, record_kind::message, false, false},
        {role::member, false, false, record_kind::edit, true, true},
        {role::member, true, false, record_kind::edit, true, false},
        {role::op, false, false, record_kind::edit, false, false},
        {role::admin, false, false, record_kind::edit, false, false},
        {role::member, false, false, record_kind::deletion, true, true},
        {role::member, true, false, record_kind::deletion, true, true},
        {role::member, false, false, record_kind::deletion, false, false},
        {role::op, false, false, record_kind::deletion, false, true},
        {role::admin, false, true, record_kind::deletion, false, false},
        {role::member, false, false, record_kind::reaction, false, true},
        {role::member, true, false, record_kind::reaction, false, false},
        {role::member, false, false, record_kind::topic, false, false},
        {role::op, false, false, record_kind::topic, false, true},
        {role::member, false, true, record_kind::topic, false, true},
    };
    for (const row& each : rows) {
        INFO("role " << int(each.who) << " kind " << int(each.kind) << " muted " << each.muted << " own "
                     << each.own);
        const standing who{.is = each.who, .muted = each.muted, .direct = each.direct};
        CHECK(why_not(who, {.kind = each.kind, .own = each.own}).empty() == each.may);
    }
}

TEST_CASE("moderation: who may do what to whom") {
    const auto may = [](role who, moderation_action action, std::optional<role> subject, bool self = false) {
        return why_not({.is = who},
                       {.kind = record_kind::moderation, .action = action, .subject = subject, .self = self})
            .empty();
    };
    using enum moderation_action;
    // Columns: an operator to a member, to an operator, to the owner; the owner to an operator; a member to a
    // member; an operator to itself; an administrator to the owner.
    struct row {
        moderation_action action;
        bool op_member, op_op, op_owner, owner_op, member_member, op_self, admin_owner;
    };
    const row rows[] = {
        {kick, true, false, false, true, false, false, true},
        {ban, true, false, false, true, false, false, true},
        {unban, true, true, true, true, false, true, true},
        {mute, true, false, false, true, false, false, true},
        {unmute, true, true, true, true, false, true, true},
        {op, false, false, false, true, false, false, true},
        {deop, false, false, false, true, false, true, true},
        {invite, true, true, true, true, false, true, true},
        {uninvite, true, false, false, true, false, true, true},
    };
    for (const row& each : rows) {
        INFO("action " << int(each.action));
        CHECK(may(role::op, each.action, role::member) == each.op_member);
        CHECK(may(role::op, each.action, role::op) == each.op_op);
        CHECK(may(role::op, each.action, role::owner) == each.op_owner);
        CHECK(may(role::owner, each.action, role::op) == each.owner_op);
        CHECK(may(role::member, each.action, role::member) == each.member_member);
        CHECK(may(role::op, each.action, role::op, true) == each.op_self);
        CHECK(may(role::admin, each.action, role::owner) == each.admin_owner);
        CHECK_FALSE(may(role::owner, each.action, std::nullopt));
    }
    for (const auto action : {slow, make_private, make_public}) {
        CHECK(may(role::op, action, std::nullopt));
        CHECK_FALSE(may(role::member, action, std::nullopt));
        CHECK_FALSE(may(role::op, action, role::member));
    }
    CHECK_FALSE(may(role::op, retention, std::nullopt));
    CHECK(may(role::owner, retention, std::nullopt));
    CHECK_FALSE(may(role::admin, static_cast<moderation_action>(99), std::nullopt));
    CHECK_FALSE(
        why_not({.is = role::admin, .direct = true}, {.kind = record_kind::moderation, .action = slow})
            .empty());
}

TEST_CASE("a record's text is one that its kind may have") {
    struct row {
        record_kind kind;
        std::optional<moderation_action> action;
        std::string text;
        bool good;
    };
    const row rows[] = {
        {record_kind::message, {}, "", false},
        {record_kind::edit, {}, "", false},
        {record_kind::deletion, {}, "", true},
        {record_kind::deletion, {}, std::string(257, 'x'), false},
        {record_kind::reaction, {}, "", true},
        {record_kind::reaction, {}, "\U0001F44D", true},
        {record_kind::reaction, {}, "two words", false},
        {record_kind::reaction, {}, std::string(33, 'x'), false},
        {record_kind::topic, {}, std::string(512, 'x'), true},
        {record_kind::topic, {}, std::string(513, 'x'), false},
        {record_kind::moderation, moderation_action::slow, "5", true},
        {record_kind::moderation, moderation_action::slow, "", false},
        {record_kind::moderation, moderation_action::slow, "-1", false},
        {record_kind::moderation, moderation_action::mute, "", true},
        {record_kind::moderation, moderation_action::mute, "99999999999", false},
        {record_kind::moderation, moderation_action::retention, "30d", true},
        {record_kind::moderation, moderation_action::retention, "soon", false},
    };
    for (const row& each : rows) {
        INFO(int(each.kind) << " '" << each.text << "'");
        CHECK(check_text(each.kind, each.action, each.text).empty() == each.good);
    }
}

TEST_CASE("retention is none, an age or a count, and the stricter one counts") {
    CHECK(parse_retention("none") == retention{});
    CHECK(parse_retention("1000") == retention{.records_max = 1000});
    CHECK(parse_retention("2h") == retention{.age_max_ms = 7'200'000});
    CHECK(parse_retention("1w") == retention{.age_max_ms = 604'800'000});
    for (const auto* bad : {"", "0", "-5", "5x", "d", "99999999999999999999", "9000000000000000000w"}) {
        INFO(bad);
        CHECK_FALSE(parse_retention(bad));
    }
    CHECK(stricter({.records_max = 10}, {.records_max = 5, .age_max_ms = 7}) ==
          retention{.records_max = 5, .age_max_ms = 7});
}
