#!/usr/bin/env python3
"""Paths that lead out, full disks, taken ports, unwritable places: one line, an exit code, no harm."""

import os
import pathlib
import subprocess
import unittest

from harness import BIN, NOBODY, EndToEnd, Outcome, clean_environment, main

MIB = 1 << 20


def run_server(program, *arguments):
    """A server that is expected to give up at once."""
    command = [str(BIN / program), *map(str, arguments)]
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, timeout=30,
                          check=False, stdin=subprocess.DEVNULL)
    return Outcome(done.returncode, done.stdout, done.stderr, command)


class DiskRefusals(EndToEnd):
    def setUp(self):
        super().setUp()
        self.client = self.box.client()
        self.file = self.box.file("a.bin", 1000)

    def put(self, server, *arguments, to=None, **options):
        return self.client.run("uploader-client", "put", *arguments, to or server.join, **options)

    def assert_serves(self, server, name="after.bin"):
        self.put(server, self.box.file(name, 2000)).expect(0)
        self.assertEqual(2000, (server.root / name).stat().st_size)

    def test_a_path_that_climbs_out_is_refused(self):
        server = self.box.upload_server()
        for folder in ("../out", "a/../../out", "..", "./x/.."):
            with self.subTest(folder=folder):
                self.put(server, self.file, to=server.link(folder)).expect_one_error_line(2, 3)
        self.assertFalse((server.root.parent / "out").exists())
        self.assertFalse((server.root.parent / "a.bin").exists())
        self.assert_serves(server)

    def test_the_staging_folder_is_out_of_reach(self):
        server = self.box.upload_server()
        self.put(server, self.file, to=server.link(".sluice")).expect_one_error_line(2, 3)
        self.assert_serves(server)

    def test_a_symlink_in_the_target_is_not_followed(self):
        server = self.box.upload_server()
        outside = self.box.folder / "outside"
        outside.mkdir()
        (server.root / "link").symlink_to(outside)
        self.put(server, self.file, to=server.link("link")).expect_one_error_line(1, 3)
        (server.root / "a.bin").symlink_to(outside / "victim")
        self.put(server, "--on-conflict", "overwrite", self.file).expect(0, 1, 3)
        self.assertEqual([], list(outside.iterdir()))
        self.assert_serves(server)

    def test_a_full_disk_is_reported_and_survived(self):
        server = self.box.upload_server("--reserve", 0, root=self.box.small_disk("small", 16))
        self.put(server, self.box.file("too-big.bin", 40 * MIB)).expect_one_error_line(1)
        self.assertFalse((server.root / "too-big.bin").exists())
        self.assert_serves(server)

    def test_an_unreadable_file_is_named(self):
        user = NOBODY if os.geteuid() == 0 else None
        self.file.chmod(0)
        server = self.box.upload_server()
        failed = self.put(server, self.file, user=user)
        failed.expect_one_error_line(1)
        self.assertIn("a.bin", failed.err)
        self.assert_serves(server)

    def test_an_unreadable_file_in_a_tree_does_not_stop_the_others(self):
        user = NOBODY if os.geteuid() == 0 else None
        self.box.file("tree/good-1", 10)
        self.box.file("tree/locked", 10).chmod(0)
        self.box.file("tree/good-2", 10)
        server = self.box.upload_server()
        partly = self.put(server, self.box.folder / "files/tree", user=user).expect(5)
        self.assertIn("locked", partly.err)
        self.assertEqual({"good-1", "good-2"}, {path.name for path in (server.root / "tree").iterdir()})

    def test_a_file_that_is_not_there_is_named(self):
        server = self.box.upload_server()
        failed = self.put(server, self.box.folder / "nowhere.bin").expect_one_error_line(1, 2)
        self.assertIn("nowhere.bin", failed.err)

    def test_a_port_in_use_is_said(self):
        server = self.box.chat_server()
        state = self.box.folder / "second"
        failed = run_server("chat-server", "--listen", server.address, "--state", state, "--no-announce")
        failed.expect_one_error_line(1)
        self.assertIn(str(server.port), failed.err)
        self.client.run("chat-client", "send", server.join, "--room", "lobby", "x").expect(0)

    def test_two_servers_do_not_share_one_state(self):
        server = self.box.chat_server()
        options = ["--listen", "127.0.0.1:0", "--no-announce"]
        failed = run_server("chat-server", *options, "--state", server.state)
        failed.expect_one_error_line(1)
        self.client.run("chat-client", "send", server.join, "--room", "lobby", "x").expect(0)

    def test_an_unwritable_state_is_said(self):
        blocked = self.box.file("a-file", 1)
        options = ["--listen", "127.0.0.1:0", "--no-announce"]
        for program, more in (("chat-server", []), ("uploader-server", ["--root", self.box.folder])):
            with self.subTest(program=program):
                run_server(program, *options, *more, "--state", blocked / "state").expect_one_error_line(1)

    def test_a_root_that_is_not_there_is_said(self):
        failed = run_server("uploader-server", "--listen", "127.0.0.1:0", "--no-announce", "--state",
                            self.box.folder / "state", "--root", self.box.folder / "nowhere")
        failed.expect_one_error_line(1, 2)

    @unittest.skipUnless(pathlib.Path("/dev/full").exists(), "there is no /dev/full")
    def test_an_output_that_cannot_be_written_is_a_failure(self):
        server = self.box.chat_server()
        self.client.run("chat-client", "send", server.join, "--room", "lobby", "x").expect(0)
        with open("/dev/full", "w", encoding="utf-8") as full:
            command = [str(BIN / "chat-client"), "tail", server.join, "--room", "lobby", "--from", "1"]
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=self.client.environment,
                                  timeout=30, check=False)
        self.assertEqual(1, done.returncode)


if __name__ == "__main__":
    main()
