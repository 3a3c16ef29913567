#!/usr/bin/env python3
"""The chat server side by side with other servers, and with the shortest programs that could do its work.

Every round runs all peers in turn, so that whatever disturbs the machine disturbs all of them; ratios are
taken within a round, and medians are printed. The server has one CPU and the load generator another. Ours
stores every message, as always, but in memory, so that the disk's own time is left to the workload for it.
A line under each table says what is wanted, and whether it was reached.
"""

import argparse
import json
import pathlib
import statistics
import sys
import tempfile

import chat_peers
from chat_peers import Peer

READERS = 1000
# What scripts/bench chat is for: see the table of each workload.
FANOUT_OF_LIMIT = 0.80
CPU_US_PER_DELIVERY = 0.12
TLS_OF_PLAIN = 0.40
TALK_OF_REDIS = 3.0
LATENCY_OF_PEERS = 1.0
STALLED_P99 = 1.10
DURABLE_OF_REDIS = 2.0
DURABLE_OF_FLOOR = 0.70
IDLE_KIB = {"sluice": 12, "sluice tls": 40}


def parse_arguments():
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each run (1.5)")
    parser.add_argument("--readers", type=int, default=READERS, help="of a message (1000)")
    parser.add_argument("--idle", type=int, default=10_000, help="idle connections (10000)")
    parser.add_argument("--missed", type=int, default=100_000, help="messages of a resume (100000)")
    parser.add_argument("--folder", default="/dev/shm", help="where servers store (/dev/shm: memory)")
    parser.add_argument("--disk", help="where they store what is synced (the system's temporary folder)")
    parser.add_argument("--only", choices=list(WORKLOADS), action="append", help="only this one")
    parser.add_argument("--peers", default="redis,nats,ngircd,inspircd", help="which others, if installed")
    parser.add_argument("--json", type=pathlib.Path, help="write all runs to this file")
    return parser.parse_args()


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.missing = set()
        self.results = {}
        self.short = 0

    def others(self, *names):
        """Those of the peers that were asked for and are installed; says loudly which are not."""
        found = []
        for name in names:
            if name.split()[0] not in self.options.peers.split(","):
                continue
            if chat_peers.is_installed(name):
                found.append(name)
            elif name not in self.missing:
                self.missing.add(name)
                print(f"\n*** SKIPPED: {chat_peers.program_of(name)} is not installed ***")
        return found

    def rounds(self, title, names, workload, folder=None, **options):
        """All of `names` in turn; a name may be a (shown, peer, more options) of its own."""
        runs = {}
        for number in range(self.options.rounds):
            order = names[number % len(names):] + names[:number % len(names)]
            for each in order:
                shown, peer, more = each if isinstance(each, tuple) else (each, each, {})
                with Peer(peer, folder or self.folder) as server:
                    measured = server.load(workload, **({"seconds": self.options.seconds} | options | more))
                runs.setdefault(shown, []).append(measured)
        runs = {shown: runs[shown] for shown in
                (each[0] if isinstance(each, tuple) else each for each in names)}
        self.results[title] = runs
        print(f"\n{title} ({self.options.rounds} rounds, medians)")
        return runs

    def verdict(self, what, value, wanted, at_least=True, unit=""):
        reached = value >= wanted if at_least else value <= wanted
        self.short += not reached
        sign = ">=" if at_least else "<="
        word = "ok   " if reached else "SHORT"
        print(f"  {word} {what}: {value:.3g}{unit}, wanted {sign} {wanted:g}{unit}")


def middle(runs, figure):
    return statistics.median(figure(run) for run in runs)


def ratio(runs, base, figure):
    return statistics.median(figure(one) / figure(other) for one, other in zip(runs, base))


def deliveries_per_s(run):
    return run["deliveries"] / run["seconds"]


def answers_per_s(run):
    return run["answers"] / run["seconds"]


def cpu_us(run):
    return run["server_cpu_s"] * 1e6 / run["deliveries"]


def print_deliveries(runs, base):
    print(f"  {'peer':16} {'M deliveries/s':>15} {'of ' + base:>10} {'CPU us/delivery':>16} "
          f"{'in one read':>12}")
    for name, measured in runs.items():
        print(f"  {name:16} {middle(measured, deliveries_per_s) / 1e6:15.2f} "
              f"{ratio(measured, runs[base], deliveries_per_s):10.2f} {middle(measured, cpu_us):16.3f} "
              f"{middle(measured, lambda run: run['deliveries'] / run['reads']):12.1f}")


def fanout(bench):
    readers = bench.options.readers
    names = ["limit", "sluice", "sluice tls", *bench.others("redis", "nats", "ngircd", "inspircd")]
    runs = bench.rounds(f"fan-out: 1 talker to {readers} readers, 100 bytes", names, "flood", readers=readers)
    print_deliveries(runs, "limit")
    ours = runs["sluice"]
    bench.verdict("of the limit program", ratio(ours, runs["limit"], deliveries_per_s), FANOUT_OF_LIMIT)
    bench.verdict("server CPU for a delivery", middle(ours, cpu_us), CPU_US_PER_DELIVERY, False, " us")
    bench.verdict("TLS of our plain", ratio(runs["sluice tls"], ours, deliveries_per_s), TLS_OF_PLAIN)


