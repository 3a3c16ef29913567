#!/usr/bin/env python3
"""Power loss for both servers: what was acknowledged is there afterwards, and nothing is there in part.

Each round both servers keep everything on a disk of their own (ext4 on a loop device), clients on another
one post messages and put files, and the power is cut at a random moment: the file system forgets all that was
not synced. Then the servers start again on what is left. With --durability full every acknowledged message
and every file that was called stored must be there, and no file with another content; with relaxed the newest
may be missing or damaged. Needs root.
"""

import filecmp
import re
import subprocess
import time

from common import Failure, arguments, of_kind, report, run
from power import PowerDisk

ROOM = "power"
DISK_MIB = 192
ENDS_SECONDS_MAX = 30


def make_files(box, generator):
    """Small files, as one batch, and some that travel in chunks."""
    folder = box.folder / "files" / f"tree-{generator.randrange(1 << 30)}"
    folder.mkdir(parents=True)
    for number in range(300):
        path = folder / f"{number % 10}" / f"{number:04}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(generator.randbytes(generator.randrange(1, 8000)))
    for number in range(4):
        (folder / f"large-{number}").write_bytes(generator.randbytes(generator.randrange(1 << 20, 8 << 20)))
    return folder


class Servers:
    """Both, on one disk; clients keep what they were told elsewhere."""

    def __init__(self, box, disk, durability):
        self.box, self.disk, self.durability = box, disk, durability
        self.chat = self.upload = None
        self.start()

    def start(self):
        # Beyond the sandbox's own folders: the state has to be on the disk as well.
        link = self.box.folder
        for name in ("chat", "upload"):
            state = self.disk.path / name
            state.mkdir(exist_ok=True, mode=0o700)
            if not (link / name).exists():
                (link / name).symlink_to(state)
        ports = (self.chat.port, self.upload.port) if self.chat else (0, 0)
        durable = ["--durability", self.durability]
        self.chat = self.box.chat_server(*durable, port=ports[0])
        self.upload = self.box.upload_server(*durable, "--reserve", "0", port=ports[1],
                                             root=self.disk.path / "root")

    def lose_power(self):
        self.disk.cut()
        self.chat.kill()
        self.upload.kill()
        self.disk.unmount()
        self.disk.restore()


def stored_paths(put):
    return {event["path"] for event in of_kind(put.events, "file") if event["status"] != "failed"}


def check_files(root, source, told, durability):
    """Every file is absent or as it was sent; those that were called stored are there. Counts what is not."""
    missing, damaged = [], []
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source.parent)
        stored = root / name
        if path.is_dir():
            continue
        if not stored.exists():
            if str(name) in told or str(path.relative_to(source)) in told:
                missing.append(str(name))
            continue
        if not filecmp.cmp(path, stored, shallow=False):
            damaged.append(str(name))
    if damaged and durability == "full":
        raise Failure(f"{damaged[0]} stands under its final name with another content")
    if missing and durability == "full":
        raise Failure(f"{len(missing)} files were called stored and are gone, such as {missing[0]}")
    return len(missing), len(damaged)


def check_messages(client, join, acked, durability):
    """What the room holds: ordinals without a hole, each text once, all that was acknowledged."""
    outcome = client.run("chat-client", "tail", join, "--room", ROOM, "--json", "--from", 1)
    messages = of_kind(outcome.expect(0).events, "message")
    if [event["n"] for event in messages] != list(range(1, len(messages) + 1)):
        raise Failure("the room's ordinals have a hole")
    texts = [event["text"] for event in messages]
    if len(set(texts)) != len(texts):
        raise Failure("a message is there twice")
    lost = acked - {event["id"] for event in messages}
    if lost and durability == "full":
        raise Failure(f"{len(lost)} acknowledged messages are gone")
    return len(lost)


def play(box, generator, options):
    durability = generator.choice(options.durability)
    with PowerDisk(box.folder, DISK_MIB) as disk:
        servers = Servers(box, disk, durability)
        source = make_files(box, generator)
        clients = [box.client(name) for name in ("ada", "bob")]
        # The keys are enrolled, and the room is there, before anything can be lost.
        clients[0].run("chat-client", "send", servers.chat.join, "--room", ROOM, "first").expect(0)
        clients[1].run("uploader-client", "ls", servers.upload.join).expect(0)
        subprocess.run(["sync", "-f", disk.path], check=True)

        sender = clients[0].start("chat-client", "send", servers.chat.join, "--room", ROOM, "--json")
        put = clients[1].start("uploader-client", "put", "--json", source, servers.upload.join)
        ends_at = time.monotonic() + generator.uniform(0.1, options.seconds)
        number = 0
        while time.monotonic() < ends_at:
            for _ in range(20):
                sender.type(f"message {number}\n")
                number += 1
            time.sleep(0.005)
        servers.lose_power()
        # Acknowledgements that were on their way count: what a client has read, it was told.
        sender.kill()
        put.kill()
        acked = {event["id"] for event in of_kind(whole(sender), "ack")}
        put.lines = [line for line in put.lines if re.fullmatch(r"\{.*\}\s*", line)]
        told = stored_paths(put)

        servers.start()
        lost_files, damaged = check_files(servers.upload.root, source, told, durability)
        lost_messages = check_messages(clients[0], servers.chat.join, acked, durability)
        # And the work goes on where it was.
        again = clients[1].run("uploader-client", "put", "--json", "--on-conflict", "overwrite", source,
                               servers.upload.join)
        again.expect(0)
        if subprocess.run(["diff", "-rq", source, servers.upload.root / source.name], check=False,
                          capture_output=True).returncode != 0 and durability == "full":
            raise Failure("after the next run the tree differs from the source")
        servers.chat.stop()
        servers.upload.stop()
        return (f"{durability}: {len(acked)} messages acknowledged, {lost_messages} lost; "
                f"{len(told)} files stored, {lost_files} lost, {damaged} damaged")


def whole(process):
    """The events of a process that was killed: its last line may be cut off."""
    process.lines = [line for line in process.lines if re.fullmatch(r"\{.*\}\s*", line)]
    return process.events


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=3, help="the power goes within so many (3)")
    parser.add_argument("--durability", choices=["full", "relaxed"], action="append",
                        help="only this one (default: one of both in each round)")
    chosen = parser.parse_args()
    chosen.durability = chosen.durability or ["full", "relaxed"]
    report(run(chosen, play))
