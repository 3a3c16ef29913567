#!/usr/bin/env python3
"""What is stored or unfinished on the server: ls, rm, mv, status, abort, and how the unfinished expires."""

import os
import re
import time

from harness import NOBODY, EndToEnd, main, of_kind

MIB = 1 << 20


class StoredFiles(EndToEnd):
    options = []

    def setUp(self):
        super().setUp()
        self.server = self.box.upload_server(*self.options)
        self.root = self.server.root
        self.alice = self.box.client("alice")
        self.put(self.box.file("a.bin", 1000))

    def put(self, source, folder=""):
        self.alice.run("uploader-client", "put", source, self.server.link(folder)).expect(0)

    def ask(self, command, *arguments):
        return self.alice.run("uploader-client", command, *arguments)

    def at(self, path):
        return f"127.0.0.1:{self.server.port}/{path}"

    def names(self, folder="."):
        return sorted(path.name for path in (self.root / folder).iterdir() if path.name != ".sluice")

    def unfinished(self):
        return of_kind(self.ask("status", "--json", self.at("")).expect(0).events, "unfinished")

    def begin_upload(self, name="big.bin", durable=8 * MIB):
        upload = self.alice.start("uploader-client", "put", "--json", "--limit", "40MiB",
                                  self.box.file(name, 64 * MIB), self.at("in"))

        def found(_):
            return any(event["durable"] >= durable for event in of_kind(upload.events, "progress"))
        upload.wait_for(found, what="durable bytes")
        return upload


class Changes(StoredFiles):
    def test_a_file_is_deleted(self):
        self.ask("rm", self.at("a.bin")).expect(0)
        self.assertEqual([], self.names())

    def test_a_folder_needs_r_unless_it_is_empty(self):
        self.put(self.box.file("b.bin", 10), "deep/er")
        refused = self.ask("rm", self.at("deep")).expect_one_error_line(1)
        self.assertIn("use -r", refused.err)
        (self.root / "empty").mkdir()
        self.ask("rm", self.at("empty")).expect(0)
        (event,) = of_kind(self.ask("rm", "-r", "--json", self.at("deep/")).expect(0).events, "removed")
        self.assertEqual((1, 2, 10), (event["files"], event["folders"], event["bytes"]))
        self.assertEqual(["a.bin"], self.names())

    def test_a_large_tree_is_deleted(self):
        for number in range(1500):
            path = self.root / f"tree/{number % 7}/{number % 5}/{number}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        (event,) = of_kind(self.ask("rm", "-r", "--json", self.at("tree")).expect(0).events, "removed")
        self.assertEqual((1500, 1 + 7 + 35), (event["files"], event["folders"]))
        self.assertEqual(["a.bin"], self.names())

    def test_a_link_is_deleted_and_not_what_it_leads_to(self):
        (self.box.folder / "outside").mkdir()
        (self.box.folder / "outside/kept").touch()
        (self.root / "tree").mkdir()
        (self.root / "tree/link").symlink_to(self.box.folder / "outside")
        self.ask("rm", "-r", self.at("tree")).expect(0)
        self.assertTrue((self.box.folder / "outside/kept").exists())

    def test_what_is_not_there_is_an_error_without_f(self):
        self.ask("rm", self.at("nothing")).expect_one_error_line(1)
        self.ask("rm", "-f", self.at("nothing")).expect(0)
        self.ask("rm", self.at("nothing"), self.at("a.bin")).expect(5)

    def test_nothing_outside_of_the_root_can_be_named(self):
        (self.box.folder / "outside.txt").touch()
        for path in ("../outside.txt", "x/../../outside.txt", ".sluice", ".SLUICE/x", "."):
            with self.subTest(path=path):
                self.ask("rm", "-r", self.at(path)).expect_one_error_line(2)
                self.ask("mv", self.at("a.bin"), path).expect_one_error_line(2)
        self.ask("rm", "-r", self.at("")).expect_one_error_line(2)
        self.assertTrue((self.box.folder / "outside.txt").exists())

    def test_mv_renames_files_and_folders(self):
        self.ask("mv", self.at("a.bin"), self.at("b.bin")).expect(0)
        self.assertEqual(["b.bin"], self.names())
        (self.root / "in").mkdir()
        self.ask("mv", self.at("b.bin"), "in").expect(0)
        self.assertEqual(["b.bin"], self.names("in"))
        self.ask("mv", self.at("in"), "out").expect(0)
        self.assertEqual(["out"], self.names())

    def test_mv_takes_several_into_a_folder(self):
        self.put(self.box.file("b.bin", 10))
        (self.root / "in").mkdir()
        self.ask("mv", self.at("a.bin"), self.at("b.bin"), self.at("in")).expect(0)
        self.assertEqual(["a.bin", "b.bin"], self.names("in"))

    def test_mv_replaces_a_file_only_with_f(self):
        self.put(self.box.file("b.bin", 10))
        self.ask("mv", self.at("a.bin"), self.at("b.bin")).expect_one_error_line(1)
        self.ask("mv", "-f", self.at("a.bin"), self.at("b.bin")).expect(0)
        self.assertEqual(1000, (self.root / "b.bin").stat().st_size)

    def test_a_folder_does_not_go_into_itself(self):
        (self.root / "in").mkdir()
        self.ask("mv", self.at("in"), self.at("in/side")).expect_one_error_line(1, 3)

    def test_ls_shows_columns_and_events(self):
        line = self.ask("ls", "-l", self.at("")).expect(0).out
        self.assertRegex(line, r"^-rw-r--r--    1000 B  \d{4}-\d\d-\d\d \d\d:\d\d  a\.bin\n$")
        (event,) = of_kind(self.ask("ls", "--json", self.at("")).expect(0).events, "entry")
        self.assertEqual(("a.bin", "file", 1000), (event["name"], event["kind"], event["bytes"]))