def talk(bench):
    names = ["limit", "sluice", *bench.others("redis")]
    runs = bench.rounds("100 clients that all talk in one room", names, "flood", readers=100, talkers=100,
                        talk=1, window=8)
    print_deliveries(runs, "limit")
    if "redis" in runs:
        bench.verdict("of redis", ratio(runs["sluice"], runs["redis"], deliveries_per_s), TALK_OF_REDIS)


def latency(bench):
    readers = bench.options.readers
    others = bench.others("nats", "ngircd")
    names = ["limit", "sluice", ("10 % stalled", "sluice", {"stalled": readers // 10}), *others]
    # Long enough for a hundredth of the messages to be more than one.
    seconds = max(bench.options.seconds, 4)
    runs = bench.rounds(f"50 messages a second to {readers} readers", names, "rate", readers=readers, rate=50,
                        seconds=seconds)
    print(f"  {'peer':16} {'p50 ms':>8} {'p99 ms':>8}")
    for name, measured in runs.items():
        print(f"  {name:16} {middle(measured, lambda run: run['p50_us']) / 1e3:8.2f} "
              f"{middle(measured, lambda run: run['p99_us']) / 1e3:8.2f}")
    for part in ("p50_us", "p99_us"):
        for name in others:
            value = ratio(runs["sluice"], runs[name], lambda run, part=part: run[part])
            bench.verdict(f"{part[:3]} of {name}", value, LATENCY_OF_PEERS, False)
    bench.verdict("p99 with stalled readers",
                  ratio(runs["10 % stalled"], runs["sluice"], lambda run: run["p99_us"]), STALLED_P99, False)


def durable(bench):
    with tempfile.TemporaryDirectory(prefix="sluice-bench-", dir=bench.options.disk) as folder:
        durable_on(bench, folder)


def durable_on(bench, folder):
    for talkers in (64, 1):
        names = ["floor append", "floor overwrite", "sluice", ("sluice rooms", "sluice", {"rooms": 1}),
                 *bench.others("redis always")]
        runs = bench.rounds(f"synced and acknowledged posts, {talkers} talkers", names, "acked", folder,
                            readers=0, talkers=talkers)
        print(f"  {'peer':16} {'posts/s':>9} {'of floor':>9} {'p50 ms':>8} {'p99 ms':>8}")
        floor = runs["floor append"]
        for name, measured in runs.items():
            print(f"  {name:16} {middle(measured, answers_per_s):9.0f} "
                  f"{ratio(measured, floor, answers_per_s):9.2f} "
                  f"{middle(measured, lambda run: run['p50_us']) / 1e3:8.2f} "
                  f"{middle(measured, lambda run: run['p99_us']) / 1e3:8.2f}")
        bench.verdict("of the append floor", ratio(runs["sluice"], floor, answers_per_s), DURABLE_OF_FLOOR)
        if talkers > 1 and "redis always" in runs:
            bench.verdict("of redis appendfsync=always",
                          ratio(runs["sluice"], runs["redis always"], answers_per_s), DURABLE_OF_REDIS)


def idle(bench):
    count = bench.options.idle
    print(f"\n{count} idle connections in one room")
    for name, wanted in IDLE_KIB.items():
        with Peer(name, bench.folder) as server:
            server.load("flood", readers=1, seconds=0.1)  # what is made once is made now
            before = server.memory_kib()
            generator = server.idle(readers=count, talkers=0)
            each = (server.memory_kib() - before) / count
            generator.communicate("")
        bench.results.setdefault("idle", {})[name] = each
        bench.verdict(f"{name}: memory of a connection", each, wanted, False, " KiB")


def resume(bench):
    count = bench.options.missed
    print(f"\na reader that has missed {count} messages of 100 bytes")
    for name in ("sluice", "sluice tls"):
        with Peer(name, bench.folder) as server:
            run = server.load("resume", messages=count)
        bench.results.setdefault("resume", {})[name] = run
        print(f"  {name:16} {run['seconds']:.2f} s, {run['bytes'] / 1e6:.1f} MB, "
              f"{count / run['seconds'] / 1e3:.0f} thousand messages a second")


WORKLOADS = {"fanout": fanout, "talk": talk, "latency": latency, "durable": durable, "idle": idle,
             "resume": resume}


def main():
    options = parse_arguments()
    with tempfile.TemporaryDirectory(prefix="sluice-bench-", dir=options.folder) as folder:
        bench = Bench(options, folder)
        for name in options.only or WORKLOADS:
            WORKLOADS[name](bench)
    if options.json:
        options.json.write_text(json.dumps(bench.results, indent=1) + "\n")
    print(f"\n{bench.short} of the wanted figures were not reached" if bench.short else "\nall as wanted")


if __name__ == "__main__":
    sys.exit(main())
