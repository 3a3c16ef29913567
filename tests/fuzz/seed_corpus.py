#!/usr/bin/env python3
"""Writes the seeds of the targets that speak the protocol, from the test vectors of SPEC.md."""
import pathlib
import re
import struct

here = pathlib.Path(__file__).parent
spec = (here.parent.parent / "protocol" / "SPEC.md").read_text(encoding="utf-8")
VECTOR = re.compile(r"```vector\nname: (\S+)\nfields: .*\nhex: ([0-9a-f \n]+)```")


def put(target, name, content):
    path = here / "corpus" / target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


frames = [(name, bytes.fromhex(hexadecimal)) for name, hexadecimal in VECTOR.findall(spec)]
seen = {}
for name, frame in frames:
    seen[name] = seen.get(name, 0) + 1
    put("codecs", f"{name}-{seen[name]}", frame[4:6] + frame[12:])

HEADER = "<IHBBI"  # length, type, flags, magic, request
put("frame_decoder", "all", bytes([20, 6]) + b"".join(frame for _, frame in frames))
put("frame_decoder", "too_large", bytes([3, 0]) + frames[0][1])
put("frame_decoder", "cut", bytes([12, 2]) + frames[1][1][:-3])
put("frame_decoder", "wrong_magic", bytes([12, 0]) + struct.pack(HEADER, 0, 6, 0, 0x54, 0))
put("frame_decoder", "unknown_flag", bytes([12, 0]) + struct.pack(HEADER, 0, 6, 0x80, 0x53, 0))
put("frame_decoder", "huge_length", bytes([20, 0]) + struct.pack(HEADER, 0xFFFFFFFF, 6, 0, 0x53, 0))
print(f"{len(frames)} frames")
