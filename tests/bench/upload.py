#!/usr/bin/env python3
"""Uploads side by side with what the machine can do at most, and with other people's tools.

Workloads: one big file in clear and encrypted, to memory or with --folder to a disk; a tree of small files; a
real tree; the same tree again with nothing changed. Every round runs all peers in turn, so that whatever
disturbs the machine disturbs all of them; medians and ratios are printed, never a single time, and beside
them what we want to reach.
"""

import argparse
import json
import pathlib
import random
import shutil
import statistics
import subprocess

from upload_peers import Again, Curl, Lftp, Limit, LocalCopy, Rsync, Sluice, Socat, Ssh, available
from harness import Sandbox  # found by upload_peers

MIB = 1 << 20
WORKLOADS = ["clear", "tls", "disk", "tree", "real", "again"]

# What we want: our time divided by the other one's, at most (workload, other peer, ratio).
TARGETS = [
    ("clear", "limit", 1 / 0.85),
    ("clear", "rsync daemon", 1.0),
    ("clear", "curl, nginx", 1.0),
    ("clear", "lftp, vsftpd", 1.0),
    ("clear", "socat", 1.0),
    ("tls", "limit tls", 1 / 0.85),
    ("tls", "rsync daemon", 1.0),
    ("tls", "scp", 1 / 2.2),
    ("tls", "sftp", 1 / 2.2),
    ("tls", "rsync over ssh", 1 / 2.2),
    ("disk", "local copy, fsync", 1 / 0.9),
    ("tree", "rsync daemon", 0.6),
    ("tree", "rsync daemon fsync", 1.0),
    ("tree", "scp", 1 / 15),
    ("real", "rsync daemon", 1.0),
    ("again", "rsync daemon, again", 1.0),
]


def parse_arguments():
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=int, default=2048, help="MiB of the big file (2048)")
    parser.add_argument("--files", type=int, default=10_000, help="files of 4 KiB (10000)")
    parser.add_argument("--folder", default="/dev/shm", help="source and target (/dev/shm: memory)")
    parser.add_argument("--tree", type=pathlib.Path, default="/usr/include", help="a real one (/usr/include)")
    parser.add_argument("--only", choices=WORKLOADS, action="append", help="only this one")
    parser.add_argument("--peers", choices=["few", "all"], default="few",
                        help="few: the limit and rsync; all: ssh, curl, lftp, socat too")
    parser.add_argument("--durability", choices=["full", "relaxed"], default="full")
    parser.add_argument("--json", type=pathlib.Path, help="write all runs to this file")
    return parser.parse_args()


def make_tree(folder, count):
    generator = random.Random(1)
    for number in range(count):
        path = folder / f"{number % 100:03}" / f"{number:05}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(generator.randbytes(4096))


