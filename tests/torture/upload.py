#!/usr/bin/env python3
"""Troubles for an upload: it resumes, is bit-identical, and never stands half under its final name.

Each round puts one file and makes trouble at random points of its progress, until a run gets through: kill -9
of the client or of the server, a connection that is reset, a disk that is full for a while. A watcher looks
at the final name all the time: it must be absent or have the full size.
"""

import filecmp
import os
import subprocess
import threading
import time

from common import Failure, arguments, of_kind, report, run
from relay import Relay

MIB = 1 << 20
PUT_SECONDS_MAX = 120


class Watcher:
    """Notes every moment at which the final name stands for something that is not complete."""

    def __init__(self, path, size):
        self.path, self.size = path, size
        self.wrong = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self):
        while not self._stop.wait(0.002):
            try:
                seen = self.path.stat().st_size
            except FileNotFoundError:
                continue
            if seen != self.size:
                self.wrong.append(seen)

    def stop(self):
        self._stop.set()
        self._thread.join()
        if self.wrong:
            raise Failure(f"a partial file stood under the final name: {self.wrong[0]} of {self.size} bytes")


def wait_until_durable(upload, count):
    """True when `count` bytes are durable, False when the upload ended before."""
    def reached(_):
        events = upload.events
        if any(event.get("durable", 0) >= count for event in of_kind(events, "progress")):
            return "reached"
        ended = of_kind(events, "done") or upload.process.poll() is not None
        return "ended" if ended else None
    return upload.wait_for(reached, PUT_SECONDS_MAX, f"{count} durable bytes") == "reached"


class Scene:
    """One round: a server, a client that puts a file, and what can happen to them."""

    def __init__(self, box, generator, options):
        self.box, self.generator, self.options = box, generator, options
        self.size = options.size * MIB + generator.randrange(MIB)
        self.source = box.file("victim.bin", self.size, seed=generator.randrange(1 << 30))
        # Half as large again as the file, so that it can be made too small for it.
        self.disk_mib = self.size // MIB * 3 // 2 + 32
        self.disk = box.small_disk("disk", self.disk_mib) if "full" in options.troubles else None
        self.root = self.disk / "root" if self.disk else None
        self.server = self.start_server(0)
        self.relay = Relay(self.server.port)
        self.client = box.client()
        self.done = dict.fromkeys(options.troubles, 0)
        self.sent = 0
        self.upload = None

    def start_server(self, port):
        # The disk is small on purpose: nothing of it is kept free.
        return self.box.upload_server("--reserve", "0", port=port, root=self.root)

    def start_client(self):
        rate = ["--limit", f"{self.options.limit}MiB", "--retry", "FOREVER"]
        self.upload = self.client.start("uploader-client", "put", "--json", *rate, self.source,
                                        self.relay.link(self.server.join))

    def client_ended(self):
        """What the run that is over has sent."""
        self.sent += max((event["sent"] for event in of_kind(self.upload.events, "progress")), default=0)

    def make(self, trouble):
        self.done[trouble] += 1
        getattr(self, f"make_{trouble}")()

    def make_client(self):
        self.upload.kill()
        self.client_ended()
        self.start_client()

    def make_server(self):
        self.server.kill()
        time.sleep(self.generator.uniform(0, 0.5))
        self.server = self.start_server(self.server.port)

    def make_cut(self):
        self.relay.cut()

    def make_full(self):
        """No room for the rest: the client ends with an error, and goes on when there is room again."""
        for spare_mib in (1, 2, 4, 8, 16):  # it fills up meanwhile, and cannot be smaller than its content
            state = os.statvfs(self.disk)
            used_mib = (state.f_blocks - state.f_bfree) * state.f_frsize // MIB
            if self.resize(used_mib + spare_mib):
                break
        code = self.upload.process.wait(PUT_SECONDS_MAX)
        self.client_ended()
        self.resize(self.disk_mib)
        if code not in (0, 1, 5):
            raise Failure(f"exit code {code} with a full disk")
        self.start_client()

    def resize(self, mebibytes):
        command = ["mount", "-o", f"remount,size={mebibytes}m", self.disk]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0


def play(box, generator, options):
    scene = Scene(box, generator, options)
    target = scene.server.root / "victim.bin"
    watcher = Watcher(target, scene.size)
    scene.start_client()
    for point in sorted(generator.uniform(0.02, 0.98) for _ in range(options.kills)):
        if not wait_until_durable(scene.upload, int(point * scene.size)):
            break
        scene.make(generator.choice(options.troubles))
    if (code := scene.upload.process.wait(PUT_SECONDS_MAX)) != 0:
        raise Failure(f"the last run ended with exit code {code}")
    scene.upload.wait_for(lambda lines: any('"done"' in line for line in lines), 5, "the done event")
    (done,) = of_kind(scene.upload.events, "done")
    watcher.stop()
    if not filecmp.cmp(scene.source, target, shallow=False):
        raise Failure("the stored file differs from the source")
    scene.server.stop()
    scene.relay.close()
    troubles = ", ".join(f"{count} x {name}" for name, count in scene.done.items() if count)
    return (f"{scene.size / MIB:.0f} MiB, {troubles or 'no trouble'}: identical, "
            f"sent {100 * (scene.sent + done['sent']) / scene.size:.0f} % of it in all")


def troubles_of(text):
    known = ["client", "server", "cut", "full"]
    chosen = known if text == "all" else text.split(",")
    if strange := sorted(set(chosen) - set(known)):
        raise ValueError(f"no such trouble: {strange[0]}")
    if "full" in chosen and text == "all" and os.geteuid() != 0:
        chosen = [name for name in chosen if name != "full"]  # a small disk needs root
    return chosen


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--size", type=int, default=256, help="MiB per file (default 256)")
    parser.add_argument("--limit", type=int, default=100, help="MiB/s, for time to kill (default 100)")
    parser.add_argument("--kills", type=int, default=4, help="troubles per round (default 4)")
    parser.add_argument("--troubles", type=troubles_of, default="all",
                        help="of client,server,cut,full: kill -9, a reset, a full disk (default all)")
    report(run(parser.parse_args(), play))
