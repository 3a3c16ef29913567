#!/usr/bin/env python3
"""What reaches the terminal of the full-screen client: hostile text, pasted lines, the mouse, two rooms."""

import subprocess

from harness import main
from screens import ScreenCase

HOSTILE = "\x1b]0;OWNED\x07\x1b]52;c;T1dORUQ=\x07\x1b[2J\x1b[?1049l\x1b[6n\u202egnp.exe\u009b31m end"


class FullScreenTerminal(ScreenCase):
    def send(self, text, *options):
        self.box.client("bob").run("chat-client", "send", self.server.join, "--room", "lobby", *options,
                                   stdin=text).expect(0)

    def state_of(self, terminal, name):
        return terminal.tmux("display-message", "-p", "-t", terminal.name, f"#{{{name}}}").strip()

    def test_what_a_peer_writes_stays_text(self):
        ada = self.open("ada")
        self.send(HOSTILE, "--whole")
        self.send("after it")
        screen = ada.wait_for("after it")
        self.assertNotIn("OWNED", self.state_of(ada, "pane_title"))
        self.assertEqual("1", self.state_of(ada, "alternate_on"))
        self.assertEqual("", ada.tmux("list-buffers").strip())
        self.assertIn("gnp.exe", screen)
        self.assertNotIn("\u202e", screen)
        self.assertNotIn(";1R", screen)

    def test_pasted_lines_are_asked_about(self):
        ada = self.open("ada")
        for answer, expected in (("n", 0), ("y", 1)):
            load = ["tmux", "-S", ada.socket, "load-buffer", "-"]
            subprocess.run(load, input="/quit\nsecond line\nthird\n", text=True, check=True)
            ada.tmux("paste-buffer", "-p", "-t", ada.name)
            ada.wait_for("Send 3 lines as one message?")
            ada.type(answer)
            ada.wait_gone("Send 3 lines")
            ada.line(f"answered {answer}")
            screen = ada.wait_until(lambda text: text.count(f"answered {answer}") == 1, "the next message")
            self.assertEqual(expected, screen.count("second line"))

    def test_the_wheel_scrolls_and_pages_go_back_to_the_beginning(self):
        self.send("".join(f"line {number}.\n" for number in range(1, 301)))
        ada = self.open("ada")
        ada.wait_for("line 300.")
        wheel_up = [f"{ord(character):x}" for character in "\x1b[<64;40;5M"]
        ada.tmux("send-keys", "-t", ada.name, "-H", *wheel_up)
        ada.wait_for("more below")
        for _ in range(40):
            if "line 1." in ada.screen():
                break
            ada.press("PageUp")
        ada.wait_for("line 1.")
        ada.press("End")
        ada.wait_for("line 300.")
        ada.line("/goto 150")
        ada.wait_for("line 150.")

    def test_a_split_window_shows_two_rooms(self):
        ada = self.open("ada", "--room lobby --room den")
        ada.press("M-1")
        ada.line("said in one")
        ada.wait_for("said in one")
        ada.press("C-n")
        ada.wait_gone("said in one")
        ada.line("said in the other")
        ada.line("/split lobby")
        ada.wait_until(lambda text: "said in one" in text and "said in the other" in text, "both rooms")
        ada.resize(60, 10)
        ada.resize(120, 40)
        ada.wait_until(lambda text: "said in one" in text and "said in the other" in text, "both rooms")


if __name__ == "__main__":
    main()
