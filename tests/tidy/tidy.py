#!/usr/bin/env python3
"""Checks the house rules of this repository by reading its text. Usage: tidy.py [FOLDER]

Prints one line per finding, FILE:LINE: RULE: WHY, and fails when there is any. The rules are in the modules
beside this file; self_test.py proves that each of them catches a bad sample.
"""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import coroutines  # noqa: E402
import includes  # noqa: E402
import text  # noqa: E402
from source import Finding, Source  # noqa: E402

TOP_LEVEL = {
    ".ci", ".clang-format", ".clang-tidy", ".editorconfig", ".gitignore", ".github", "CMakeLists.txt",
    "CMakePresets.json", "LICENSE", "README.md", "chat-client", "chat-server", "common", "docs", "protocol",
    "scripts", "tests", "uploader-client", "uploader-server",
}
TEXT_SUFFIXES = {".cpp", ".hpp", ".py", ".sh", ".cmake", ".txt", ".md", ".lua", ".json", ".dict", ""}
CHECKS = [text.check_text, text.check_banned, text.check_functions, includes.check, coroutines.check]


def repository_files(root):
    """Files that are or could be committed: tracked ones and new ones that are not ignored."""
    command = ["git", "-C", root, "-c", f"safe.directory={root}", "ls-files", "-z"]
    command += ["--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=False, capture_output=True)
    if listed.returncode != 0:  # an unpacked archive
        return sorted(path for path in root.rglob("*") if path.is_file() and "build" not in path.parts)
    names = {name for name in listed.stdout.decode().split("\0") if name}
    return sorted(root / name for name in names if (root / name).is_file())


def is_text(path):
    # Seeds of the fuzzers are arbitrary bytes.
    return path.suffix in TEXT_SUFFIXES and "corpus" not in path.parts and path.name != "LICENSE"


def check_source(source, paths):
    found = [finding for check in CHECKS for finding in check(source)]
    return found + includes.own_header_first(source, paths)


def check_top_level(paths):
    names = {path.split("/")[0] for path in paths}
    strangers = sorted(names - TOP_LEVEL)
    return [Finding(name, 1, "layout", "does not belong at the top level") for name in strangers]


def check_tree(root):
    files = repository_files(root)
    paths = {path.relative_to(root).as_posix() for path in files}
    found = check_top_level(paths)
    for path in files:
        if is_text(path):
            found += check_source(Source.read(root, path), paths)
    return found, len(files)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]).resolve()
    found, count = check_tree(root)
    for finding in found:
        print(finding)
    print(f"tidy: {len(found)} findings in {count} files")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
