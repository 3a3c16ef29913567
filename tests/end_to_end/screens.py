"""The full-screen client in a real terminal: tmux, its keys and its screen."""

import shutil
import subprocess
import time
import unittest

from harness import BIN, EndToEnd, clean_environment

WAIT_SECONDS_MAX = 30


class Terminal:
    """One tmux session with a shell in it."""

    def __init__(self, box, name, client, columns=90, rows=26):
        self.socket = str(box.folder / "tmux")
        self.name = name
        environment = client.environment | {"TERM": "xterm-256color", "PS1": "shell$ "}
        # A crash is the program's own affair, also in a build whose sanitizer would like to have it.
        environment["ASAN_OPTIONS"] = environment.get("ASAN_OPTIONS", "") + ":handle_segv=0"
        environment.pop("NO_COLOR")
        size = ["-x", str(columns), "-y", str(rows)]
        # A session has the environment of the first one, unless it is told otherwise.
        settings = [f"{variable}={value}" for variable, value in environment.items()]
        command = ["env", "-u", "NO_COLOR", *settings, "/bin/sh"]
        session = ["-f", "/dev/null", "new-session", "-d", "-s", name, *size, *command]
        subprocess.run(["tmux", "-S", self.socket, *session], env=environment, cwd=client.home, check=True)
        self.wait_for("shell$")

    def tmux(self, *arguments):
        command = ["tmux", "-S", self.socket, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def screen(self):
        return self.tmux("capture-pane", "-p", "-t", self.name)

    def type(self, text):
        self.tmux("send-keys", "-t", self.name, "-l", text)

    def press(self, *keys):
        self.tmux("send-keys", "-t", self.name, *keys)

    def line(self, text):
        self.type(text)
        self.press("Enter")

    def wait_until(self, found, what):
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while True:
            screen = self.screen()
            value = found(screen)
            if value:
                return screen
            if time.monotonic() > deadline:
                raise AssertionError(f"no sign of {what} on the screen:\n{screen}")
            time.sleep(0.05)

    def wait_for(self, text):
        return self.wait_until(lambda screen: text in screen, repr(text))

    def wait_gone(self, text):
        return self.wait_until(lambda screen: text not in screen, f"the end of {text!r}")

    def resize(self, columns, rows):
        self.tmux("resize-window", "-t", self.name, "-x", str(columns), "-y", str(rows))


class ScreenCase(EndToEnd):
    """A server, and people in front of terminals."""

    def setUp(self):
        super().setUp()
        if shutil.which("tmux") is None:
            raise unittest.SkipTest("there is no tmux")
        self.server = self.box.chat_server()
        self.terminals = []
        self.addCleanup(self.end_tmux)

    def end_tmux(self):
        if self.terminals:
            subprocess.run(["tmux", "-S", self.terminals[0].socket, "kill-server"], check=False,
                           stderr=subprocess.DEVNULL)

    def open(self, name, *arguments, **size):
        terminal = Terminal(self.box, name, self.box.client(name), **size)
        self.terminals.append(terminal)
        terminal.start = f"{BIN / 'chat-client'} '{self.server.join}' --nick {name} " + " ".join(arguments)
        terminal.line(terminal.start)
        # The notice itself may have scrolled away already.
        signs = (f"you are called {name} now", f"[{name}]")
        terminal.wait_until(lambda screen: any(sign in screen for sign in signs), f"{name}'s name")
        return terminal