class Verify(StoredFiles):
    def setUp(self):
        super().setUp()
        self.tree = self.box.folder / "files/tree"
        for name, size in (("same", 10), ("sub/changed", 300_000), ("sub/longer", 20), ("gone", 5),
                           ("empty", 0)):
            self.box.file(f"tree/{name}", size)
        (self.tree / "folder").mkdir()
        self.put(self.tree, "in")

    def verify(self, *arguments):
        return self.alice.run("uploader-client", "verify", *arguments, self.tree, self.at("in"))

    def test_what_was_stored_is_the_same(self):
        for options in ((), ("--verify", "sha256")):
            with self.subTest(options=options):
                (done,) = of_kind(self.verify("--json", *options).expect(0).events, "done")
                self.assertEqual((5, 5, 0), (done["files"], done["same"], done["different"]))
        self.assertEqual("compared 5 files, 293 KiB: 5 same\n", self.verify().expect(0).out)

    def test_each_difference_is_named(self):
        stored = self.root / "in/tree"
        with open(stored / "sub/changed", "r+b") as file:
            file.seek(150_000)
            file.write(b"!")
        with open(stored / "sub/longer", "ab") as file:
            file.write(b"!")
        (stored / "gone").unlink()
        (stored / "same").unlink()
        (stored / "same").mkdir()
        events = of_kind(self.verify("--json").expect(4).events, "verified")
        results = {event["path"]: event["result"] for event in events}
        self.assertEqual({"tree/same": "kind", "tree/sub/changed": "content", "tree/sub/longer": "size",
                          "tree/gone": "missing", "tree/empty": "same"}, results)
        self.assertIn("content     tree/sub/changed\n", self.verify().expect(4).out)

    def test_what_cannot_be_read_is_told_apart(self):
        for name in ("same", "gone"):
            (self.tree / name).chmod(0)
        link = self.box.client().run("uploader-server", "access", "new-token", "--state",
                                     self.server.state).expect(0).out.strip()
        link = link.replace("/#", "/in#") if "/#" in link else link.replace("#", "/in#", 1)
        outcome = self.box.client("nobody").run("uploader-client", "verify", "--json", self.tree, link,
                                                user=NOBODY)
        results = {event["path"]: event["result"] for event in of_kind(outcome.expect(5).events, "verified")}
        self.assertEqual(("unreadable", "same"), (results["tree/same"], results["tree/empty"]))

    def test_put_and_get_compare_once_more_when_asked(self):
        for options in (["put", self.tree, self.at("again")], ["get", self.at("in/tree"), "copy"],
                        ["get", self.at("in/tree/sub/changed"), "."]):
            with self.subTest(options=options):
                outcome = self.alice.run("uploader-client", *options, "--json", "--verify", "sha256")
                outcome.expect(0)
                self.assertIn("same", {event["result"] for event in of_kind(outcome.events, "verified")})
        with open(self.root / "again/tree/same", "r+b") as file:
            stat = (self.root / "again/tree/same").stat()
            file.write(b"!")
        os.utime(self.root / "again/tree/same", ns=(stat.st_mtime_ns, stat.st_mtime_ns))
        # What is there is not sent again; that it is not the same is noticed.
        self.ask("put", self.tree, self.at("again")).expect(0)
        self.assertIn("content     tree/same", self.ask("put", "--verify", "sha256", self.tree,
                                                        self.at("again")).expect(4).out)

    def test_many_files_are_compared(self):
        for number in range(1000):
            (self.tree / f"folder/{number}").write_bytes(str(number).encode())
        self.put(self.tree, "in")
        (self.root / "in/tree/folder/777").write_bytes(b"778")
        outcome = self.verify().expect(4)
        self.assertEqual(["content     tree/folder/777",
                          "compared 1005 files, 296 KiB: 1004 same, 1 different or missing"],
                         outcome.out.splitlines())


