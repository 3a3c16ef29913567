"""Rules about text: sizes, white space, and banned patterns (each has hidden a defect somewhere)."""

import re

from source import Finding

FILE_LINES_MAX = 400
LINE_COLUMNS_MAX = 110
FUNCTION_LINES_MAX = 70

# (rule, pattern, where it applies, why). Patterns are matched against code without comments and strings.
PRODUCT = r"^(protocol|common|chat-|uploader-)"
IO_SHELL = r"^common/(runtime|app|transport)/|^[a-z]+-(client|server)/[^/]+$"
SECRET = r"(token|secret|proof|hmac|mac)"
BANNED = [
    ("detached", r"\basio::detached\b", r".", "a detached coroutine loses its errors: use the logged spawn"),
    ("rand", r"\bstd::rand\b|\bsrand\s*\(|\bstd::random_device\b", r"(?!^common/runtime/)" + PRODUCT,
     "randomness is an argument (common/seam/random.hpp)"),
    ("now", r"clock::now\s*\(", r"(?!" + IO_SHELL + r")" + PRODUCT,
     "time is an argument (common/seam/clock.hpp)"),
    ("sprintf", r"\b(v?sprintf|strcpy|strcat|gets)\s*\(", r".", "writes without a bound"),
    ("signal", r"(?<![\w.>])(::)?(std::)?(signal|sigaction)\s*\(\s*SIG(?!PIPE)", PRODUCT,
     "use asio::signal_set"),
    ("secret-compare", r"\b(memcmp|bcmp|strcmp)\s*\(", r"^common/trust/", "compare secrets in constant time"),
    ("secret-compare", rf"\b{SECRET}_?(\(\))?\s*[!=]=|[!=]=\s*(\w+(\.|->))?{SECRET}_?\b", r"^common/trust/",
     "compare secrets in constant time"),
    ("thread", r"\bstd::(thread|jthread|async)\b(?!::)", r"(?!^common/runtime/)" + PRODUCT,
     "threads are made in common/runtime only"),
    ("goto", r"\bgoto\b", PRODUCT, "no goto"),
]
BANNED_IN_HEADERS = [
    # Harmless inside a namespace: literal suffixes, and the protocol's limits in a table of limits.
    ("using-namespace", r"\busing\s+namespace\s+(?![\w:]*(literals|::limits)\s*;)", "not in a header"),
]
# Assembled so that this file does not find itself.
UNFINISHED = re.compile(r"\b(" + "TO" + "DO|FIX" + "ME|X" + r"XX)\b")

CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
CONTROL = re.compile(r"\b(if|for|while|switch|catch|do|else|try|return)\b")


def check_text(source):
    found = []
    # Prose is wrapped by whoever shows it, and a generated file by whoever reads it.
    any_size = source.path.endswith(".md") or "do not edit" in source.text.partition("\n")[0]
    if len(source.lines) > FILE_LINES_MAX and not any_size:
        found.append(Finding(source.path, FILE_LINES_MAX, "file-length", f"{len(source.lines)} lines"))
    for number, line in enumerate(source.lines, 1):
        if "\t" in line:
            found.append(Finding(source.path, number, "tab", "spaces only"))
        if line != line.rstrip():
            found.append(Finding(source.path, number, "trailing-blank", "remove it"))
        if len(line) > LINE_COLUMNS_MAX and not any_size:
            found.append(Finding(source.path, number, "line-length", f"{len(line)} columns"))
        if UNFINISHED.search(line):
            found.append(Finding(source.path, number, "unfinished", "finish it or write an issue"))
    if source.text and not source.text.endswith("\n"):
        found.append(Finding(source.path, len(source.lines), "final-newline", "end the file with a newline"))
    return found


def check_banned(source):
    if not source.is_cpp:
        return []
    found = []
    for rule, pattern, where, why in BANNED:
        if re.search(where, source.path):
            found += [source.finding(match.start(), rule, why) for match in re.finditer(pattern, source.code)]
    if source.is_header:
        for rule, pattern, why in BANNED_IN_HEADERS:
            found += [source.finding(match.start(), rule, why) for match in re.finditer(pattern, source.code)]
        if not re.search(r"^#pragma once$", source.text, re.MULTILINE):
            found.append(Finding(source.path, 1, "pragma-once", "missing"))
        if not source.text.startswith("//"):
            found.append(Finding(source.path, 1, "purpose", "a header opens with one sentence of purpose"))
    return found


def check_functions(source):
    """Lengths of functions, found by their braces: a head with parentheses, inside nothing but containers."""
    if not source.is_cpp:
        return []
    found = []
    code = re.sub(r"^[ \t]*#.*$", lambda match: " " * len(match[0]), source.code, flags=re.MULTILINE)
    stack = []  # (is a container, offset of the head, is a function)
    head_start = 0
    for match in re.finditer(r"[{};]", code):
        offset = match.start()
        if match[0] == "{":
            head = code[head_start:offset]
            only_containers = all(kind for kind, _, _ in stack)
            # "class x {" and "namespace y {", but not "class x f() {" nor a constructor's initializers.
            container = only_containers and bool(CONTAINER.search(head)) and not head.rstrip().endswith(")")
            function = only_containers and not container and "(" in head and not CONTROL.match(head.strip())
            stack.append((container, head_start + len(head) - len(head.lstrip()), function))
        elif match[0] == "}" and stack:
            _, begin, function = stack.pop()
            lines = code.count("\n", begin, offset) + 1
            if function and lines > FUNCTION_LINES_MAX:
                found.append(source.finding(begin, "function-length", f"{lines} lines"))
        head_start = offset + 1
    return found
