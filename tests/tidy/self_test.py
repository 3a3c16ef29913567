#!/usr/bin/env python3
"""Proves that each rule of tidy.py catches a bad sample and leaves the good one beside it alone."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import tidy  # noqa: E402
from source import Source  # noqa: E402

HEADER = "// A sample.\n#pragma once\n"
LONG_BODY = "    step();\n" * 70
# (rule, path, bad sample, good sample)
SAMPLES = [
    ("include", "protocol/wire/a.hpp", HEADER + "#include <asio.hpp>\n", HEADER + "#include <vector>\n"),
    ("include", "protocol/wire/a.hpp", HEADER + '#include "protocol/frame/b.hpp"\n',
     HEADER + "#include <span>\n"),
    ("include", "common/seam/a.hpp", HEADER + '#include "protocol/wire/b.hpp"\n',
     HEADER + '#include "common/seam/b.hpp"\n'),
    ("include", "common/seam/a.hpp", HEADER + "#include <unistd.h>\n", HEADER + "#include <cstdint>\n"),
    ("include", "common/transfer/a.hpp", HEADER + '#include "common/runtime/b.hpp"\n',
     HEADER + '#include "common/stream/b.hpp"\n'),
    ("include", "common/transfer/a.hpp", HEADER + "#include <asio/post.hpp>\n",
     HEADER + '#include "protocol/upload/b.hpp"\n'),
    ("include", "chat-server/domain/a.hpp", HEADER + '#include "chat-server/storage/b.hpp"\n',
     HEADER + '#include "protocol/chat/b.hpp"\n'),
    ("include", "chat-server/session/a.hpp", HEADER + '#include "chat-client/domain/b.hpp"\n',
     HEADER + '#include "chat-server/domain/b.hpp"\n'),
    ("include", "chat-server/session/a.hpp", HEADER + "#include <asio.hpp>\n",
     HEADER + '#include "common/transport/b.hpp"\n'),
    ("include", "chat-server/storage/a.hpp", HEADER + "#include <openssl/ssl.h>\n",
     HEADER + "#include <sqlite3.h>\n"),
    ("include", "chat-client/terminal/a.hpp", HEADER + '#include "chat-client/storage/b.hpp"\n',
     HEADER + '#include "chat-client/domain/b.hpp"\n'),
    ("layout", "common/misc/a.hpp", HEADER, HEADER.replace("sample", "sample at home")),
    ("file-length", "common/app/a.cpp", "\n" * 401, "\n" * 400),
    ("line-length", "common/app/a.cpp", "// " + "x" * 108 + "\n", "// " + "x" * 107 + "\n"),
    ("function-length", "common/app/a.cpp", f"void f() {{\n{LONG_BODY}}}\n",
     f"void f() {{\n{LONG_BODY[12 * 2:]}}}\n"),
    ("function-length", "common/app/a.cpp", f"struct a {{\n  a() : b_(1) {{\n{LONG_BODY}}}\n}};\n",
     f"struct a {{\n  int b;\n{LONG_BODY}}};\n"),
    ("tab", "common/app/a.cpp", "\tint a;\n", "    int a;\n"),
    ("trailing-blank", "common/app/a.cpp", "int a; \n", "int a;\n"),
    ("final-newline", "common/app/a.cpp", "int a;", "int a;\n"),
    ("pragma-once", "common/app/a.hpp", "// A sample.\n", HEADER),
    ("purpose", "common/app/a.hpp", "#pragma once\n", HEADER),
    ("unfinished", "common/app/a.cpp", "// TO" + "DO: later\n", "// Done.\n"),
    ("detached", "common/app/a.cpp", "co_spawn(x, f, asio::detached);\n", "spawn_logged(x, f);\n"),
    ("rand", "chat-client/session/a.cpp", "int a = std::rand();\n", "int a = random.next_u64();\n"),
    ("now", "common/transfer/a.cpp", "auto t = std::chrono::steady_clock::now();\n",
     "auto t = loop.mono_now();\n"),
    ("sprintf", "common/app/a.cpp", "sprintf(a, b);\n", "snprintf(a, n, b);\n"),
    ("signal", "chat-server/main.cpp", "std::signal(SIGINT, handle);\n", "std::signal(SIGPIPE, SIG_IGN);\n"),
    ("secret-compare", "common/trust/a.cpp", "if (memcmp(a, b, 32) == 0) f();\n",
     "if (equal_in_constant_time(a, b)) f();\n"),
    ("secret-compare", "common/trust/a.cpp", "return enrol.proof == expected;\n",
     "return entry.name == name;\n"),
    ("thread", "chat-server/session/a.cpp", "std::thread t(f);\n", "auto id = std::thread::id();\n"),
    ("goto", "common/app/a.cpp", "goto out;\n", "// no goto here\n"),
    ("using-namespace", "common/app/a.hpp", HEADER + "using namespace std;\n",
     HEADER + "using namespace std::chrono_literals;\nusing namespace protocol::limits;\n"),
    ("await-condition", "common/app/a.cpp", "if (!co_await f()) co_return;\n",
     "if (auto r = co_await f(); r) co_return;\n"),
    ("await-condition", "common/app/a.cpp", "while (co_await f()) {}\n",
     "for (;;) { auto r = co_await f(); }\n"),
    ("await-condition", "common/app/a.cpp", "switch (co_await f()) {}\n",
     "auto r = co_await f(); switch (r) {}\n"),
    ("await-lambda", "common/app/a.cpp", "co_await f([x] { g(x); });\n",
     "co_await f([] { g(); }, table[x](1));\n"),
    ("await-conditional", "common/app/a.cpp", "co_await f(a ? b : c);\n",
     "auto d = a ? b : c;\nco_await f(d);\n"),
    ("await-conditional", "common/app/a.cpp", "auto d = a ? co_await f() : c;\n", "auto d = co_await f();\n"),
    ("await-brace", "common/app/a.cpp", "co_await f(options{1});\n", "co_await f(options(1));\n"),
    ("await-brace", "common/app/a.cpp", "co_await f({.a = 1});\n", "if (a) { co_await f(); }\n"),
    ("await-brace", "common/app/a.cpp", "pair x = pair{co_await f(), 1};\n",
     "auto g = [x]() -> awaitable<void> { co_await f(); };\nflow h() override { co_await f(); }\n"),
    ("own-header-first", "common/app/a.cpp", '#include <vector>\n#include "common/app/a.hpp"\n',
     '#include "common/app/a.hpp"\n#include <vector>\n'),
]
GOOD_PATHS = {"common/misc/a.hpp": "common/app/a.hpp"}
PATHS = {"common/app/a.hpp"}


def rules_found(path, text):
    return {finding.rule for finding in tidy.check_source(Source(path, text), PATHS)}


class EachRule(unittest.TestCase):
    def test_catches_its_bad_sample(self):
        for rule, path, bad, _ in SAMPLES:
            with self.subTest(rule=rule, sample=bad[:80]):
                self.assertIn(rule, rules_found(path, bad))

    def test_accepts_the_good_sample(self):
        for rule, path, _, good in SAMPLES:
            with self.subTest(rule=rule, sample=good[:80]):
                self.assertNotIn(rule, rules_found(GOOD_PATHS.get(path, path), good))

    def test_ignores_comments_and_strings(self):
        text = '// asio::detached\nconst char* s = "std::rand() and \\" sprintf(";\nint n = 1\'000;\n'
        self.assertEqual(set(), rules_found("common/app/b.cpp", text))

    def test_names_the_file_and_the_line(self):
        found = tidy.check_source(Source("common/app/b.cpp", "int a;\nint b = std::rand();\n"), set())
        self.assertEqual(["common/app/b.cpp:2: rand: randomness is an argument (common/seam/random.hpp)"],
                         [str(finding) for finding in found])

    def test_knows_the_top_level(self):
        found = tidy.check_top_level({"README.md", "common/a.hpp", "notes.txt"})
        self.assertEqual(["notes.txt"], [finding.path for finding in found])


if __name__ == "__main__":
    unittest.main()
