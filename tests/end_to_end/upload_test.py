#!/usr/bin/env python3
"""Upload through the real programs: files, trees, stdin, get, ls, conflicts, resume after kill -9."""

import filecmp
import signal
import subprocess
import time

from harness import EndToEnd, main, of_kind

MIB = 1 << 20


def make_tree(folder):
    """Some of everything: empty files and folders, deep paths, odd names, sizes around a chunk."""
    sizes = {"empty": 0, "one": 1, "small.txt": 4096, "deep/er/still/file": 70_000, "name with blanks": 10,
             "ümlaut-✓": 11, "-rf": 12, "chunk": 256 * 1024, "chunk-and-one": 256 * 1024 + 1}
    for number, (name, size) in enumerate(sizes.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes([number]) * size)
    return len(sizes)


def trees_differ(one, two):
    compared = subprocess.run(["diff", "-r", one, two], capture_output=True, text=True, check=False)
    return compared.stdout + compared.stderr


class Upload(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = self.box.upload_server()
        self.root = self.server.root
        self.alice = self.box.client("alice")

    def put(self, *arguments, to=None, **options):
        to = to or self.server.join
        return self.alice.run("uploader-client", "put", "--json", *arguments, to, **options)

    def done(self, outcome):
        (event,) = of_kind(outcome.expect(0).events, "done")
        return event

    def assert_same(self, one, two):
        self.assertTrue(filecmp.cmp(one, two, shallow=False), f"{one} and {two} differ")

    def test_a_file_arrives_bit_for_bit(self):
        source = self.box.file("movie.bin", 5 * MIB + 3)
        done = self.done(self.put(source))
        self.assert_same(source, self.root / "movie.bin")
        self.assertEqual((1, 5 * MIB + 3, 5 * MIB + 3), (done["files"], done["bytes"], done["sent"]))

    def test_a_folder_can_be_named_in_the_address(self):
        source = self.box.file("a.bin", 1000)
        self.done(self.put(source, to=self.server.link("in/box")))
        self.assert_same(source, self.root / "in/box/a.bin")

    def test_a_tree_arrives_whole(self):
        tree = self.box.folder / "files/tree"
        count = make_tree(tree)
        done = self.done(self.put(tree))
        self.assertEqual(count, done["files"])
        self.assertEqual("", trees_differ(tree, self.root / "tree"))

    def test_modes_and_times_are_kept(self):
        source = self.box.file("tool.sh", 100)
        source.chmod(0o750)
        self.done(self.put(source))
        kept, wanted = (self.root / "tool.sh").stat(), source.stat()
        self.assertEqual((oct(wanted.st_mode), wanted.st_mtime_ns), (oct(kept.st_mode), kept.st_mtime_ns))

    def test_stdin_gets_a_name(self):
        self.done(self.put("-", "--name", "typed.txt", stdin="from a pipe\n"))
        self.assertEqual("from a pipe\n", (self.root / "typed.txt").read_text())

    def test_many_small_files_arrive(self):
        tree = self.box.folder / "files/many"
        for number in range(2000):
            path = tree / f"{number % 20:02}/{number:05}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(number.to_bytes(4, "big") * 1024)
        self.assertEqual(2000, self.done(self.put(tree))["files"])
        self.assertEqual("", trees_differ(tree, self.root / "many"))

    def test_putting_the_same_again_sends_nothing(self):
        source = self.box.file("movie.bin", 3 * MIB)
        self.done(self.put(source))
        again = self.put(source)
        self.assertEqual(0, self.done(again)["sent"])
        self.assertEqual(["skipped"], [event["status"] for event in of_kind(again.events, "file")])

    def test_a_different_file_under_the_same_name_is_not_replaced(self):
        source = self.box.file("note", 1000, seed=1)
        self.done(self.put(source))
        before = (self.root / "note").read_bytes()
        self.box.file("note", 1000, seed=2)
        self.put(source).expect(1, 5)
        self.assertEqual(before, (self.root / "note").read_bytes())

    def test_conflicts_can_overwrite_or_rename(self):
        source = self.box.file("note", 1000, seed=1)
        self.done(self.put(source))
        self.box.file("note", 1000, seed=2)
        self.done(self.put("--on-conflict", "rename", source))
        self.assertEqual(2, len([path for path in self.root.iterdir() if path.name.startswith("note")]))
        self.box.file("note", 1000, seed=3)
        self.done(self.put("--on-conflict", "overwrite", source))
        self.assert_same(source, self.root / "note")

    def test_get_brings_files_and_trees_back(self):
        tree = self.box.folder / "files/tree"
        make_tree(tree)
        self.done(self.put(tree))
        target = self.box.folder / "back"
        target.mkdir()
        self.alice.run("uploader-client", "get", self.server.link("tree"), target).expect(0)
        self.assertEqual("", trees_differ(tree, target / "tree"))

    def test_ls_lists_what_is_finished_only(self):
        self.done(self.put(self.box.file("a.bin", 1234)))
        listed = self.alice.run("uploader-client", "ls", "-l", self.server.join).expect(0).out
        self.assertIn("a.bin", listed)
        self.assertNotIn(".sluice", listed)

    def start_put(self, source):
        options = ["--json", "--limit", "40MiB"]
        return self.alice.start("uploader-client", "put", *options, source, self.server.join)

    def wait_until_durable(self, upload, count):
        def found(lines):
            return any(event["durable"] >= count for event in of_kind(upload.events, "progress")) and lines
        upload.wait_for(found, what=f"{count} durable bytes")

    def test_a_killed_client_resumes_where_the_disk_left_off(self):
        source = self.box.file("big.bin", 96 * MIB)
        upload = self.start_put(source)
        self.wait_until_durable(upload, 48 * MIB)
        upload.kill()
        self.assertFalse((self.root / "big.bin").exists(), "a partial file stands under the final name")
        done = self.done(self.put(source))
        self.assertLess(done["sent"], 0.55 * 96 * MIB)
        self.assertGreater(done["resumed"], 0.45 * 96 * MIB)
        self.assert_same(source, self.root / "big.bin")

    def test_a_client_goes_on_by_itself_when_the_killed_server_comes_back(self):
        source = self.box.file("big.bin", 96 * MIB)
        upload = self.start_put(source)
        self.wait_until_durable(upload, 40 * MIB)
        port = self.server.port
        self.server.kill()
        self.assertFalse((self.root / "big.bin").exists(), "a partial file stands under the final name")
        self.server = self.box.upload_server(port=port)
        upload.wait_for(lambda lines: any('"done"' in line for line in lines), what="the done event")
        self.assertEqual(0, upload.process.wait(20))
        (done,) = of_kind(upload.events, "done")
        self.assertLess(done["sent"], 1.6 * 96 * MIB)
        self.assert_same(source, self.root / "big.bin")

    def test_an_interrupted_client_says_how_to_go_on(self):
        upload = self.start_put(self.box.file("big.bin", 64 * MIB))
        self.wait_until_durable(upload, 8 * MIB)
        self.assertEqual(130, upload.kill(signal.SIGINT))

    def test_signals_change_the_limit_while_it_runs(self):
        source = self.box.file("big.bin", 12 * MIB)
        started = time.monotonic()
        upload = self.alice.start("uploader-client", "put", "--json", "--limit", "200K", source,
                                  self.server.join)
        limits = lambda: [event["limit"] for event in of_kind(upload.events, "progress")]
        upload.wait_for(lambda _: limits(), what="progress")
        self.assertEqual(200 * 1024, limits()[-1])
        upload.process.send_signal(signal.SIGUSR2)
        upload.wait_for(lambda _: limits()[-1] < 200 * 1024, what="a lower limit")
        while limits()[-1] < 16 * MIB:
            before = limits()[-1]
            upload.process.send_signal(signal.SIGUSR1)
            upload.wait_for(lambda _: limits()[-1] > before, what="a higher limit")
        self.assertEqual(0, upload.process.wait(20))
        self.assertLess(time.monotonic() - started, 30)
        self.assert_same(source, self.root / "big.bin")

    def test_the_end_tells_what_it_waited_for(self):
        source = self.box.file("big.bin", 3 * MIB)
        waits = {name: share for name, share in self.done(self.put("--limit", "2MiB", source)).items()
                 if name.startswith("wait_")}
        self.assertEqual(6, len(waits))
        self.assertEqual("wait_limit", max(waits, key=waits.get), waits)
        self.assertGreater(waits["wait_limit"], 0.5)

    def test_what_can_be_compressed_is_when_the_link_is_slow(self):
        tree = self.box.folder / "files/logs"
        tree.mkdir(parents=True)
        line = "2026-11-26 06:45:46 worker-%d stored a file of %d bytes in %d ms\n"
        text = "".join(line % (n % 7, n * 37 % 99991, n % 131) for n in range(16000))
        for number in range(300):
            (tree / f"{number:03}.log").write_text(text[number:number + 3000])
        (tree / "large.log").write_text(text * 5)
        size = sum(path.stat().st_size for path in tree.iterdir())
        packed = self.done(self.put("--limit", "2MiB", tree))
        self.assertLess(packed["sent"], 0.7 * size)
        self.assertEqual("", trees_differ(tree, self.root / "logs"))
        back = self.box.folder / "back"
        back.mkdir()
        link = self.server.link("logs")
        self.alice.run("uploader-client", "get", "--limit", "2MiB", link, back).expect(0)
        self.assertEqual("", trees_differ(tree, back / "logs"))
        # Another content: what is stored already would be copied over there.
        (tree / "large.log").write_text(text[::-1] * 5)
        plain = self.done(self.put("--compress", "off", tree, to=self.server.link("plain")))
        self.assertEqual(size, plain["sent"])

    def test_retry_counts_for_the_first_connection_when_it_is_given(self):
        source, port, join = self.box.file("a.bin", 1000), self.server.port, self.server.join
        self.server.kill()
        self.alice.run("uploader-client", "put", source, join).expect_one_error_line(1)
        tried = self.alice.run("uploader-client", "put", "--json", "--retry", "1", source, join).expect(1)
        self.assertEqual(["waiting"], [event["state"] for event in of_kind(tried.events, "status")])
        upload = self.alice.start("uploader-client", "put", "--json", "--retry", "FOREVER", source, join)
        upload.wait_for(lambda _: of_kind(upload.events, "status"), what="the wait")
        self.server = self.box.upload_server(port=port)
        self.assertEqual(0, upload.process.wait(30))
        self.assert_same(source, self.root / "a.bin")

    def test_nothing_but_staging_and_finished_files_is_in_the_root(self):
        self.done(self.put(self.box.file("a.bin", 10)))
        self.assertEqual({".sluice", "a.bin"}, {path.name for path in self.root.iterdir()})

    def test_the_server_stops_in_order(self):
        self.done(self.put(self.box.file("a.bin", 10)))
        self.server.stop()


class Versions(EndToEnd):
    def test_every_program_tells_its_version_and_helps(self):
        for program in ("chat-server", "chat-client", "uploader-server", "uploader-client"):
            version = self.box.client().run(program, "--version").expect(0).out
            self.assertRegex(version, rf"^{program} \d+\.\d+\.\d+ \(protocol \d+\)\n$")
            self.assertIn("--version", self.box.client().run(program, "--help").expect(0).out)
            self.box.client().run(program, "--no-such-option").expect(2)


if __name__ == "__main__":
    main()
