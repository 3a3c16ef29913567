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


if __name__ == "__main__":
    main()
