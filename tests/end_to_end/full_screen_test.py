#!/usr/bin/env python3
"""The full-screen client in a real terminal (tmux): talk, edits, search, reconnects, and the ways out."""

import os
import signal
import subprocess
import time

from harness import main
from screens import ScreenCase


class FullScreen(ScreenCase):
    def test_two_people_talk_edit_react_reply_delete_and_search(self):
        ada, bob = self.open("ada"), self.open("bob")
        ada.line("hello from ada, the quick brown fox")
        bob.wait_for("hello from ada")
        bob.line("hello ada, bob here")
        ada.wait_for("bob here")
        ada.line("/edit 1 hello again, the slow red fox")
        bob.wait_for("slow red fox")
        bob.wait_gone("quick brown")
        bob.line("/react 1 :tada:")
        ada.wait_for("\U0001f389")
        ada.line("/reply 2 nice to see you")
        bob.wait_for("nice to see you")
        bob.line("/search red fox")
        bob.wait_for("found:")
        bob.press("Escape")
        bob.wait_gone("found:")
        bob.line("/delete 2")
        ada.wait_gone("bob here")
        ada.line("/topic all about foxes")
        bob.wait_for("all about foxes")
        ada.line("/fingerprint")
        ada.wait_for("transcript up to record")
        ada.wait_for("the server computes the same up to record")

    def test_a_direct_message_opens_a_room_at_the_other_side(self):
        ada, bob = self.open("ada"), self.open("bob")
        ada.line("/msg bob just for you")
        bob.wait_for("@ada")
        ada.wait_for("just for you")

    def test_a_restart_of_the_server_loses_nothing(self):
        ada, bob = self.open("ada"), self.open("bob")
        ada.line("before the restart")
        bob.wait_for("before the restart")
        port = self.server.port
        self.server.kill()
        ada.line("written while it was away")
        self.server = self.box.chat_server(port=port)
        bob.wait_for("written while it was away")
        self.assertEqual(1, bob.screen().count("written while it was away"))

    def test_the_copy_of_the_room_is_there_without_a_server(self):
        ada = self.open("ada")
        ada.line("kept on this machine")
        ada.wait_for("#1")
        ada.line("/quit")
        ada.wait_for("shell$")
        self.server.stop()
        ada.line("clear")
        ada.line(ada.start)
        ada.wait_for("kept on this machine")

    def test_a_draft_outlives_the_program(self):
        ada = self.open("ada")
        ada.wait_for("ada")
        ada.type("not sent yet")
        ada.wait_for("not sent yet")
        time.sleep(0.5)
        os.kill(self.client_pid(ada), signal.SIGTERM)
        ada.wait_for("shell$")
        ada.line("clear")
        ada.line(ada.start)
        ada.wait_for("not sent yet")

    def client_pid(self, terminal):
        shell = terminal.tmux("list-panes", "-t", terminal.name, "-F", "#{pane_pid}").strip()
        found = subprocess.run(["pgrep", "-P", shell], capture_output=True, text=True, check=True)
        return int(found.stdout.split()[0])

    def assert_restored(self, terminal):
        terminal.wait_for("shell$")
        terminal.line("stty -a | grep -o ' icanon'; echo still $((40 + 2))")
        terminal.wait_for("still 42")
        self.assertIn("icanon", terminal.screen())

    def test_the_terminal_is_as_it_was_after_each_way_out(self):
        ada = self.open("ada")
        ada.press("C-z")
        self.assert_restored(ada)
        ada.line("fg")
        ada.wait_for("lobby")
        ada.line("after the stop")
        ada.wait_for("after the stop")
        os.kill(self.client_pid(ada), signal.SIGTERM)
        self.assert_restored(ada)
        ada.line("clear")
        ada.line(ada.start)
        ada.wait_for("after the stop")
        os.kill(self.client_pid(ada), signal.SIGSEGV)
        self.assert_restored(ada)

    def test_it_can_be_used_on_a_small_screen(self):
        ada = self.open("ada", columns=40, rows=10)
        ada.line("small but there")
        ada.wait_for("small but there")
        ada.resize(100, 30)
        ada.wait_for("small but there")
        ada.resize(40, 10)
        ada.wait_for("small but there")

    def test_wrong_commands_get_one_line(self):
        ada = self.open("ada")
        ada.line("/nonsense")
        ada.wait_for("there is no command /nonsense")
        ada.line("/kick")
        ada.wait_for("usage: /kick NICK")


if __name__ == "__main__":
    main()
