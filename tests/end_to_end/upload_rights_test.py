#!/usr/bin/env python3
"""Who may do what on an uploader-server: rights, confined keys, quotas, the audit log, the sandbox."""

import json
import os
import pathlib
import signal
import time

from harness import EndToEnd, main, of_kind

KIB = 1024


class Access(EndToEnd):
    """A server, and people who are enrolled with this or that."""
    options = []

    def setUp(self):
        super().setUp()
        self.server = self.box.upload_server(*self.options)
        self.root = self.server.root
        self.people = 0

    def at(self, path=""):
        return f"127.0.0.1:{self.server.port}/{path}"

    def link(self, *options):
        return self.box.client().run("uploader-server", "access", "new-token", "--state", self.server.state,
                                     *options).expect(0).out.strip()

    def newcomer(self, *options):
        """Somebody who is enrolled with these rights."""
        self.people += 1
        person = self.box.client(f"person{self.people}")
        person.run("uploader-client", "status", self.link(*options)).expect(0, 3)
        return person


class Rights(Access):
    def test_each_right_allows_what_it_says_and_nothing_else(self):
        source, other = self.box.file("new", 10, seed=1), self.box.file("copy/there", 20, seed=2)
        allowed = {
            "put": {"put", "status"},
            "get": {"get", "ls", "verify"},
            "list": {"ls"},
            "delete": {"rm"},
            "put,delete": {"put", "status", "rm", "mv"},
            "put,overwrite": {"put", "status", "newer", "overwrite"},
            "all": {"put", "get", "ls", "verify", "rm", "mv", "status", "newer", "overwrite"},
        }
        for rights, may in allowed.items():
            person = self.newcomer("--rights", rights)
            for name in ("new", "there", "moved"):
                (self.root / name).unlink(missing_ok=True)
            (self.root / "there").write_text("there")
            os.utime(self.root / "there", (1, 1))
            commands = {
                "put": ["put", source, self.at()],
                "newer": ["put", "--on-conflict", "newer", other, self.at()],
                "overwrite": ["put", "--on-conflict", "overwrite", other, self.at()],
                "status": ["status", self.at()],
                "ls": ["ls", self.at()],
                "get": ["get", self.at("there"), "got"],
                "verify": ["verify", other, self.at()],
                "mv": ["mv", self.at("there"), self.at("moved")],
                "rm": ["rm", "-f", self.at("moved"), self.at("there")],
            }
            for name, command in commands.items():
                with self.subTest(rights=rights, command=name):
                    outcome = person.run("uploader-client", *command)
                    if name not in may:
                        outcome.expect(3)
                    else:
                        outcome.expect(4 if name == "verify" and "overwrite" not in may else 0)

    def test_a_confined_key_neither_sees_nor_names_anything_else(self):
        (self.root / "secret").write_text("secret")
        (self.root / "inbox2").mkdir()
        (self.root / "inbox2/x").touch()
        guest = self.newcomer("--folder", "inbox/")
        source = self.box.file("a.bin", 100)
        guest.run("uploader-client", "put", source, self.at()).expect(0)
        self.assertTrue((self.root / "inbox/a.bin").exists())
        self.assertEqual("a.bin\n", guest.run("uploader-client", "ls", self.at()).expect(0).out)
        for path in ("secret", "inbox2/x", "../secret", "inbox/a.bin"):
            with self.subTest(path=path):
                guest.run("uploader-client", "get", self.at(path), "got").expect(1, 2)
                guest.run("uploader-client", "rm", self.at(path)).expect(1, 2)
                guest.run("uploader-client", "mv", self.at("a.bin"), "../" + path).expect(2)
        guest.run("uploader-client", "rm", "-r", self.at()).expect(2)
        (self.root / "inbox/way-out").symlink_to(self.root)
        guest.run("uploader-client", "get", self.at("way-out/secret"), "got").expect(1, 3)
        self.assertEqual("secret", (self.root / "secret").read_text())

    def test_a_drop_link_works_once_and_takes_only(self):
        link = self.link("--rights", "put", "--uses", "1", "--folder", "inbox")
        source = self.box.file("a.bin", 100)
        giver, late = self.box.client("giver"), self.box.client("late")
        giver.run("uploader-client", "put", source, link).expect(0)
        late.run("uploader-client", "put", source, link).expect_one_error_line(3)
        giver.run("uploader-client", "ls", self.at()).expect_one_error_line(3)
        giver.run("uploader-client", "put", self.box.file("b.bin", 100), self.at()).expect(0)
        self.assertEqual(["a.bin", "b.bin"], sorted(os.listdir(self.root / "inbox")))

    def test_nonsense_is_no_right_and_no_folder(self):
        for options in (["--rights", "put,fly"], ["--folder", "../x"], ["--folder", "/etc"],
                        ["--folder", ".sluice"]):
            with self.subTest(options=options):
                self.box.client().run("uploader-server", "access", "new-token", "--state", self.server.state,
                                      *options).expect_one_error_line(2)


