"""Runs the real programs in throwaway folders and looks at what they print. Standard library only.

    with Sandbox() as box:
        server = box.chat_server()
        box.client("alice").run("chat-client", "send", server.join, "--room", "lobby", "hello").expect(0)

Everything listens on loopback, on a free port; every process dies with the sandbox, and with this process.
"""

import collections
import ctypes
import faulthandler
import itertools
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("SLUICE_BIN_DIR", REPOSITORY / "build/release/bin")).resolve()
START_SECONDS_MAX = 20  # a sanitizer build on a busy machine
RUN_SECONDS_MAX = 60
STOP_SECONDS_MAX = 15  # the drain may take 10
FILE_SECONDS_MAX = 280  # one test file; ctest allows a little more
NOBODY = 65534

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


Result = collections.namedtuple("Result", "code out err command")


class Outcome(Result):
    """What a finished program left: its exit code and what it printed."""

    @property
    def events(self):
        return parse_events(self.out)

    @property
    def errors(self):
        """The non-empty lines on stderr."""
        return [line for line in self.err.splitlines() if line.strip()]

    def expect(self, *codes):
        if self.code not in codes:
            raise AssertionError(
                f"exit code {self.code}, expected {' or '.join(map(str, codes))}: {' '.join(self.command)}\n"
                f"--- stdout\n{self.out[-4000:]}\n--- stderr\n{self.err[-4000:]}")
        return self

    def expect_one_error_line(self, *codes):
        """The contract for errors: the documented exit code, and one line 'NAME: what failed: why'."""
        self.expect(*codes)
        name = pathlib.Path(self.command[0]).name
        if len(self.errors) != 1 or not self.errors[0].startswith(name + ": "):
            raise AssertionError(f"expected one line '{name}: …' on stderr, got:\n{self.err}")
        return self


def parse_events(text):
    events = [json.loads(line) for line in text.splitlines() if line.strip()]
    for event in events:
        assert "event" in event and "time" in event, f"not an event: {event}"
    return events


def of_kind(events, kind):
    return [event for event in events if event["event"] == kind]


class Follower:
    """A program that keeps running, and the lines it has printed so far."""

    def __init__(self, process):
        self.process = process
        self.lines = []
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    @property
    def events(self):
        with self._changed:
            return parse_events("\n".join(line for line in self.lines if line.startswith("{")))

    def wait_for(self, found, seconds=RUN_SECONDS_MAX, what="the expected output"):
        """Waits until found(lines) is true, and returns what it returned."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                value = found(self.lines)
                if value:
                    return value
                left = deadline - time.monotonic()
                if left <= 0 or (self.process.poll() is not None and not self._reader.is_alive()):
                    tail = "\n".join(self.lines[-20:])
                    code = self.process.poll()
                    raise AssertionError(f"no sign of {what}; exit code {code}; last output:\n{tail}")
                self._changed.wait(min(left, 0.2))

    def type(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def kill(self, how=signal.SIGKILL):
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(STOP_SECONDS_MAX)


class Server(Follower):
    """A server that has said 'ready'."""

    def __init__(self, process, state, errors):
        super().__init__(process)
        self.state = state
        self._errors = errors
        try:
            ready = self.wait_for(self._ready, START_SECONDS_MAX, "the ready line")
        except AssertionError as failure:
            process.kill()
            raise AssertionError(f"{failure}\n--- stderr\n{errors.read_text()[-4000:]}") from None
        self.address = ready.split()[1]
        self.port = int(self.address.rsplit(":", 1)[1])

    @staticmethod
    def _ready(lines):
        return next((line for line in lines if line.startswith("ready ")), None)

    @property
    def log(self):
        return self._errors.read_text(errors="replace")

    @property
    def join(self):
        return (self.state / "join-link").read_text().strip()

    def link(self, path):
        """The join link with another room or folder."""
        before, after = self.join.split("#", 1)
        scheme, rest = before.split("://", 1)
        return f"{scheme}://{rest.split('/', 1)[0]}/{path}#{after}"

    def stop(self):
        """The orderly end: SIGTERM, then exit code 0 in time."""
        code = self.kill(signal.SIGTERM)
        if code != 0:
            raise AssertionError(f"the server's exit code after SIGTERM was {code}\n{self.log[-4000:]}")

    def rss_kib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])


class Client:
    """One person's machine: an identity, known servers and cursors of its own."""

    def __init__(self, box, name):
        self._box = box
        self.home = box.folder / "clients" / name
        self.home.mkdir(parents=True, exist_ok=True)

    @property
    def environment(self):
        return clean_environment() | {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_STATE_HOME": str(self.home / "state"),
        }

    def run(self, program, *arguments, stdin="", seconds=RUN_SECONDS_MAX, user=None):
        command = [str(self._box.program(program, user)), *map(str, arguments)]
        identity = {}
        if user is not None:
            identity = {"user": user, "group": user, "extra_groups": []}
            os.chown(self.home, user, user)
        try:
            done = subprocess.run(
                command, env=self.environment, cwd=self.home, input=stdin, text=True, capture_output=True,
                errors="replace", timeout=seconds, preexec_fn=_die_with_parent, check=False, **identity)
        except subprocess.TimeoutExpired as late:
            what = f"still running after {seconds} s: {' '.join(command)}"
            raise AssertionError(f"{what}\n{late.stderr}") from None
        return Outcome(done.returncode, done.stdout, done.stderr, command)

    def start(self, program, *arguments):
        """Starts a program that goes on; its stderr is kept in a file beside its home."""
        errors = self.home / f"{program}-{len(self._box.processes)}.err"
        return Follower(self._box.spawn([str(BIN / program), *map(str, arguments)], self.environment, errors))


