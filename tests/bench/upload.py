#!/usr/bin/env python3
"""Uploads side by side with what the machine can do at most, and with an rsync daemon.

Three workloads: one big file in clear, the same over TLS, and a tree of small files. Every round runs all
peers in turn, so that whatever disturbs the machine disturbs all of them; medians and ratios are printed,
never a single time. The time of a run is the client's, from start to exit, with the server already up.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))

from harness import BIN, Sandbox, clean_environment  # noqa: E402

MIB = 1 << 20
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def parse_arguments():
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=int, default=2048, help="MiB of the big file (2048)")
    parser.add_argument("--files", type=int, default=10_000, help="files of 4 KiB (10000)")
    parser.add_argument("--folder", default="/dev/shm", help="source and target (/dev/shm: memory)")
    parser.add_argument("--only", choices=["clear", "tls", "tree"], action="append", help="only this one")
    parser.add_argument("--durability", choices=["full", "relaxed"], default="full")
    parser.add_argument("--json", type=pathlib.Path, help="write all runs to this file")
    return parser.parse_args()


def make_tree(folder, count):
    generator = random.Random(1)
    for number in range(count):
        path = folder / f"{number % 100:03}" / f"{number:05}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(generator.randbytes(4096))


def process_cpu(pid):
    """CPU seconds of a process and of its children that have ended."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / CLOCK_TICKS


def peak_rss_kib(pid):
    return int(pathlib.Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0])


def timed(command, server_pid, environment):
    """Runs a client against a running server and measures both."""
    server_before = process_cpu(server_pid)
    begin = time.monotonic()
    client = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)
    errors = client.stderr.read()
    _, status, used = os.wait4(client.pid, 0)
    seconds = time.monotonic() - begin
    client.returncode = os.waitstatus_to_exitcode(status)
    if client.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit {client.returncode}\n{errors}")
    # A daemon's children count when they have been waited for, which may be after the client has gone.
    time.sleep(0.1)
    return {
        "seconds": seconds,
        "sender_cpu": used.ru_utime + used.ru_stime,
        "receiver_cpu": process_cpu(server_pid) - server_before,
        "sender_rss_kib": used.ru_maxrss,
        "receiver_rss_kib": peak_rss_kib(server_pid),
    }


class Limit:
    """Our own shortest program: the physical limit."""

    def __init__(self, kind, *options):
        self.name = " ".join(["limit", *[option.strip("-") for option in options]])
        self.kind, self.options = kind, options

    def run(self, source, target):
        name = target / source.name if self.kind == "file" else target
        command = [str(BIN / "bench_limit"), self.kind, source, name, *self.options]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


class Sluice:
    def __init__(self, durability, *options):
        self.name = " ".join(["sluice", *[option.strip("-") for option in options]])
        self.durability, self.options = durability, options

    def run(self, source, target):
        # What the clients keep at home has no part in the measurement; the state does.
        with Sandbox(target.parent) as box:
            server = box.upload_server("--durability", self.durability, *self.options, root=target)
            client = box.client()
            # An earlier contact enrols the key and starts whatever is started lazily.
            client.run("uploader-client", "ls", server.join, *self.options).expect(0)
            command = [str(BIN / "uploader-client"), "put", "--quiet", *self.options, source, server.join]
            measured = timed(command, server.process.pid, client.environment)
            server.stop()
        # Staging is not part of the result that is compared.
        shutil.rmtree(target / ".sluice", ignore_errors=True)
        return measured


class Rsync:
    """An rsync daemon in clear, whole files: no delta algorithm stands in its way."""
    name = "rsync daemon"

    def run(self, source, target):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with Sandbox(target.parent) as box:
            settings = box.folder / "rsyncd.conf"
            owner = "uid = root\ngid = root\n" if os.geteuid() == 0 else ""
            settings.write_text(f"use chroot = no\n{owner}reverse lookup = no\n"
                                f"[t]\npath = {target}\nread only = no\n")
            daemon = box.spawn(["rsync", "--daemon", "--no-detach", "--address=127.0.0.1", f"--port={port}",
                                f"--config={settings}"], clean_environment(), box.folder / "rsyncd.err")
            wait_for_port(port)
            address = f"rsync://127.0.0.1:{port}/t/"
            return timed(["rsync", "-a", "--whole-file", source, address], daemon.pid, clean_environment())


def wait_for_port(port):
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise RuntimeError(f"nothing listens on {port}")


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


def compare(title, peers, source, size, folder, rounds):
    """All peers in turn, `rounds` times. The first peer is the one the others are compared with."""
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


def main():
    options = parse_arguments()
    chosen = options.only or ["clear", "tls", "tree"]
    results = {}
    with Sandbox(options.folder) as box:
        work = box.folder / "work"
        work.mkdir()
        rsync = [Rsync()] if shutil.which("rsync") else []
        if {"clear", "tls"} & set(chosen):
            size = options.size * MIB
            source = box.file("big.bin", size)
            if "clear" in chosen:
                peers = [Limit("file"), Sluice(options.durability, "--plaintext"), *rsync]
                title = f"one file of {options.size} MiB, in clear, {options.folder}"
                results["clear"] = compare(title, peers, source, size, work, options.rounds)
            if "tls" in chosen:
                peers = [Limit("file", "--tls"), Sluice(options.durability)]
                title = f"one file of {options.size} MiB, TLS 1.3, {options.folder}"
                results["tls"] = compare(title, peers, source, size, work, options.rounds)
            source.unlink()
        if "tree" in chosen:
            source = box.folder / "files/tree"
            make_tree(source, options.files)
            peers = [Limit("tree", "--rename"), Sluice(options.durability), *rsync]
            title = f"{options.files} files of 4 KiB, {options.folder}, durability {options.durability}"
            size = options.files * 4096
            results["tree"] = compare(title, peers, source, size, work, options.rounds)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
