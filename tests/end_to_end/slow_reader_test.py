#!/usr/bin/env python3
"""A reader that stops reading costs nothing: others go on, the server's memory stays, nothing is lost."""

import pathlib
import signal

from harness import EndToEnd, main, of_kind

ROOM = ["--room", "flood"]
TEXT_BYTES = 50_000
WARM_UP_MESSAGES = 1200  # 60 MB: what is kept in memory for everybody is full by then
MESSAGES = 2000  # 100 MB
GROWTH_KIB_MAX = 1024
PASS_SECONDS_MAX = 120


def unsent_kib(port):
    """What the kernel holds for the readers of a server's port: the send queues of its connections."""
    held = 0
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, queues = line.split()[:5]
        if state == "01" and int(local.split(":")[1], 16) == port:
            held += int(queues.split(":")[0], 16)
    return held // 1024


class SlowReader(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = self.box.chat_server()
        self.talker = self.box.client("talker")
        self.sent = 0

    def follow(self, name):
        options = [*ROOM, "--follow", "--json", "--from", 1]
        return self.box.client(name).start("chat-client", "tail", self.server.join, *options)

    def post(self, count):
        lines = (f"{number:06} {'x' * TEXT_BYTES}\n" for number in range(self.sent, self.sent + count))
        command = ["chat-client", "send", self.server.join, *ROOM]
        self.talker.run(*command, stdin="".join(lines), seconds=PASS_SECONDS_MAX).expect(0)
        self.sent += count

    def wait_for_all(self, follower, who):
        follower.wait_for(lambda lines: len(lines) >= self.sent, PASS_SECONDS_MAX, f"all messages at {who}")

    def test_a_stopped_reader_costs_less_than_a_mebibyte_and_misses_nothing(self):
        awake, asleep = self.follow("awake"), self.follow("asleep")
        self.post(WARM_UP_MESSAGES)
        self.wait_for_all(awake, "the first reader")
        self.wait_for_all(asleep, "the second reader")
        before = self.server.rss_kib() + unsent_kib(self.server.port)

        asleep.process.send_signal(signal.SIGSTOP)
        self.post(MESSAGES)
        self.wait_for_all(awake, "the reader that is awake")
        grown = self.server.rss_kib() + unsent_kib(self.server.port) - before
        print(f"grown by {grown} KiB for one stopped reader")
        self.assertLess(grown, GROWTH_KIB_MAX)

        asleep.process.send_signal(signal.SIGCONT)
        self.wait_for_all(asleep, "the reader that slept")
        for follower in (awake, asleep):
            numbers = [int(event["text"].split()[0]) for event in of_kind(follower.events, "message")]
            self.assertEqual(list(range(self.sent)), numbers)


if __name__ == "__main__":
    main()
