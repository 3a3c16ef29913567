#!/usr/bin/env python3
"""Trees through the real programs: what need not be sent, plans, conflicts, links, holes, times."""

import os
import pathlib

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


if __name__ == "__main__":
    main()
