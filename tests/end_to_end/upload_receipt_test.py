#!/usr/bin/env python3
"""put --receipt keeps what the server signed, and receipt check proves it without a server."""

from harness import EndToEnd, main, of_kind

MIB = 1 << 20


class Receipts(EndToEnd):
    def setUp(self):
        super().setUp()
        self.server = self.box.upload_server()
        self.alice = self.box.client("alice")
        self.kept = self.box.folder / "kept.txt"
        for number in range(600):
            self.box.file(f"tree/{number}", 10 + number, seed=number)
        self.big = self.box.file("tree/sub/big.bin", 3 * MIB + 1)
        self.tree = self.big.parent.parent

    def put(self, *options):
        outcome = self.alice.run("uploader-client", "put", "--json", "--receipt", self.kept, *options,
                                 self.tree, self.server.link("in"))
        (done,) = of_kind(outcome.expect(0).events, "done")
        return done

    def check(self, *arguments):
        return self.alice.run("uploader-client", "receipt", "check", self.kept, *arguments)

    def test_a_receipt_names_every_stored_file_and_is_checked_offline(self):
        self.assertEqual(str(self.kept), self.put()["receipt"])
        self.server.stop()
        lines = self.kept.read_text().splitlines()
        self.assertEqual(601, len([line for line in lines if line.startswith("file ")]))
        self.assertRegex(self.check().expect(0).out, "^good: 601 files stored by ")
        for path in (self.big, self.tree / "7"):
            self.assertIn("is what was stored as in/tree/", self.check(path).expect(0).out)

    def test_a_changed_file_or_receipt_is_noticed(self):
        self.put()
        with open(self.big, "r+b") as file:
            file.write(b"!")
        self.check(self.big).expect_one_error_line(4)
        self.check(self.box.file("other", 10)).expect_one_error_line(4)
        text = self.kept.read_text()
        for change in (text.replace("file 13 ", "file 14 ", 1), text.replace("/tree/", "/tree2/", 1),
                       text[:-100], "", "nonsense\n"):
            self.kept.write_text(change)
            self.check().expect_one_error_line(4)

    def test_only_the_key_of_a_known_server_is_believed(self):
        self.put()
        stranger = self.box.client("stranger")
        stranger.run("uploader-client", "receipt", "check", self.kept).expect_one_error_line(3)

    def test_what_was_there_already_is_not_signed_again(self):
        self.put()
        before = self.kept.read_text()
        self.put()
        self.assertEqual(before, self.kept.read_text())
        self.check().expect(0)

    def test_a_receipt_that_cannot_be_written_is_told_before_anything_is_sent(self):
        self.kept = self.box.folder / "missing/kept.txt"
        outcome = self.alice.run("uploader-client", "put", "--receipt", self.kept, self.tree,
                                 self.server.join)
        outcome.expect_one_error_line(1)


if __name__ == "__main__":
    main()