class Unfinished(StoredFiles):
    options = ["--keep-partial", "6s"]

    def test_status_shows_what_is_durable_and_abort_forgets_it(self):
        self.assertEqual([], self.unfinished())
        self.begin_upload().kill()
        (upload,) = self.unfinished()
        self.assertEqual(("in/big.bin", 64 * MIB), (upload["path"], upload["bytes"]))
        self.assertGreaterEqual(upload["durable"], 8 * MIB)
        shown = self.ask("status", self.at("")).expect(0).out
        self.assertTrue(re.match(upload["id"] + r"  .* of 64 MiB  0:\d\d ago  in/big.bin\n$", shown), shown)
        self.ask("abort", "000000", self.at("")).expect_one_error_line(1)
        self.ask("abort", "xyz", self.at("")).expect_one_error_line(2)
        self.ask("abort", upload["id"][:8], self.at("")).expect(0)
        self.assertEqual([], self.unfinished())
        self.assertEqual([], list((self.root / ".sluice").iterdir()))

    def test_nobody_sees_or_aborts_the_uploads_of_others(self):
        self.begin_upload().kill()
        (upload,) = self.unfinished()
        bob = self.box.client("bob")
        link = self.box.client().run("uploader-server", "access", "new-token", "--state",
                                     self.server.state).expect(0).out.strip()
        self.assertEqual("", bob.run("uploader-client", "status", "--json", link).expect(0).out)
        bob.run("uploader-client", "abort", upload["id"], self.at("")).expect_one_error_line(1)
        self.assertEqual(1, len(self.unfinished()))

    def test_an_upload_under_way_can_be_aborted(self):
        upload = self.begin_upload()
        (found,) = self.unfinished()
        self.ask("abort", found["id"], self.at("")).expect(0)
        self.assertEqual(1, upload.process.wait(20))
        self.assertEqual([], list((self.root / ".sluice").iterdir()))

    def test_partial_uploads_expire_while_the_server_runs(self):
        self.begin_upload().kill()
        self.assertEqual(1, len(self.unfinished()))
        deadline = time.monotonic() + 20
        while self.unfinished():
            self.assertLess(time.monotonic(), deadline, "the upload does not expire")
            time.sleep(0.3)
        self.assertEqual([], list((self.root / ".sluice").iterdir()))


if __name__ == "__main__":
    main()
