#!/usr/bin/env python3
"""One transfer over several connections: each is slow, some are cut."""

import filecmp
import os
import socket
import threading
import time

from harness import EndToEnd, main, of_kind

MIB = 1 << 20


class Relay:
    """Passes connections on to a server, each at most so fast towards it; can cut them."""

    def __init__(self, port, bytes_per_second):
        self.target = port
        self.rate = bytes_per_second
        self.links = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 * 1024)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
            self.links.append((client, server))
            threading.Thread(target=self._pump, args=(client, server, self.rate), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, None), daemon=True).start()

    @staticmethod
    def _pump(source, sink, rate):
        try:
            while data := source.recv(32 * 1024):
                sink.sendall(data)
                if rate:
                    time.sleep(len(data) / rate)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self, index):
        for end in self.links[index]:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self._listener.close()
        for index in range(len(self.links)):
            self.cut(index)


class Lanes(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = self.box.upload_server("--threads", 2)
        self.alice = self.box.client("alice")

    def relay(self, rate):
        relay = Relay(self.server.port, rate)
        self.addCleanup(relay.close)
        return relay, self.server.join.replace(f":{self.server.port}", f":{relay.port}")

    def put(self, link, *options):
        return self.alice.start("uploader-client", "put", "--json", *options, link)

    def finish(self, run, seconds=60):
        run.wait_for(lambda lines: any('"done"' in line for line in lines), seconds, "the done event")
        self.assertEqual(0, run.process.wait(20))
        return of_kind(run.events, "done")[0]

    def test_several_connections_are_faster_where_each_is_slow(self):
        _, link = self.relay(1 * MIB)
        one = self.finish(self.put(link, "--connections", "1", self.box.file("one.bin", 5 * MIB, seed=1)))
        four = self.finish(self.put(link, "--connections", "4", self.box.file("four.bin", 5 * MIB, seed=2)))
        self.assertLess(four["seconds"], 0.7 * one["seconds"])
        self.assertEqual(5 * MIB, four["sent"])
        self.assertTrue(filecmp.cmp(self.box.folder / "files/four.bin", self.server.root / "four.bin", False))

    def test_a_lost_connection_costs_only_what_it_carried(self):
        relay, link = self.relay(2 * MIB)
        tree = self.box.folder / "files/tree"
        tree.mkdir(parents=True)
        for number in range(300):
            (tree / str(number)).write_bytes(os.urandom(4000))
        (tree / "big").write_bytes(os.urandom(20 * MIB))
        run = self.put(link, "--connections", "3", tree)
        received = lambda: max((event["received"] for event in of_kind(run.events, "progress")), default=0)
        run.wait_for(lambda _: len(relay.links) == 3 and received() > 6 * MIB, what="three connections")
        relay.cut(1)
        time.sleep(0.5)
        relay.cut(0)
        done = self.finish(run)
        self.assertEqual([], of_kind(run.events, "status"), "it should have gone on without a pause")
        self.assertEqual(301, done["files"])
        self.assertLess(done["sent"], 20 * MIB + 300 * 4000 + 10 * MIB)
        for path in tree.iterdir():
            self.assertTrue(filecmp.cmp(path, self.server.root / "tree" / path.name, False), path.name)

    def test_get_uses_several_connections_too(self):
        source = self.box.file("big.bin", 12 * MIB)
        self.finish(self.put(self.server.join, source))
        relay, _ = self.relay(None)
        back = self.box.folder / "back"
        back.mkdir()
        link = self.server.link("big.bin").replace(f":{self.server.port}", f":{relay.port}")
        run = self.alice.start("uploader-client", "get", "--json", "--connections", "3", "--limit", "6MiB",
                               link, back)
        run.wait_for(lambda _: len(relay.links) == 3, what="three connections")
        time.sleep(0.3)
        relay.cut(2)
        self.finish(run)
        self.assertTrue(filecmp.cmp(source, back / "big.bin", False))

    def test_nobody_attaches_to_what_is_not_there(self):
        self.alice.run("uploader-client", "put", "--connections", "9", self.box.file("a", 1),
                       self.server.join).expect(2)


if __name__ == "__main__":
    main()
