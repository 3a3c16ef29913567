"""A source file as the rules see it: its lines, and its code with comments and strings blanked out."""

import dataclasses
import functools
import pathlib
import re

_TOKENS = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      |(?P<raw>R"(?P<delimiter>[^\s()\\]{0,16})\(.*?\)(?P=delimiter)")
      |(?P<string>"(?:\\.|[^"\\\n])*")
      |(?P<char>(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+')""",
    re.VERBOSE | re.DOTALL,
)


@dataclasses.dataclass(frozen=True)
class Finding:
    path: str
    line: int
    rule: str
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


@dataclasses.dataclass(frozen=True)
class Source:
    path: str  # relative to the repository, with '/'
    text: str

    @classmethod
    def read(cls, root: pathlib.Path, path: pathlib.Path):
        return cls(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8", errors="replace"))

    @functools.cached_property
    def lines(self):
        return self.text.splitlines()

    @functools.cached_property
    def code(self):
        """The text, same length and same lines, without comments and without what strings contain."""

        def blank(match):
            kept = '"' if match["string"] or match["raw"] else "'" if match["char"] else " "
            body = re.sub(r"[^\n]", " ", match[0])
            return kept + body[1:-1] + kept if len(body) > 1 else body

        return _TOKENS.sub(blank, self.text)

    @property
    def is_header(self):
        return self.path.endswith(".hpp")

    @property
    def is_cpp(self):
        return self.path.endswith((".hpp", ".cpp"))

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def finding(self, offset, rule, text):
        return Finding(self.path, self.line_of(offset), rule, text)


def matching(code, opening):
    """The offset of the bracket that closes the one at `opening`, or the end of the text."""
    pairs = {"(": ")", "{": "}", "[": "]"}
    open_char, close_char = code[opening], pairs[code[opening]]
    depth = 0
    for offset in range(opening, len(code)):
        if code[offset] == open_char:
            depth += 1
        elif code[offset] == close_char:
            depth -= 1
            if depth == 0:
                return offset
    return len(code)
