#!/usr/bin/env python3
"""The documentation names every option and subcommand that there is, and none that there is not."""

import pathlib
import re

from harness import EndToEnd, main

PAGE = pathlib.Path(__file__).parents[2] / "docs/command-line.md"
PROGRAMS = ["chat-server", "chat-client", "uploader-server", "uploader-client"]
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]+")


def subcommands(help_text):
    """The names that stand below the heading of the subcommands."""
    _, found, rest = help_text.partition("ubcommands:\n")
    listed = rest.partition("\n\n")[0]
    return re.findall(r"^  ([a-z][a-z-]+)", listed, re.MULTILINE) if found else []


class Options(EndToEnd):
    def help_pages(self, program, path=()):
        text = self.box.client().run(program, *path, "--help").expect(0).out
        yield path, text
        for name in subcommands(text):
            yield from self.help_pages(program, (*path, name))

    def test_every_option_is_documented_and_every_documented_option_exists(self):
        page = PAGE.read_text(encoding="utf-8")
        documented, existing = set(OPTION.findall(page)), set()
        for program in PROGRAMS:
            for path, text in self.help_pages(program):
                options = set(OPTION.findall(text))
                existing |= options
                with self.subTest(program=program, command=" ".join(path)):
                    self.assertEqual(set(), options - documented, "not in docs/command-line.md")
                    self.assertIn(f"`{' '.join(path)}" if path else program, page)
        self.assertEqual(set(), documented - existing, "documented, but no program has it")


if __name__ == "__main__":
    main()
