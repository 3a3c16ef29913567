#!/usr/bin/env python3
"""Chat for scripts and bots: cursors that outlive the program."""

import signal

from harness import BIN, EndToEnd, main, of_kind, parse_events

BOT = ["--room", "lobby", "--cursor", "bot"]


class Cursors(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = self.box.chat_server()
        self.alice = self.box.client("alice")
        self.bot = self.box.client("bot")

    def send(self, text):
        self.alice.run("chat-client", "send", self.server.join, "--room", "lobby", stdin=text).expect(0)

    def tail(self, *arguments):
        done = self.bot.run("chat-client", "tail", self.server.join, *BOT, "--json", *arguments).expect(0)
        return [event["n"] for event in of_kind(done.events, "message")]

    def test_a_cursor_goes_on_where_it_stopped(self):
        self.send("1\n2\n3\n")
        self.assertEqual([2, 3], self.tail("--last", 2))
        self.assertEqual([], self.tail())
        self.send("4\n5\n")
        self.assertEqual([4, 5], self.tail("--last", 1))
        options = ["--room", "lobby", "--cursor", "other", "--json"]
        other = self.bot.run("chat-client", "tail", self.server.join, *options)
        self.assertEqual(5, len(of_kind(other.expect(0).events, "message")))

    def test_a_bot_that_is_stopped_again_and_again_misses_and_repeats_nothing(self):
        count = 20000
        self.send("".join(f"message number {number}\n" for number in range(count)))
        seen = []
        for _ in range(6):
            command = [str(BIN / "chat-client"), "tail", self.server.join, *BOT]
            command += ["--json", "--from", "1", "--follow"]
            process = self.box.spawn(command, self.bot.environment, self.box.folder / "bot.err")
            # The pipe is full by now: what is in it counts, what is not comes again.
            head = process.stdout.read(200000)
            process.send_signal(signal.SIGTERM)
            rest = process.stdout.read()
            self.assertEqual(130, process.wait(15))
            seen += [event["n"] for event in of_kind(parse_events(head + rest), "message")]
        seen += self.tail("--from", 1)
        self.assertEqual(list(range(1, count + 1)), seen)

    def test_without_an_address_a_pipe_is_told_what_is_missing(self):
        self.bot.run("chat-client").expect_one_error_line(2)


class Questions(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = self.box.chat_server()
        self.alice = self.box.client("alice")
        self.bob = self.box.client("bob")
        self.talk(self.alice, "alice", "the quick <b>fox</b>\nsomething else\n")

    def talk(self, client, nick, lines):
        options = ["--plain", "--nick", nick, "--room", "lobby"]
        client.run("chat-client", "join", self.server.join, *options, stdin=lines).expect(0)

    def ask(self, command, *arguments):
        return self.bob.run("chat-client", command, self.server.join, *arguments).expect(0)

    def test_search_finds_words_by_author_and_room(self):
        found = of_kind(self.ask("search", "--json", "fox").events, "message")
        self.assertEqual([("lobby", 1, "alice")], [(one["room"], one["n"], one["author"]) for one in found])
        narrowed = self.ask("search", "--room", "lobby", "--author", "alice", "quick")
        self.assertIn("lobby#1 alice", narrowed.out)
        self.assertEqual("", self.ask("search", "--author", "nobody", "fox").out)
        wrong = self.bob.run("chat-client", "search", self.server.join, "--since", "soon", "x")
        wrong.expect_one_error_line(2)

    def test_whois_tells_who_somebody_is(self):
        (person,) = of_kind(self.ask("whois", "--json", "alice").events, "person")
        self.assertEqual(("alice", 0), (person["author"], person["connections"]))
        self.assertIn("alice  key " + person["key"], self.ask("whois", "alice").out)
        self.bob.run("chat-client", "whois", self.server.join, "nobody").expect_one_error_line(1)

    def test_export_writes_the_room_as_it_reads_now(self):
        page = self.ask("export", "--room", "lobby", "--format", "html").out
        self.assertTrue(page.startswith("<!DOCTYPE html>") and page.endswith("</html>\n"))
        self.assertIn("&lt;b&gt;fox&lt;/b&gt;", page)
        self.assertNotIn("<b>fox", page)
        events = self.ask("export", "--room", "lobby", "--format", "json").events
        self.assertEqual([1, 2], [each["n"] for each in of_kind(events, "message")])
        text = self.ask("export", "--room", "lobby").out
        self.assertRegex(text, r"#1 alice: the quick <b>fox</b>\n.*#2 alice: something else")

    def test_tail_tells_who_comes_and_goes_when_it_is_asked(self):
        options = ["--room", "lobby", "--follow", "--json", "--presence"]
        follower = self.bob.start("chat-client", "tail", self.server.join, *options)
        follower.wait_for(lambda lines: any("something else" in line for line in lines), what="the room")
        options = ["--plain", "--nick", "carol", "--room", "lobby"]
        self.box.client("carol").start("chat-client", "join", self.server.join, *options)
        follower.wait_for(lambda lines: any('"event":"join"' in line and "carol" in line for line in lines),
                          what="carol's coming")


if __name__ == "__main__":
    main()