def warm(folder, size):
    """Touches as much fresh memory as the run will need: in virtual machines the first touch is slow."""
    path = folder / "warm"
    with open(path, "wb") as out:
        piece = bytes(MIB)
        for _ in range(size // MIB + 1):
            out.write(piece)
    path.unlink()


def same(source, stored):
    return subprocess.run(["diff", "-rq", source, stored], check=False, capture_output=True).returncode == 0


def compare(workload, title, peers, source, size, folder, rounds):
    """All peers in turn, `rounds` times. The first peer is the one the others are compared with."""
    peers = available(peers)
    target = folder / "target"
    runs = {peer.name: [] for peer in peers}
    for number in range(rounds + 1):  # the first round warms everything up and is checked, not counted
        for peer in peers:
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()
            warm(folder, size)
            measured = peer.run(source, target)
            stored = target if isinstance(peer, Limit) and source.is_dir() else target / source.name
            if number == 0 and not same(source, stored):
                raise RuntimeError(f"{peer.name} stored something else")
            if number > 0:
                runs[peer.name].append(measured)
    shutil.rmtree(target, ignore_errors=True)
    print_table(title, runs, size, rounds)
    print_verdicts(workload, runs)
    return runs


def print_table(title, runs, size, rounds):
    gib = size / (1 << 30)
    print(f"\n{title} ({rounds} rounds, medians)")
    print(f"  {'peer':24} {'seconds':>8} {'ratio':>6} {'MB/s':>7} {'CPU s/GiB snd':>14} {'rcv':>6} "
          f"{'MiB snd':>8} {'rcv':>6}")
    base = None
    for name, measured in runs.items():
        middle = {key: statistics.median(run[key] for run in measured) for key in measured[0]}
        # The ratio is taken within each round, so that a slow moment of the machine counts on both sides.
        base = base or measured
        ratio = statistics.median(run["seconds"] / other["seconds"] for run, other in zip(measured, base))
        print(f"  {name:24} {middle['seconds']:8.3f} {ratio:6.2f} {size / middle['seconds'] / 1e6:7.0f} "
              f"{middle['sender_cpu'] / gib:14.2f} {middle['receiver_cpu'] / gib:6.2f} "
              f"{middle['sender_rss_kib'] / 1024:8.1f} {middle['receiver_rss_kib'] / 1024:6.1f}")


def print_verdicts(workload, runs):
    ours = next(measured for name, measured in runs.items() if name.startswith("sluice"))
    for where, other, most in TARGETS:
        if where != workload or other not in runs:
            continue
        pairs = zip(ours, runs[other])
        ratio = statistics.median(mine["seconds"] / theirs["seconds"] for mine, theirs in pairs)
        verdict = "ok" if ratio <= most else "SHORT"
        print(f"  {verdict:5} sluice takes {ratio:.2f} of the time of {other} (wanted: at most {most:.2f})")


def big_file_workloads(options, box, work, chosen):
    """One file: in clear, encrypted, and on a disk with everything synced."""
    every = options.peers == "all"
    size = options.size * MIB
    source = box.file("big.bin", size)
    plans = {
        "clear": ("in clear", [Limit("file"), Sluice(options.durability, "--plaintext"), Rsync(),
                               *([Curl(), Lftp(), Socat()] if every else [])]),
        "tls": ("TLS 1.3", [Limit("file", "--tls"), Sluice(options.durability), Rsync(),
                            *([Ssh("scp"), Ssh("sftp"), Ssh("rsync")] if every else [])]),
        "disk": ("synced", [LocalCopy(), Sluice("full", "--plaintext")]),
    }
    results = {}
    for workload, (how, peers) in plans.items():
        if workload in chosen:
            title = f"one file of {options.size} MiB, {how}, {options.folder}"
            results[workload] = compare(workload, title, peers, source, size, work, options.rounds)
    source.unlink()
    return results


def tree_workloads(options, box, work, chosen):
    """Many files: made ones, a real tree, and that tree once more."""
    results = {}
    if "tree" in chosen:
        source = box.folder / "files/tree"
        make_tree(source, options.files)
        others = [Rsync(), Rsync("--fsync"), *([Ssh("scp")] if options.peers == "all" else [])]
        peers = [Limit("tree", "--rename"), Sluice(options.durability), *others]
        title = f"{options.files} files of 4 KiB, {options.folder}, durability {options.durability}"
        results["tree"] = compare("tree", title, peers, source, options.files * 4096, work, options.rounds)
    if {"real", "again"} & set(chosen):
        # Without links: each tool has its own idea of what to do with them.
        source = box.folder / "files" / options.tree.name
        source.parent.mkdir(exist_ok=True)
        subprocess.run(["rsync", "-a", "--no-links", f"{options.tree}/", source], check=True,
                       capture_output=True)
        files = [path for path in source.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        peers = [Sluice(options.durability), Rsync()]
        title = f"{options.tree}: {len(files)} files, {size / MIB:.0f} MiB, {options.folder}"
        if "real" in chosen:
            results["real"] = compare("real", title, peers, source, size, work, options.rounds)
        if "again" in chosen:
            results["again"] = compare("again", title + ", nothing changed", [Again(peer) for peer in peers],
                                       source, size, work, options.rounds)
    return results


def main():
    options = parse_arguments()
    chosen = options.only or WORKLOADS
    results = {}
    with Sandbox(options.folder) as box:
        work = box.folder / "work"
        work.mkdir()
        if {"clear", "tls", "disk"} & set(chosen):
            results.update(big_file_workloads(options, box, work, chosen))
        results.update(tree_workloads(options, box, work, chosen))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
