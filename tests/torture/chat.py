#!/usr/bin/env python3
"""kill -9 against the chat: whatever dies, every follower sees every message once, in order, without a hole.

Two senders post numbered messages and log their acknowledgements. Two followers run all the time; a third is
killed and started again from its last ordinal. The server is killed and started again on its port and state.
Checked at the end: all three saw the same sequence, ordinals 1, 2, 3 …, each text once, all that were acked.
"""

import time

from common import Failure, arguments, of_kind, report, run

ROOM = "torture"
CATCH_UP_SECONDS_MAX = 60


def texts_by_ordinal(events):
    """The messages in the order they were printed, as (n, id, text)."""
    return [(event["n"], event["id"], event["text"]) for event in of_kind(events, "message")]


class Third:
    """The follower that is killed: what it printed over all of its lives."""

    def __init__(self, client, join):
        self.client, self.join = client, join
        self.seen = []
        self.restarts = -1
        self.process = None
        self.restart()

    def restart(self):
        self.collect()
        start = self.seen[-1][0] + 1 if self.seen else 1
        self.process = follow(self.client, self.join, start)
        self.restarts += 1

    def collect(self):
        if self.process:
            self.process.kill()
            # The last line may have been cut off by the kill.
            lines = [line for line in self.process.lines if line.startswith("{") and line.endswith("}")]
            self.process.lines = lines
            self.seen += texts_by_ordinal(self.process.events)


def follow(client, join, start=1):
    return client.start("chat-client", "tail", join, "--room", ROOM, "--follow", "--json", "--from", start)


def check(seen, acked, expected):
    """What one follower saw against what must be there."""
    ordinals = [n for n, _, _ in seen]
    if ordinals != list(range(1, len(seen) + 1)):
        first = next(index for index, n in enumerate(ordinals, 1) if n != index)
        raise Failure(f"ordinals are not 1, 2, 3 …: at place {first} stands {ordinals[first - 1]}")
    texts = [text for _, _, text in seen]
    if len(set(texts)) != len(texts):
        doubled = sorted({text for text in texts if texts.count(text) > 1})[:5]
        raise Failure(f"seen more than once: {doubled}")
    if lost := sorted(acked - set(texts))[:5]:
        raise Failure(f"acknowledged but lost: {lost}")
    if strange := sorted(set(texts) - expected)[:5]:
        raise Failure(f"nobody posted: {strange}")


def wait_for_count(follower, count, what):
    follower.wait_for(lambda lines: sum('"message"' in line for line in lines) >= count,
                      CATCH_UP_SECONDS_MAX, f"{count} messages at {what}")


def play(box, generator, options):
    server = box.chat_server()
    port, join = server.port, server.join
    followers = [follow(box.client(name), join) for name in ("first", "second")]
    third = Third(box.client("third"), join)
    senders = [box.client(f"sender-{number}").start("chat-client", "send", join, "--room", ROOM, "--json")
               for number in range(2)]

    posted = [f"{sender}-{number:06}" for number in range(options.messages // 2) for sender in range(2)]
    kill_server_at = set(generator.sample(range(1, len(posted)), options.kills))
    kill_third_at = set(generator.sample(range(1, len(posted)), options.kills))
    for place, text in enumerate(posted):
        senders[int(text[0])].type(text + "\n")
        if place in kill_third_at:
            third.restart()
        if place in kill_server_at:
            server.kill()
            time.sleep(generator.uniform(0, 0.5))
            server = box.chat_server(port=port)
        if place % 200 == 0:
            # Spreads the posts over the kills; nothing is concluded from the time it takes.
            time.sleep(0.05)
    for sender in senders:
        sender.process.stdin.close()
        sender.process.stdin = None
        if (code := sender.process.wait(CATCH_UP_SECONDS_MAX)) != 0:
            raise Failure(f"a sender ended with exit code {code}")

    acked_ids = {event["id"] for sender in senders for event in of_kind(sender.events, "ack")}
    for name, follower in zip(("the first", "the second"), followers):
        wait_for_count(follower, len(posted), name)
    wait_for_count(third.process, len(posted) - len(third.seen), "the third")
    third.collect()
    views = [texts_by_ordinal(follower.events) for follower in followers] + [third.seen]
    acked = {text for _, identity, text in views[0] if identity in acked_ids}
    if missing := acked_ids - {identity for _, identity, _ in views[0]}:
        raise Failure(f"{len(missing)} acknowledged messages are lost, such as id {sorted(missing)[0]}")
    for view in views:
        check(view, acked, set(posted))
    if not views[0] == views[1] == views[2]:
        raise Failure("the followers saw different sequences")
    server.stop()
    return (f"{len(posted)} messages, {len(acked_ids)} acknowledged, {options.kills} kills of the server, "
            f"{third.restarts} of a follower: each saw all, once, in order")


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--messages", type=int, default=10_000, help="messages per round (default 10000)")
    parser.add_argument("--kills", type=int, default=3, help="kills per round, of each kind (default 3)")
    report(run(parser.parse_args(), play))
