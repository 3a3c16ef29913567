"""Shapes around co_await that g++ 12 miscompiles (crash, double destruction): the cure is a named local."""

import re

from source import matching

LAMBDA_WITH_CAPTURE = re.compile(r"(?<![\w)\]])\[\s*[^\]\[\s][^\]\[]*\]\s*(\(|\{|mutable\b|->)")
BRACED_TEMPORARY = re.compile(r"(?<=[\w>(,])\s*\{")
BLOCK_BEFORE_BRACE = re.compile(
    r"(\)|\b(mutable|noexcept|const|override|final|else|do|try)|->\s*[\w:<>]+)\s*$")


def check(source):
    if not source.is_cpp or "co_await" not in source.code:
        return []
    return _conditions(source) + _expressions(source)


def _conditions(source):
    found = []
    for match in re.finditer(r"\b(if|while|switch)\s*(?:constexpr\s*)?\(", source.code):
        opening = match.end() - 1
        condition = source.code[opening + 1:matching(source.code, opening)]
        # "if (auto x = co_await f(); x)" is fine: only what follows the initializer is the condition.
        awaited = re.search(r"\bco_await\b", condition.rsplit(";", 1)[-1])
        if awaited and "{" not in condition:
            why = f"co_await in the condition of {match[1]}"
            found.append(source.finding(match.start(), "await-condition", why))
    return found


def _expression(code, start):
    """From co_await to the end of its full-expression, and where in it we are."""
    depth = 0
    for offset in range(start, len(code)):
        char = code[offset]
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth < 0 and char == "}":
                return code[start:offset]
        elif char == ";" and depth <= 0:
            return code[start:offset]
    return code[start:]


def _before(code, start):
    """What precedes co_await in its statement."""
    begin = max(code.rfind(char, 0, start) for char in ";{}") + 1
    return code[begin:start]


def _expressions(source):
    found = []
    for match in re.finditer(r"\bco_await\b", source.code):
        expression = _expression(source.code, match.start())
        before = _before(source.code, match.start())
        if LAMBDA_WITH_CAPTURE.search(expression):
            found.append(source.finding(match.start(), "await-lambda", "name the capturing lambda first"))
        if "?" in expression or "?" in before:
            found.append(source.finding(match.start(), "await-conditional", "?: in a co_await expression"))
        for brace in BRACED_TEMPORARY.finditer(expression):
            if not BLOCK_BEFORE_BRACE.search(expression[:brace.end() - 1]):
                found.append(source.finding(match.start(), "await-brace", "name the braced temporary first"))
                break
        opening = match.start() - len(before) - 1
        if opening > 0 and source.code[opening] == "{" and re.search(r"[\w>(,=]\s*$", source.code[:opening]):
            if not BLOCK_BEFORE_BRACE.search(source.code[:opening]):
                found.append(source.finding(match.start(), "await-brace", "co_await inside braces"))
    return found
