#!/usr/bin/env python3
"""Two machines on one wire, each with a message bus and an Avahi daemon of its own: who finds whom?

    sudo tests/discovery/lan_test.py [BIN_DIR]      as root: it makes network namespaces, and acts only there

Needs ip, unshare, nsenter, dbus-daemon and avahi-daemon (or its path in AVAHI_DAEMON); without them it ends
with 77 and says so. Not part of ctest: machines that only build need no daemon.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else REPOSITORY / "build/release/bin").resolve()
AVAHI = os.environ.get("AVAHI_DAEMON") or shutil.which("avahi-daemon", path="/usr/sbin:/usr/bin")
WAIT_SECONDS_MAX = 30
STOP_SECONDS_MAX = 10  # what the command line promises

BUS_CONFIG = """<busconfig><type>system</type><listen>unix:path={folder}/bus</listen>
<policy context="default"><allow user="*"/><allow own="*"/>
<allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>"""
AVAHI_CONFIG = """[server]
host-name={name}
allow-interfaces=wire
use-ipv4=yes
use-ipv6=yes
"""


def skip_loudly():
    missing = [tool for tool in ("ip", "unshare", "nsenter", "dbus-daemon") if not shutil.which(tool)]
    missing += [] if AVAHI else ["avahi-daemon"]
    missing += [name for name in ("chat-server", "chat-client") if not (BIN / name).exists()]
    if os.geteuid() != 0:
        missing.append("root's rights")
    if missing:
        print(f"SKIPPED, nothing was tested: there is no {', no '.join(missing)}", file=sys.stderr)
        sys.exit(77)


def eventually(what, look):
    end = time.monotonic() + WAIT_SECONDS_MAX
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > end:
            raise AssertionError(f"not within {WAIT_SECONDS_MAX} s: {what}")
        time.sleep(0.1)


class Server:
    def __init__(self, process):
        self.process = process
        self.ready = json.loads(process.stdout.readline())

    def stop(self):
        """Its exit code and how long the end took."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_SECONDS_MAX)
        return code, time.monotonic() - begin