class Quotas(Access):
    options = ["--quota", "1000KiB", "--quota-files", "4", "--quota-per-key", "400KiB"]

    def put(self, person, name, size):
        return person.run("uploader-client", "put", "--json", self.box.file(name, size, seed=size), self.at())

    def refused(self, outcome):
        (event,) = of_kind(outcome.expect(1).events, "file")
        self.assertEqual(("failed", "quota_exceeded"), (event["status"], event["code"]))

    def restart(self):
        port = self.server.port
        self.server.kill()
        self.server = self.box.upload_server(*self.options, port=port)

    def test_quotas_hold_across_deletes_and_restarts(self):
        try:
            os.setxattr(self.root, "user.test", b"")
        except OSError:
            self.skipTest("no user attributes here")
        alice, bob = self.newcomer(), self.newcomer()
        self.put(alice, "a", 300 * KIB).expect(0)
        self.refused(self.put(alice, "b", 200 * KIB))
        self.put(bob, "c", 200 * KIB).expect(0)
        self.restart()
        self.refused(self.put(alice, "b", 200 * KIB))
        # Whoever deletes it: it was alice's.
        bob.run("uploader-client", "rm", self.at("a")).expect(0)
        self.put(alice, "b", 350 * KIB).expect(0)
        self.put(alice, "small1", 10).expect(0)
        self.put(alice, "small2", 10).expect(0)
        self.refused(self.put(alice, "small3", 10))
        self.restart()
        self.refused(self.put(bob, "small3", 10))
        bob.run("uploader-client", "rm", self.at("small1")).expect(0)
        self.put(bob, "small3", 10).expect(0)


class Audit(EndToEnd):
    def test_what_happens_is_written_down_and_the_file_can_be_rotated(self):
        log = self.box.folder / "audit.log"
        server = self.box.upload_server("--audit", log)
        alice = self.box.client("alice")
        alice.run("uploader-client", "put", self.box.file("a.bin", 100), server.link("in")).expect(0)
        self.assertEqual(["stored"], self.events(log, 1))
        log.rename(self.box.folder / "audit.1")
        server.process.send_signal(signal.SIGHUP)
        self.events(log, 0)
        at = f"127.0.0.1:{server.port}"
        alice.run("uploader-client", "put", "--on-conflict", "fail", self.box.file("a.bin", 100, seed=2),
                  at + "/in").expect(1)
        alice.run("uploader-client", "mv", at + "/in/a.bin", "b.bin").expect(0)
        alice.run("uploader-client", "rm", at + "/b.bin").expect(0)
        self.assertEqual(["failed", "renamed", "deleted"], self.events(log, 3))
        entries = [json.loads(line) for line in log.read_text().splitlines()]
        self.assertEqual(("in/a.bin", "b.bin"), (entries[1]["path"], entries[1]["to"]))
        self.assertEqual({16}, {len(entry["key"]) for entry in entries})
        server.stop()

    def events(self, log, count):
        deadline = time.monotonic() + 10
        while not log.exists() or len(log.read_text().splitlines()) < count:
            self.assertLess(time.monotonic(), deadline, "the line does not come")
            time.sleep(0.05)
        return [json.loads(line)["event"] for line in log.read_text().splitlines()]


class Sandboxed(EndToEnd):
    def test_the_log_says_what_is_in_force(self):
        if os.environ.get("SLUICE_SANITIZE"):
            self.skipTest("builds with sanitizers stay outside")
        server = self.box.upload_server()
        self.assertRegex(server.log, "sandbox: no_new_privs, (Landlock|no Landlock)")
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        self.assertIn("NoNewPrivs:\t1", status)
        without = self.box.upload_server("--no-sandbox", state="other", root=self.box.folder / "other-root")
        self.assertIn("sandbox: off", without.log)


if __name__ == "__main__":
    main()
