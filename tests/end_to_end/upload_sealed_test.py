#!/usr/bin/env python3
"""put --seal, get --open and their kin: the server sees ciphertext, and what was sealed comes back whole."""

import filecmp
import os
import subprocess

from harness import EndToEnd, main, of_kind

MIB = 1 << 20


class Sealed(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = self.box.upload_server()
        self.root = self.server.root
        self.alice = self.box.client("alice")
        self.words = self.box.folder / "words"
        self.words.write_text("correct horse battery staple\nsecond line\n")
        self.tree = self.box.folder / "files/tree"
        for name, size in (("note.txt", 11), ("empty", 0), ("sub/deep/big.bin", 3 * MIB + 7),
                           ("sub/chunk", 65536), ("sub/ümlaut ✓", 100)):
            self.box.file("tree/" + name, size)
        (self.tree / "folder").mkdir()

    def run_sealed(self, command, *arguments, secret=None):
        mode = "--seal" if command in ("put", "verify") else "--open"
        secret = secret or ("--passphrase-file", self.words)
        return self.alice.run("uploader-client", command, mode, *secret, *arguments)

    def at(self, path=""):
        return f"127.0.0.1:{self.server.port}/{path}"

    def put_tree(self, **options):
        return self.run_sealed("put", "--json", self.tree, self.server.link("in"), **options).expect(0)

    def stored(self):
        return [path for path in self.root.rglob("*") if ".sluice" not in path.parts]

    def trees_differ(self, one, two):
        return subprocess.run(["diff", "-r", one, two], capture_output=True, text=True, check=False).stdout

    def test_the_server_sees_neither_contents_nor_names(self):
        files = of_kind(self.put_tree().events, "file")
        self.assertIn("tree/note.txt", {event["path"] for event in files})
        self.assertEqual(["in"], [path.name for path in self.root.iterdir() if path.name != ".sluice"])
        known = {path.name for path in self.tree.rglob("*")} | {"tree"}
        for path in self.stored():
            self.assertNotIn(path.name, known)
            if path.is_file():
                self.assertEqual(b"SLSEAL", path.read_bytes()[:6])
                self.assertNotIn((self.tree / "note.txt").read_bytes(), path.read_bytes())

    def test_what_was_sealed_comes_back_whole(self):
        self.put_tree()
        back = self.box.folder / "back"
        back.mkdir()
        self.run_sealed("get", self.at("in/tree"), back).expect(0)
        self.assertEqual("", self.trees_differ(self.tree, back / "tree"))
        source = self.tree / "note.txt"
        self.assertEqual(source.stat().st_mtime_ns, (back / "tree/note.txt").stat().st_mtime_ns)
        self.run_sealed("get", self.at("in/tree/sub/deep/big.bin"), back / "one.bin").expect(0)
        self.assertTrue(filecmp.cmp(self.tree / "sub/deep/big.bin", back / "one.bin", shallow=False))
        self.run_sealed("get", self.at("in/tree/"), back / "copy").expect(0)
        self.assertEqual("", self.trees_differ(self.tree, back / "copy"))
        # Again: everything is there.
        (done,) = of_kind(self.run_sealed("get", "--json", self.at("in/tree"), back).expect(0).events, "done")
        self.assertEqual(0, done["sent"])

    def test_the_same_again_is_not_sent_again(self):
        self.put_tree()
        (done,) = of_kind(self.put_tree().events, "done")
        self.assertEqual(0, done["sent"])

    def test_names_and_sizes_are_listed_with_the_passphrase(self):
        self.put_tree()
        listed = self.run_sealed("ls", "--json", self.at("in/tree")).expect(0).events
        sizes = {event["name"]: event["bytes"] for event in listed if event["kind"] == "file"}
        self.assertEqual({"note.txt": 11, "empty": 0}, sizes)

    def test_a_killed_upload_goes_on(self):
        big = self.box.file("big.bin", 64 * MIB)
        command = ["put", "--json", "--limit", "24MiB", "--seal", "--passphrase-file", self.words, big]
        upload = self.alice.start("uploader-client", *command, self.server.join)

        def found(_):
            return any(event["durable"] > 24 * MIB for event in of_kind(upload.events, "progress"))
        upload.wait_for(found, what="durable bytes")
        upload.kill()
        (done,) = of_kind(self.run_sealed("put", "--json", big, self.at()).expect(0).events, "done")
        self.assertLess(done["sent"], 45 * MIB)
        self.assertGreater(done["resumed"], 20 * MIB)
        self.run_sealed("get", self.at("big.bin"), self.box.folder / "back.bin").expect(0)
        self.assertTrue(filecmp.cmp(big, self.box.folder / "back.bin", shallow=False))

    def test_a_wrong_passphrase_and_damage_end_with_4_and_leave_nothing(self):
        self.put_tree()
        back = self.box.folder / "back"
        back.mkdir()
        other = self.box.folder / "other"
        other.write_text("wrong\n")
        self.run_sealed("get", self.at("in/tree"), back, secret=("--passphrase-file", other)).expect(1)
        self.run_sealed("get", self.at("in/"), back, secret=("--passphrase-file", other)).expect(4)
        for path in self.stored():
            if path.is_file():
                with open(path, "r+b") as file:
                    file.seek(path.stat().st_size // 2)
                    byte = file.read(1)
                    file.seek(-1, os.SEEK_CUR)
                    file.write(bytes([byte[0] ^ 1]))
        self.run_sealed("get", self.at("in/tree"), back).expect(4)
        files = [path for path in back.rglob("*") if path.is_file() and ".sluice" not in path.parts]
        self.assertEqual([], files)

    def test_a_sealed_tree_is_compared(self):
        self.put_tree()
        self.run_sealed("verify", self.tree, self.at("in")).expect(0)
        (self.tree / "note.txt").write_text("changed....")
        outcome = self.run_sealed("verify", self.tree, self.at("in")).expect(4)
        self.assertIn("content     tree/note.txt", outcome.out)

    def test_a_key_file_does_what_a_passphrase_does(self):
        key = self.box.file("key", 32)
        self.put_tree(secret=("--key-file", key))
        back = self.box.folder / "back"
        back.mkdir()
        self.run_sealed("get", self.at("in/tree"), back, secret=("--key-file", key)).expect(0)
        self.assertEqual("", self.trees_differ(self.tree, back / "tree"))

    def test_misuse_is_told(self):
        short = self.box.file("short", 31)
        join = self.server.join
        self.run_sealed("put", self.tree, join, secret=("--key-file", short)).expect_one_error_line(2)
        self.run_sealed("put", "--on-conflict", "rename", self.tree, join).expect_one_error_line(2)
        self.run_sealed("put", "-", "--name", "x", join).expect_one_error_line(2)
        for options in (["--key-file", short], ["--seal"]):
            self.alice.run("uploader-client", "put", *options, self.tree, join).expect_one_error_line(2)


class Local(EndToEnd):
    def setUp(self):
        super().setUp()
        self.alice = self.box.client("alice")
        self.words = self.box.folder / "words"
        self.words.write_text("correct horse\n")

    def run_local(self, command, *arguments):
        return self.alice.run("uploader-client", command, "--passphrase-file", self.words, *arguments)

    def test_a_file_is_sealed_and_opened(self):
        for size in (0, 1, 65536, 5 * MIB + 1):
            with self.subTest(size=size):
                plain = self.box.file(f"plain{size}", size)
                sealed = plain.with_name(plain.name + ".sealed")
                self.run_local("seal", plain).expect(0)
                self.run_local("open", sealed, "-o", self.box.folder / f"back{size}").expect(0)
                self.assertTrue(filecmp.cmp(plain, self.box.folder / f"back{size}", shallow=False))
                self.run_local("open", sealed).expect_one_error_line(1)
                self.run_local("open", "-f", sealed).expect(0)

    def test_what_does_not_open_leaves_nothing(self):
        plain = self.box.file("plain", 200_000)
        self.run_local("seal", plain).expect(0)
        sealed = plain.with_name("plain.sealed")
        content = sealed.read_bytes()
        bad = self.box.folder / "bad.sealed"
        changes = {"cut": content[:-1], "cut at a chunk": content[:56 + 65553], "empty": b"",
                   "other": b"x" * 1000, "changed": content[:100] + b"!!" + content[102:],
                   "longer": content + b"x"}
        for what, damaged in changes.items():
            with self.subTest(what=what):
                bad.write_bytes(damaged)
                self.run_local("open", bad).expect_one_error_line(4)
                self.assertEqual({"bad.sealed", "words", "files", "clients"},
                                 {path.name for path in self.box.folder.iterdir()})
        self.words.write_text("wrong horse\n")
        self.run_local("open", sealed, "-o", self.box.folder / "back").expect_one_error_line(4)
        self.assertFalse((self.box.folder / "back").exists())


if __name__ == "__main__":
    main()
