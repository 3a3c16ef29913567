"""The include table: what each folder may include. The order of the layers is in docs/architecture.md."""

import re

from source import Finding

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)

# Families of system headers. Everything else in angle brackets without a '.h' is the standard library.
THIRD_PARTY = {
    "asio": "asio", "CLI": "cli11", "spdlog": "spdlog", "fmt": "spdlog", "openssl": "openssl",
    "sqlite3.h": "sqlite", "sodium.h": "sodium", "sodium": "sodium", "xxhash.h": "xxhash",
    "utf8proc.h": "utf8proc", "zstd.h": "zstd", "catch2": "catch", "nlohmann": "nlohmann",
    "avahi-client": "avahi", "avahi-common": "avahi",
}
STD_C_HEADERS = {"assert.h", "errno.h", "limits.h", "math.h", "stdint.h", "string.h"}

# folder -> (project folders, families of system headers). "posix" is any other system header that ends in .h.
# A folder may always include itself; common/seam is open to every layer above the bytes.
SEAM = "common/seam"
PROTOCOL_LAYERS = {
    "protocol/wire": ([], []),
    "protocol/frame": (["protocol/wire"], []),
    "protocol/session": (["protocol/wire", "protocol/frame"], []),
    "protocol/chat": (["protocol/wire", "protocol/frame", "protocol/session"], []),
    "protocol/upload": (["protocol/wire", "protocol/frame", "protocol/session"], []),
}
COMMON_LAYERS = {
    "common/seam": ([], []),
    "common/database": ([], ["sqlite"]),
    "common/runtime": ([], ["asio", "spdlog", "posix"]),
    "common/stream": (["common/runtime"], ["asio", "sodium", "xxhash", "openssl", "posix"]),
    "common/trust": (["protocol"], ["openssl", "posix"]),
    "common/transport": (["common/runtime", "common/stream", "common/trust", "protocol"],
                         ["asio", "spdlog", "openssl", "posix"]),
    "common/app": (["common/runtime", "common/transport", "common/trust", "common/stream", "protocol"],
                   ["asio", "cli11", "spdlog", "utf8proc", "openssl", "posix"]),
    "common/discovery": (["common/runtime", "common/trust"], ["avahi", "spdlog", "posix"]),
    "common/transfer": (["common/stream", "common/transport", "protocol"], ["xxhash", "openssl", "zstd"]),
    "common/service": (["common/app", "common/discovery", "common/runtime", "common/stream",
                        "common/transport", "common/trust", "protocol"],
                       ["asio", "spdlog", "openssl", "posix"]),
}
PROGRAMS = ["chat-server", "chat-client", "uploader-server", "uploader-client"]


def program_layers(program):
    own = {layer: f"{program}/{layer}"
           for layer in ("domain", "session", "storage", "terminal", "view")}
    return {
        # Unicode's tables say which nicks look alike.
        own["domain"]: (["protocol"], ["utf8proc"]),
        own["session"]: (["protocol", "common", own["domain"], own["storage"]], []),
        own["storage"]: (["protocol", "common/database", "common/runtime", "common/trust", own["domain"]],
                        ["sqlite", "posix"]),
        own["terminal"]: (["protocol", "common/app", own["domain"]], ["utf8proc", "posix"]),
        own["view"]: ([own["domain"], own["terminal"]], []),
        f"{program}/controller": (["protocol", "common", f"{program}/view", *own.values()], []),
        # main.cpp and the commands it wires up: all of its own program, all of common.
        program: (["protocol", "common", program], ["asio", "cli11", "spdlog", "posix"]),
        f"{program}/commands": (["protocol", "common", program], ["asio", "cli11", "spdlog", "posix"]),
    }


def build_table():
    table = dict(PROTOCOL_LAYERS) | {
        layer: (folders + [SEAM], families) for layer, (folders, families) in COMMON_LAYERS.items()
    }
    for program in PROGRAMS:
        for layer, (folders, families) in program_layers(program).items():
            table[layer] = (folders + [SEAM], families)
    return table


TABLE = build_table()


def family(name):
    first = name.split("/")[0]
    if first in THIRD_PARTY:
        return THIRD_PARTY[first]
    if "/" not in name and first.removesuffix(".hpp") in THIRD_PARTY:
        return THIRD_PARTY[first.removesuffix(".hpp")]
    if not name.endswith(".h") or name in STD_C_HEADERS:
        return "std"
    return "posix"


def folder_of(path):
    return path.rsplit("/", 1)[0] if "/" in path else ""


def inside(path, folder):
    return path.startswith(folder + "/")


def check(source):
    if not source.is_cpp or source.path.startswith("tests/"):
        return []
    folder = folder_of(source.path)
    if folder not in TABLE:
        return [Finding(source.path, 1, "layout", f"the include table has no folder {folder}")]
    folders, families = TABLE[folder]
    found = []
    includes = [(match, match[1], match[2]) for match in INCLUDE.finditer(source.text)]
    for match, bracket, name in includes:
        if bracket == "<":
            kind = family(name)
            if kind != "std" and kind not in families:
                why = f"{folder} may not include <{name}> ({kind})"
                found.append(source.finding(match.start(1), "include", why))
        elif folder_of(name) != folder and not any(inside(name, allowed) for allowed in folders):
            found.append(source.finding(match.start(1), "include", f'{folder} may not include "{name}"'))
    return found


def own_header_first(source, paths):
    """A source begins with its own header, which proves that the header compiles alone."""
    header = source.path.removesuffix(".cpp") + ".hpp"
    if not source.path.endswith(".cpp") or header not in paths:
        return []
    first = INCLUDE.search(source.text)
    if first and first[2] == header:
        return []
    where = first.start(1) if first else 0
    return [source.finding(where, "own-header-first", f'"{header}" must be included first')]