class Machine:
    def __init__(self, name):
        self.name = name
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"sluice-lan-{name}-"))
        self.log_file = (self.folder / "log").open("ab")
        self.processes = []
        self.avahi = None
        # A private /run, too: the daemon keeps its process id there.
        set_up = "mount -t tmpfs run /run && ip link set lo up && echo up && exec sleep 3600"
        self.holder = self._popen(["unshare", "--net", "--mount", "sh", "-c", set_up])
        assert self.holder.stdout.readline() == "up\n"
        self.env = dict(os.environ, HOME=str(self.folder), XDG_CONFIG_HOME=str(self.folder / "config"),
                        XDG_STATE_HOME=str(self.folder / "state"),
                        DBUS_SYSTEM_BUS_ADDRESS=f"unix:path={self.folder}/bus")

    def _popen(self, command, **more):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **more)
        self.processes.append(process)
        return process

    def inside(self, *command):
        return ["nsenter", "--target", str(self.holder.pid), "--net", "--mount", *map(str, command)]

    def start(self, *command):
        return self._popen(self.inside(*command), env=self.env, stderr=self.log_file)

    def start_bus(self):
        (self.folder / "bus.conf").write_text(BUS_CONFIG.format(folder=self.folder))
        self.start("dbus-daemon", f"--config-file={self.folder}/bus.conf", "--nofork", "--nopidfile")
        eventually("the bus listens", (self.folder / "bus").exists)

    def start_avahi(self):
        (self.folder / "avahi.conf").write_text(AVAHI_CONFIG.format(name=self.name))
        self.avahi = self.start(AVAHI, "-f", self.folder / "avahi.conf", "--no-drop-root", "--no-chroot",
                                "--no-rlimits")

    def stop_avahi(self):
        self.avahi.terminate()
        self.avahi.wait(WAIT_SECONDS_MAX)

    def serve(self, name, *options, program="chat-server"):
        state = tempfile.mkdtemp(dir=self.folder)
        return Server(self.start(BIN / program, "--listen", "0.0.0.0:0", "--state", state,
                                 "--name", name, "--json", *options))

    def discover(self, program="chat-client"):
        """What the client finds, by name. Nothing while the daemon is starting."""
        done = subprocess.run(self.inside(BIN / program, "discover", "--json"), env=self.env, text=True,
                              capture_output=True, timeout=WAIT_SECONDS_MAX)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        return {each["name"]: each for each in found if each["event"] == "server"}

    def log(self):
        return (self.folder / "log").read_text()

    def close(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()
            process.stdout.close()
        self.log_file.close()
        shutil.rmtree(self.folder)


def wire(left, right):
    subprocess.run(["ip", "link", "add", "wire", "netns", str(left.holder.pid), "type", "veth",
                    "peer", "name", "wire", "netns", str(right.holder.pid)], check=True)
    for number, machine in enumerate((left, right), 1):
        for command in (f"ip addr add 10.77.0.{number}/24 dev wire", "ip link set wire up"):
            subprocess.run(machine.inside(*command.split()), check=True)


class Lan(unittest.TestCase):
    def setUp(self):
        self.near, self.far = Machine("near"), Machine("far")
        self.addCleanup(self.near.close)
        self.addCleanup(self.far.close)
        wire(self.near, self.far)
        for machine in (self.near, self.far):
            machine.start_bus()
            machine.start_avahi()

    def test_a_server_is_found_with_all_its_facts_and_is_gone_after_it_stopped(self):
        server = self.far.serve("Zoë's desk")
        found = eventually("the server is found", lambda: self.near.discover().get("Zoë's desk"))
        self.assertEqual(found["port"], server.ready["port"])
        self.assertEqual(found["fingerprint"], server.ready["fingerprint"])
        self.assertEqual(found["host"], "far.local")
        self.assertEqual(found["address"], f"10.77.0.2:{server.ready['port']}")
        self.assertTrue(found["tls"])

        def is_link_local(address):
            return address.startswith("fe80::") and address.endswith("%wire")
        # The kernel takes a second or two before it lets the IPv6 address be used.
        eventually("it is found by IPv6, too", lambda: any(
            is_link_local(each) for each in self.near.discover()["Zoë's desk"]["addresses"]))
        self.assertEqual(server.stop()[0], 0)
        eventually("the server is gone", lambda: self.near.discover() == {})

    def test_a_name_that_is_taken_gets_a_number(self):
        servers = [self.far.serve("desk"), self.near.serve("desk"), self.far.serve("desk")]
        wanted = {each.ready["fingerprint"] for each in servers}

        def all_of_them():
            found = self.near.discover()
            return found if {each["fingerprint"] for each in found.values()} == wanted else None
        found = eventually("each is found under a name of its own", all_of_them)
        # Two that ask for a name at once may both give way, so the numbers are not always the smallest.
        for name in found:
            self.assertRegex(name, r"^desk( #\d)?$")
        self.assertEqual(len(found), len(servers))

    def test_a_daemon_that_comes_late_or_comes_back_announces_the_server(self):
        self.far.stop_avahi()
        self.far.serve("desk")
        eventually("the log says why", lambda: "not announced on the local network" in self.far.log())
        for _ in range(2):
            self.far.start_avahi()
            eventually("the server is found", lambda: "desk" in self.near.discover())
            self.far.stop_avahi()
            eventually("the server is gone", lambda: self.near.discover() == {})

    def test_a_daemon_that_hangs_delays_nothing(self):
        server = self.far.serve("desk")
        eventually("the server is found", lambda: "desk" in self.near.discover())
        self.far.avahi.send_signal(signal.SIGSTOP)
        code, seconds = server.stop()
        self.assertEqual(code, 0)
        self.assertLess(seconds, STOP_SECONDS_MAX)

    def test_silence_where_it_was_asked_for_and_where_nobody_could_connect(self):
        self.far.serve("hidden", "--no-announce")
        self.far.serve("plain", "--plaintext", "--i-know-this-is-readable")
        self.far.start(BIN / "chat-server", "--listen", "127.0.0.1:0", "--name", "lonely").stdout.readline()
        found = eventually("the plain one is found", self.near.discover)
        self.assertEqual(list(found), ["plain"])
        self.assertFalse(found["plain"]["tls"])


if __name__ == "__main__":
    skip_loudly()
    unittest.main(verbosity=2)
