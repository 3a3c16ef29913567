#!/usr/bin/env python3
"""Chat through the real programs: join link, send, tail, rooms, line mode, idempotent ids, resume."""

import stat

from harness import EndToEnd, main, of_kind

LOBBY = ["--room", "lobby"]


def texts(source):
    return [event["text"] for event in of_kind(source.events, "message")]


class Chat(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = self.box.chat_server()
        self.alice = self.box.client("alice")
        self.bob = self.box.client("bob")

    def send(self, client, *arguments, **options):
        return client.run("chat-client", "send", self.server.join, *LOBBY, *arguments, **options)

    def tail(self, client, *arguments):
        return client.run("chat-client", "tail", self.server.join, *LOBBY, "--json", *arguments).expect(0)

    def follow(self, client):
        options = [*LOBBY, "--follow", "--json", "--from", 1]
        return client.start("chat-client", "tail", self.server.join, *options)

    def test_the_join_link_is_private_and_names_the_server(self):
        path = self.server.state / "join-link"
        self.assertEqual(0o600, stat.S_IMODE(path.stat().st_mode))
        self.assertRegex(self.server.join, rf"^chat://[^/]+:{self.server.port}(/\S*)?#[\w-]{{43}}\.[\w-]+$")

    def test_what_one_sends_another_reads(self):
        self.send(self.alice, "hello from alice").expect(0)
        self.send(self.bob, "hello from bob").expect(0)
        self.assertEqual(["hello from alice", "hello from bob"], texts(self.tail(self.alice, "--from", 1)))

    def test_messages_are_numbered_without_a_hole(self):
        self.send(self.alice, stdin="".join(f"line {number}\n" for number in range(100))).expect(0)
        messages = of_kind(self.tail(self.bob, "--from", 1).events, "message")
        self.assertEqual(list(range(1, 101)), [message["n"] for message in messages])
        self.assertEqual([f"line {number}" for number in range(100)], [event["text"] for event in messages])
        numbers = [message["seq"] for message in messages]
        self.assertEqual(sorted(set(numbers)), numbers)
        self.assertEqual(1, len({message["key"] for message in messages}))

    def test_send_reports_a_durable_acknowledgement(self):
        acks = of_kind(self.send(self.alice, "--json", "kept").expect(0).events, "ack")
        self.assertEqual([(1, True)], [(ack["n"], ack["durable"]) for ack in acks])

    def test_whole_keeps_the_lines_of_one_message_together(self):
        self.send(self.alice, "--whole", stdin="one\ntwo\n").expect(0)
        (text,) = texts(self.tail(self.bob, "--from", 1))
        self.assertEqual("one\ntwo", text.rstrip("\n"))

    def test_the_same_id_is_posted_once(self):
        first = of_kind(self.send(self.alice, "--json", "--id", "retry-1", "once").expect(0).events, "ack")
        again = of_kind(self.send(self.alice, "--json", "--id", "retry-1", "once").expect(0).events, "ack")
        self.assertEqual(first[0]["n"], again[0]["n"])
        self.assertEqual(["once"], texts(self.tail(self.bob, "--from", 1)))

    def test_tail_takes_the_last_ones_or_starts_at_an_ordinal(self):
        self.send(self.alice, stdin="".join(f"{number}\n" for number in range(1, 21))).expect(0)
        self.assertEqual(["19", "20"], texts(self.tail(self.bob, "--last", 2)))
        self.assertEqual(["18", "19", "20"], texts(self.tail(self.bob, "--from", 18)))

    def test_a_follower_sees_new_messages_as_they_come(self):
        follower = self.follow(self.bob)
        self.send(self.alice, "first").expect(0)
        follower.wait_for(lambda lines: any('"first"' in line for line in lines), what="the first message")
        self.send(self.alice, "second").expect(0)
        follower.wait_for(lambda lines: any('"second"' in line for line in lines), what="the second message")
        self.assertEqual(["first", "second"], texts(follower))

    def test_two_people_talk_in_line_mode(self):
        one = self.alice.start("chat-client", "join", self.server.join, "--plain", "--nick", "alice", *LOBBY)
        two = self.bob.start("chat-client", "join", self.server.join, "--plain", "--nick", "bob", *LOBBY)
        one.type("is anybody here?\n")
        two.wait_for(lambda lines: any("is anybody here?" in line for line in lines), what="alice's line")
        two.type("yes, bob is\n")
        one.wait_for(lambda lines: any("yes, bob is" in line for line in lines), what="bob's line")

    def test_rooms_lists_what_there_is(self):
        self.send(self.alice, "x").expect(0)
        self.alice.run("chat-client", "send", self.server.join, "--room", "workshop", "y").expect(0)
        rooms = self.bob.run("chat-client", "rooms", self.server.join).expect(0).out
        self.assertIn("lobby", rooms)
        self.assertIn("workshop", rooms)

    def test_rooms_do_not_mix(self):
        self.send(self.alice, "in the lobby").expect(0)
        self.alice.run("chat-client", "send", self.server.join, "--room", "workshop", "elsewhere").expect(0)
        self.assertEqual(["in the lobby"], texts(self.tail(self.bob, "--from", 1)))

    def test_what_was_acknowledged_outlives_a_killed_server(self):
        self.send(self.alice, stdin="".join(f"{number}\n" for number in range(50))).expect(0)
        port = self.server.port
        self.server.kill()
        self.server = self.box.chat_server(port=port)
        self.send(self.alice, "after").expect(0)
        self.assertEqual([*map(str, range(50)), "after"], texts(self.tail(self.bob, "--from", 1)))

    def test_a_follower_goes_on_by_itself_when_the_server_comes_back(self):
        follower = self.follow(self.bob)
        self.send(self.alice, "before").expect(0)
        follower.wait_for(lambda lines: any('"before"' in line for line in lines), what="the first message")
        port = self.server.port
        self.server.kill()
        self.server = self.box.chat_server(port=port)
        self.send(self.alice, "after").expect(0)
        follower.wait_for(lambda lines: any('"after"' in line for line in lines), what="the message after")
        self.assertEqual(["before", "after"], texts(follower))

    def test_an_enrolled_key_needs_no_token_again(self):
        self.send(self.alice, "with the token").expect(0)
        without = self.server.join.rsplit(".", 1)[0]
        self.alice.run("chat-client", "send", without, *LOBBY, "without").expect(0)
        self.bob.run("chat-client", "send", without, *LOBBY, "a stranger").expect(3)

    def test_the_server_stops_in_order(self):
        self.send(self.alice, "x").expect(0)
        self.server.stop()

    def test_identity_names_the_key(self):
        self.send(self.alice, "x").expect(0)
        self.assertNotEqual("", self.alice.run("chat-client", "identity").expect(0).out)

    def nick_of(self, client):
        """As the others in the lobby see it."""
        key = client.run("chat-client", "identity").expect(0).out.split()[1]
        follower = self.follow(client)
        follower.wait_for(lambda lines: any('"connected"' in line for line in lines), what="a connection")

        def look(_):
            listed = self.alice.run("chat-client", "who", self.server.join, *LOBBY, "--json").expect(0)
            return [member["author"] for member in of_kind(listed.events, "member") if member["key"] == key]
        (nick,) = follower.wait_for(look, what="the member")
        follower.kill()
        return nick

    def test_a_direct_message_is_between_two(self):
        for each in (self.alice, self.bob):
            self.send(each, "here").expect(0)
        alice, bob = self.nick_of(self.alice), self.nick_of(self.bob)
        self.alice.run("chat-client", "send", self.server.join, "--room", f"@{bob}", "psst").expect(0)
        direct = ["tail", self.server.join, "--room", f"@{alice}", "--json", "--from", "1"]
        self.assertEqual(["psst"], texts(self.bob.run("chat-client", *direct).expect(0)))
        cleo = self.box.client("cleo")
        self.send(cleo, "here").expect(0)
        self.assertEqual([], texts(cleo.run("chat-client", *direct)))
        self.assertNotIn("@", cleo.run("chat-client", "rooms", self.server.join).expect(0).out)

    def test_a_key_is_granted_rights_on_the_command_line(self):
        self.send(self.alice, "x").expect(0)
        key = self.alice.run("chat-client", "identity").expect(0).out.split()[1]
        access = ["chat-server", "access", "--state", self.server.state, "--json"]
        self.alice.run(*access, "grant", key, "chat,admin").expect(0)
        (entry,) = of_kind(self.alice.run(*access, "list").expect(0).events, "key")
        self.assertEqual("chat,admin", entry["rights"])
        self.alice.run("chat-server", "access", "--state", self.server.state, "grant", "A" * 16,
                       "chat").expect_one_error_line(1)
        self.send(self.alice, "still in").expect(0)

    def test_a_restart_in_the_middle_of_posting_loses_and_doubles_nothing(self):
        follower = self.follow(self.bob)
        sender = self.alice.start("chat-client", "send", self.server.join, *LOBBY, "--retry", "FOREVER")
        lines = [f"line {number}" for number in range(3000)]
        sender.process.stdin.write("\n".join(lines[:1500]) + "\n")
        sender.process.stdin.flush()
        follower.wait_for(lambda seen: any('"line 10"' in line for line in seen), what="the first lines")
        port = self.server.port
        self.server.stop()
        self.server = self.box.chat_server(port=port)
        sender.process.stdin.write("\n".join(lines[1500:]) + "\n")
        sender.process.stdin.close()
        self.assertEqual(0, sender.process.wait(30))
        follower.wait_for(lambda seen: any('"line 2999"' in line for line in seen), what="the last line")
        self.assertEqual(lines, texts(follower))


if __name__ == "__main__":
    main()