def clean_environment():
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLUICE_", "XDG_"))}
    if "SLUICE_RUN_ID" in os.environ:
        kept["SLUICE_RUN_ID"] = os.environ["SLUICE_RUN_ID"]
    return kept | {"NO_COLOR": "1", "TERM": "dumb", "LC_ALL": "C.UTF-8"}


class Sandbox:
    """A temporary folder and every process that was started in it."""

    def __init__(self, parent=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sluice-test-", dir=parent))
        self.folder.chmod(0o755)
        self.processes = []
        self._mounts = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    try:
                        pipe.close()
                    except OSError:
                        pass
        for mount in self._mounts:
            subprocess.run(["umount", "-l", mount], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def program(self, name, user):
        """Where to run it from: another user may not be able to reach the build folder, so it gets a copy."""
        if user is None:
            return BIN / name
        copy = self.folder / "bin" / name
        copy.parent.mkdir(exist_ok=True)
        if not copy.exists():
            shutil.copy(BIN / name, copy)
        return copy

    def spawn(self, command, environment, errors):
        with open(errors, "ab") as sink:
            process = subprocess.Popen(
                command, env=environment, cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=sink, text=True, errors="replace", preexec_fn=_die_with_parent)
        self.processes.append(process)
        return process

    def server(self, program, *arguments, state="server", port=0):
        folder = self.folder / state
        folder.mkdir(exist_ok=True, mode=0o700)
        errors = self.folder / f"{state}.err"
        command = [str(BIN / program), "--listen", f"127.0.0.1:{port}", "--state", str(folder)]
        command += ["--no-announce", *map(str, arguments)]
        process = self.spawn(command, clean_environment(), errors)
        return Server(process, folder, errors)

    def chat_server(self, *arguments, state="chat", port=0):
        # A test posts as fast as it can; the limit per connection has a test of its own.
        return self.server("chat-server", "--max-posts", 0, *arguments, state=state, port=port)

    def upload_server(self, *arguments, state="upload", root=None, port=0):
        root = root or self.folder / "root"
        root.mkdir(exist_ok=True)
        server = self.server("uploader-server", "--root", root, *arguments, state=state, port=port)
        server.root = root
        return server

    def client(self, name="alice"):
        return Client(self, name)

    def file(self, name, size, seed=1):
        """A file of `size` bytes that cannot be compressed or guessed, the same for the same seed."""
        path = self.folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        import random
        generator = random.Random(seed)
        with open(path, "wb") as out:
            left = size
            while left > 0:
                piece = min(left, 1 << 20)
                out.write(generator.randbytes(piece))
                left -= piece
        return path

    def small_disk(self, name, mebibytes):
        """A file system of its own that fills up soon; needs root."""
        folder = self.folder / name
        folder.mkdir()
        mounted = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", folder], check=False,
            capture_output=True).returncode == 0
        if not mounted:
            raise unittest.SkipTest("mounting a small tmpfs needs root")
        self._mounts.append(folder)
        return folder


_strangers = itertools.count(2)


def connect(port, source=None):
    """A TCP connection by a stranger: each from another address, because servers remember who misbehaves."""
    number = next(_strangers)
    source = source or f"127.0.{number // 250}.{number % 250 + 2}"
    return socket.create_connection(("127.0.0.1", port), timeout=15, source_address=(source, 0))


def tls(port, alpn, source=None):
    """A TLS connection by somebody who knows only the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(alpn)
    return context.wrap_socket(connect(port, source))


class EndToEnd(unittest.TestCase):
    """A test with a sandbox: self.box."""

    def setUp(self):
        self.box = Sandbox()
        self.addCleanup(self.box.__exit__)


def main():
    """Runs the tests of the calling file; a hang ends with a stack trace instead of never."""
    faulthandler.dump_traceback_later(FILE_SECONDS_MAX, exit=True)
    program = unittest.main(module="__main__", verbosity=2, exit=False)
    sys.exit(0 if program.result.wasSuccessful() else 1)
