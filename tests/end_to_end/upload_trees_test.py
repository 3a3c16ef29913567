#!/usr/bin/env python3
"""Trees through the real programs: what need not be sent, plans, conflicts, links, holes, times."""

import os
import pathlib
import signal

from harness import EndToEnd, main, of_kind

KIB = 1 << 10
MIB = 1 << 20


class Trees(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = self.box.upload_server()
        self.root = self.server.root
        self.alice = self.box.client("alice")
        self.tree = self.box.folder / "files/tree"
        self.tree.mkdir(parents=True)

    def write(self, name, content, mtime=None):
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if mtime:
            os.utime(path, (mtime, mtime))
        return path

    def put(self, *options, paths=None, **how):
        paths = [self.tree] if paths is None else paths
        return self.alice.run("uploader-client", "put", "--json", *options, *paths, self.server.join, **how)

    def get(self, *options, to):
        return self.alice.run("uploader-client", "get", "--json", *options, self.server.link("tree"), to)

    def done(self, outcome):
        (event,) = of_kind(outcome.expect(0).events, "done")
        return event

    def statuses(self, outcome):
        return {event["path"]: event["status"] for event in of_kind(outcome.events, "file")}

    def actions(self, outcome):
        return {event["path"]: event["action"] for event in of_kind(outcome.events, "file")}

    def files_below(self, folder):
        return sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*"))


class Unchanged(Trees):
    def test_only_what_is_new_travels(self):
        for number in range(700):
            self.write(f"{number % 7}/{number}", os.urandom(500))
        self.write("large", os.urandom(300 * KIB))
        self.assertEqual(700 * 500 + 300 * KIB, self.done(self.put())["sent"])
        self.write("new", b"12345")
        self.assertEqual(5, self.done(self.put())["sent"])
        back = self.box.folder / "back"
        back.mkdir()
        self.assertEqual(700 * 500 + 300 * KIB + 5, self.done(self.get(to=back))["sent"])
        self.assertEqual(0, self.done(self.get(to=back))["sent"])

    def test_checksums_find_what_times_do_not_tell(self):
        self.write("note", b"one", mtime=1_700_000_000)
        self.done(self.put())
        self.write("note", b"two", mtime=1_700_000_000)
        self.assertEqual(0, self.done(self.put())["sent"])
        self.put("--checksum").expect(1)
        self.assertEqual(3, self.done(self.put("--checksum", "--on-conflict", "overwrite"))["sent"])
        self.assertEqual(b"two", (self.root / "tree/note").read_bytes())
        self.write("note", b"two", mtime=1_800_000_000)
        self.assertEqual(0, self.done(self.put("--checksum"))["sent"])


class Conflicts(Trees):
    def test_skip_leaves_everything_and_newer_what_is_not_older(self):
        self.write("old", b"1", mtime=1_700_000_000)
        self.write("new", b"1", mtime=1_700_000_000)
        self.done(self.put())
        self.write("old", b"22", mtime=1_600_000_000)
        self.write("new", b"22", mtime=1_800_000_000)
        skipped = self.put("--on-conflict", "skip")
        self.done(skipped)
        self.assertEqual({"tree/old": "skipped", "tree/new": "skipped"}, self.statuses(skipped))
        newer = self.put("--on-conflict", "newer")
        self.done(newer)
        self.assertEqual({"tree/old": "skipped", "tree/new": "stored"}, self.statuses(newer))
        self.assertEqual(b"22", (self.root / "tree/new").read_bytes())
        self.assertEqual(b"1", (self.root / "tree/old").read_bytes())


class Plans(Trees):
    def test_a_plan_compares_with_what_the_server_has_and_changes_nothing(self):
        self.write("same", b"1")
        self.write("taken", b"1", mtime=1_700_000_000)
        self.done(self.put())
        self.write("taken", b"22", mtime=1_800_000_000)
        self.write("deep/new", b"333")
        before = self.files_below(self.root)
        planned = self.put("--dry-run").expect(5)
        self.assertEqual({"tree/same": "skip", "tree/taken": "conflict", "tree/deep/new": "send"},
                         self.actions(planned))
        planned = self.put("--dry-run", "--on-conflict", "overwrite").expect(0)
        (plan,) = of_kind(planned.events, "plan")
        self.assertEqual((2, 5, 1, 1, 0), tuple(plan[name] for name in
                                                ("files", "bytes", "replaced", "skipped", "failed")))
        self.assertEqual(before, self.files_below(self.root))

    def test_a_plan_for_a_download_makes_no_folder(self):
        self.write("a", b"1")
        self.done(self.put())
        target = self.box.folder / "not/yet"
        planned = self.get("--dry-run", to=target).expect(0)
        self.assertEqual(["send"], list(self.actions(planned).values()))
        self.assertFalse((self.box.folder / "not").exists())


class Semantics(Trees):
    def test_links_travel_only_when_asked_for_and_never_lead_out(self):
        self.write("file", b"content")
        (self.tree / "inside").symlink_to("file")
        (self.tree / "out").symlink_to("/etc/passwd")
        os.mkfifo(self.tree / "pipe")
        plain = self.put().expect(0)
        self.assertIn("left out tree/inside: a link", plain.err)
        self.assertIn("left out tree/pipe: a device, a pipe or a socket", plain.err)
        self.assertEqual(["tree", "tree/file"],
                         [name for name in self.files_below(self.root) if not name.startswith(".sluice")])
        linked = self.put("--preserve", "mode,mtime,links").expect(5)
        self.assertEqual("failed", self.statuses(linked)["tree/out"])
        self.assertEqual("file", os.readlink(self.root / "tree/inside"))
        self.assertFalse(os.path.lexists(self.root / "tree/out"))
        self.assertEqual(0, self.done(self.put("--preserve", "mode,mtime,links", "--exclude", "out"))["sent"])
        back = self.box.folder / "back"
        back.mkdir()
        got = self.get(to=back).expect(0)
        self.assertIn("left out 1 links and special files", got.err)
        self.done(self.get("--preserve", "mode,mtime,links", to=back))
        self.assertEqual("file", os.readlink(back / "tree/inside"))

    def test_folders_keep_their_times_and_modes(self):
        self.write("sub/file", b"1")
        (self.tree / "empty").mkdir()
        (self.tree / "sub").chmod(0o750)
        for name in ("sub", "empty"):
            os.utime(self.tree / name, (1_500_000_000, 1_500_000_000))
        self.done(self.put())
        for name in ("sub", "empty"):
            kept, wanted = (self.root / "tree" / name).stat(), (self.tree / name).stat()
            self.assertEqual((wanted.st_mode, wanted.st_mtime_ns), (kept.st_mode, kept.st_mtime_ns), name)

    def test_holes_stay_holes(self):
        path = self.tree / "sparse"
        with open(path, "wb") as file:
            file.truncate(64 * MIB)
            file.seek(32 * MIB)
            file.write(b"x" * 1000)
        self.assertLess(self.done(self.put())["sent"], MIB)
        copy = self.root / "tree/sparse"
        self.assertEqual(path.read_bytes(), copy.read_bytes())
        self.assertLess(copy.stat().st_blocks * 512, 2 * MIB)
        back = self.box.folder / "back"
        back.mkdir()
        self.done(self.get(to=back))
        self.assertEqual(path.read_bytes(), (back / "tree/sparse").read_bytes())
        self.assertLess((back / "tree/sparse").stat().st_blocks * 512, 2 * MIB)

    def test_hard_links_are_mentioned(self):
        os.link(self.write("one", b"1"), self.tree / "two")
        self.assertIn("1 name is a hard link", self.put().expect(0).err)

    def test_only_changed_chunks_of_a_changed_file_travel(self):
        content = bytearray(os.urandom(20 * MIB))
        self.write("big", content)
        self.done(self.put())
        content[9 * MIB] ^= 1
        self.write("big", content)
        done = self.done(self.put("--on-conflict", "overwrite"))
        self.assertEqual(256 * KIB, done["sent"])
        self.assertEqual(bytes(content), (self.root / "tree/big").read_bytes())

    def test_a_renamed_file_is_not_sent_again(self):
        path = self.write("old-name", os.urandom(5 * MIB))
        self.done(self.put())
        path.rename(self.tree / "new-name")
        self.assertEqual(0, self.done(self.put())["sent"])
        self.assertEqual((self.tree / "new-name").read_bytes(), (self.root / "tree/new-name").read_bytes())

    def test_what_cannot_be_sent_is_named(self):
        self.write("fine", b"1")
        self.write("a:b", b"1")
        outcome = self.put().expect(5)
        self.assertEqual({"tree/fine": "stored", "tree/a:b": "failed"}, self.statuses(outcome))


class Choosing(Trees):
    def test_rules_are_those_of_a_gitignore(self):
        for name in ("a.c", "a.o", "keep.o", "build/x", "src/build", "src/deep/a.o"):
            self.write(name, b"1")
        rules = self.box.folder / "rules"
        rules.write_text("# objects\n*.o\n\nbuild/\n")
        self.done(self.put("--exclude-from", rules, "--include", "keep.o"))
        self.assertEqual(["a.c", "keep.o", "src", "src/build", "src/deep"],
                         self.files_below(self.root / "tree"))

    def test_a_first_inclusion_leaves_out_the_rest(self):
        for name in ("a.jpg", "a.png", "sub/b.jpg", "other/c.png"):
            self.write(name, b"1")
        self.done(self.put("--include", "*.jpg"))
        self.assertEqual(["a.jpg", "sub", "sub/b.jpg"], self.files_below(self.root / "tree"))


class Moving(Trees):
    def test_the_source_goes_when_it_is_stored_and_only_then(self):
        self.write("moved", b"1")
        self.write("large", os.urandom(MIB))
        self.write("taken", b"1", mtime=1_700_000_000)
        self.done(self.put("--exclude", "moved", "--exclude", "large"))
        self.write("taken", b"22", mtime=1_800_000_000)
        self.put("--delete-source").expect(5)
        self.assertEqual(["taken"], self.files_below(self.tree))
        self.assertEqual(["large", "moved", "taken"], self.files_below(self.root / "tree"))


class Watching(Trees):
    def test_what_appears_or_changes_is_sent_until_it_is_interrupted(self):
        self.write("first", b"1")
        watch = self.alice.start("uploader-client", "put", "--json", "--watch", self.tree, self.server.join)

        def stored(name):
            def found(lines):
                events = [event for event in of_kind(watch.events, "file") if event["path"] == name]
                return events and lines
            watch.wait_for(found, what=f"the upload of {name}")

        stored("tree/first")
        self.write("second", b"22")
        stored("tree/second")
        self.write("new/folder/third", b"333")
        stored("tree/new/folder/third")
        self.write("first", b"changed")
        watch.wait_for(lambda lines: (self.root / "tree/first").read_bytes() == b"changed" and lines,
                       what="the change")
        self.assertEqual(0, watch.kill(signal.SIGINT))
        self.assertEqual(b"333", (self.root / "tree/new/folder/third").read_bytes())


if __name__ == "__main__":
    main()
