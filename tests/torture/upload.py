#!/usr/bin/env python3
"""kill -9 against an upload: it resumes, is bit-identical, and never stands half under its final name.

Each round puts one file and kills the client or the server at random points of its progress, until a run gets
through. A watcher looks at the final name all the time: it must be absent or have the full size.
"""

import filecmp
import threading
import time

from common import Failure, arguments, of_kind, report, run

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


def play(box, generator, options):
    size = options.size * MIB + generator.randrange(MIB)
    source = box.file("victim.bin", size, seed=generator.randrange(1 << 30))
    server = box.upload_server()
    port, client, target = server.port, box.client(), server.root / "victim.bin"
    watcher = Watcher(target, size)
    killed = {"client": 0, "server": 0}
    sent = 0

    def start():
        rate = ["--limit", f"{options.limit}MiB"]
        return client.start("uploader-client", "put", "--json", *rate, source, server.join)

    upload = start()
    for point in sorted(generator.uniform(0.02, 0.98) for _ in range(options.kills)):
        if not wait_until_durable(upload, int(point * size)):
            break
        victim = generator.choice(["client", "server"])
        killed[victim] += 1
        if victim == "server":
            server.kill()
            time.sleep(generator.uniform(0, 0.5))
            server = box.upload_server(port=port)
        else:
            upload.kill()
            sent += max((event["sent"] for event in of_kind(upload.events, "progress")), default=0)
            upload = start()
    if (code := upload.process.wait(PUT_SECONDS_MAX)) != 0:
        raise Failure(f"the last run ended with exit code {code}")
    upload.wait_for(lambda lines: any('"done"' in line for line in lines), 5, "the done event")
    (done,) = of_kind(upload.events, "done")
    sent += done["sent"]
    watcher.stop()
    if not filecmp.cmp(source, target, shallow=False):
        raise Failure("the stored file differs from the source")
    server.stop()
    return (f"{size / MIB:.0f} MiB, killed {killed['client']} x client and {killed['server']} x server: "
            f"identical, sent {100 * sent / size:.0f} % of it in all")


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--size", type=int, default=256, help="MiB per file (default 256)")
    parser.add_argument("--limit", type=int, default=100, help="MiB/s, for time to kill (default 100)")
    parser.add_argument("--kills", type=int, default=4, help="kills per round (default 4)")
    report(run(parser.parse_args(), play))
