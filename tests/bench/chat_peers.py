"""The servers that scripts/bench chat compares: how each is configured, started on a free port, and ended.

    with Peer("redis", folder) as server:
        server.load("flood", readers=1000)      what bench_chat measured, as a dictionary

Every server stores on, or forgets on, the same disk; what none of them needs here (name lookups, limits for
strangers, logs of every message) is off for all.
"""

import json
import os
import pathlib
import resource
import shutil
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))

from harness import BIN, clean_environment  # noqa: E402

START_SECONDS_MAX = 20
RUN_SECONDS_MAX = 120

REDIS = """bind 127.0.0.1
port {port}
daemonize no
save ""
dir {folder}
maxclients 15000
client-output-buffer-limit pubsub 0 0 0
"""
REDIS_ALWAYS = REDIS + "appendonly yes\nappendfsync always\nauto-aof-rewrite-percentage 0\n"
NATS = 'host: 127.0.0.1\nport: {port}\nmax_connections: 65536\nlog_file: "{folder}/log"\n'
NGIRCD = """[Global]
Name = irc.bench.local
Info = bench
Listen = 127.0.0.1
Ports = {port}
ServerUID = {user}
ServerGID = {user}
MotdPhrase = bench
PidFile = {folder}/pid
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 16
MaxPenaltyTime = 0
PingTimeout = 3600
[Options]
DNS = no
Ident = no
PAM = no
"""
INSPIRCD = """<server name="irc.bench.local" description="bench" network="Bench" id="001">
<admin name="a" description="a" nick="a" email="a@localhost">
<bind address="127.0.0.1" port="{port}" type="clients">
<connect name="main" allow="*" timeout="120" pingfreq="3600" threshold="100000000" commandrate="1000000000"
 fakelag="no" softsendq="1000000000" hardsendq="2000000000" recvq="100000000" localmax="100000"
 globalmax="100000" maxconnwarn="no" resolvehostnames="no" useident="no" limit="100000" maxchans="20">
<performance quietbursts="yes" softlimit="100000" somaxconn="4096" netbuffersize="65534" clonesonconnect="no"
 timeskipwarn="0">
<pid file="{folder}/pid">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="{folder}/log">
"""

CHAT = ["{bin}/chat-server", "--open", "--no-announce", "--max-posts", "0", "--max-connections", "20000",
        "--listen", "127.0.0.1:{port}", "--state", "{folder}"]
# name -> (dialect, command, configuration, what bench_chat has to know)
PEERS = {
    "sluice": ("sluice", [*CHAT, "--plaintext"], "", {}),
    "sluice tls": ("sluice", CHAT, "", {"tls": 1}),
    "limit": ("raw", ["{bin}/bench_chat_limit", "{port}"], "", {}),
    "floor append": ("raw", ["{bin}/bench_chat_limit", "{port}", "append", "{folder}/log"], "", {}),
    "floor overwrite": ("raw", ["{bin}/bench_chat_limit", "{port}", "overwrite", "{folder}/log"], "", {}),
    "redis": ("redis", ["redis-server", "{config}"], REDIS, {}),
    "redis always": ("stream", ["redis-server", "{config}"], REDIS_ALWAYS, {}),
    "nats": ("nats", ["nats-server", "-c", "{config}"], NATS, {}),
    "ngircd": ("irc", ["ngircd", "-n", "-f", "{config}"], NGIRCD, {"conc": 8}),
    "inspircd": ("irc", ["inspircd", "--nofork", "--runasroot", "--config", "{config}"], INSPIRCD,
                 {"conc": 1000}),
}


def program_of(name):
    return PEERS[name][1][0].split("/")[-1]


def is_installed(name):
    program = PEERS[name][1][0]
    return program.startswith("{bin}") or shutil.which(program) is not None


def cpus():
    """The server's and the load generator's: they share nothing, so that each is measured alone."""
    usable = sorted(os.sched_getaffinity(0))
    return {usable[0]}, {usable[-1]}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pinned(cpu):
    def prepare():
        os.sched_setaffinity(0, cpu)
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return prepare


class Peer:
    """A server that listens; ended by its process when the block is left."""

    def __init__(self, name, folder, *arguments):
        self.name = name
        self.dialect, command, config, self.defaults = PEERS[name]
        self.folder = pathlib.Path(folder) / name.replace(" ", "-")
        self.folder.mkdir(mode=0o700)
        self.port = free_port()
        user = "root" if os.geteuid() == 0 else "nobody"
        names = {"bin": BIN, "port": self.port, "folder": self.folder, "user": user,
                 "config": self.folder / "config"}
        (self.folder / "config").write_text(config.format(**names))
        self.command = [part.format(**names) for part in command] + list(arguments)

    def __enter__(self):
        with open(self.folder / "output", "wb") as output:
            self.process = subprocess.Popen(
                self.command, env=clean_environment(), cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, preexec_fn=pinned(cpus()[0]))
        for _ in range(START_SECONDS_MAX * 50):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        self.__exit__()
        raise RuntimeError(f"{self.name} did not start: {(self.folder / 'output').read_text()[-500:]}")

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def command_of(self, workload, options):
        values = self.defaults | options | {"pid": self.process.pid}
        pairs = [f"{name}={value}" for name, value in values.items()]
        return [str(BIN / "bench_chat"), workload, self.dialect, str(self.port), *pairs]

    def load(self, workload, **options):
        done = subprocess.run(self.command_of(workload, options), capture_output=True, text=True, check=False,
                              timeout=RUN_SECONDS_MAX, preexec_fn=pinned(cpus()[1]))
        if done.returncode != 0:
            raise RuntimeError(f"{self.name}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def idle(self, **options):
        """A load generator that keeps its connections until its input ends."""
        generator = subprocess.Popen(self.command_of("idle", options), stdin=subprocess.PIPE, text=True,
                                     stdout=subprocess.PIPE, preexec_fn=pinned(cpus()[1]))
        if generator.stdout.readline().strip() != "ready":
            generator.kill()
            raise RuntimeError(f"{self.name}: {options} did not connect")
        return generator

    def memory_kib(self):
        """What is its own in user space, without the program's text and what the kernel holds for it."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("RssAnon:")[1].split()[0])
