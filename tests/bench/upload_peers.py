"""What scripts/bench upload compares: our programs, the limit of the machine, and other people's tools.

    peer.run(source, target)      one measured run into an empty folder, as a dictionary

A run's time is the client's, from start to exit, with the server already up. Every peer is set up as fast as
its documentation allows: whole files, no name lookups, no logs, AES-128-GCM for ssh as for our TLS.
"""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))

from harness import BIN, Sandbox, clean_environment  # noqa: E402

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS_MAX = 5


def process_cpu(pid):
    """CPU seconds of a process and of its children that have ended."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / CLOCK_TICKS


def peak_rss_kib(pid):
    return int(pathlib.Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0])


class PeakMemory:
    """Watches a process: what wait4() reports begins with the memory of the one that started it."""

    PERIOD_SECONDS = 0.02

    def __init__(self, pid):
        self.kib, self.ended = float("nan"), threading.Event()
        self.thread = threading.Thread(target=self._watch, args=(pid,), daemon=True)
        self.thread.start()

    def _watch(self, pid):
        while not self.ended.wait(self.PERIOD_SECONDS):
            try:
                self.kib = peak_rss_kib(pid)
            except (OSError, IndexError):
                return  # it has ended

    def stop(self):
        self.ended.set()
        self.thread.join()
        return self.kib


def timed(command, server_pid=None, environment=None, stdin=subprocess.DEVNULL, until=None):
    """Runs a client and measures it, and the server it talks to; `until` ends when the server is done."""
    server_before = process_cpu(server_pid) if server_pid else 0
    begin = time.monotonic()
    client = subprocess.Popen(command, env=environment or clean_environment(), stdin=stdin,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    memory = PeakMemory(client.pid)
    errors = client.stderr.read()
    _, status, used = os.wait4(client.pid, 0)
    if until:
        until()
    seconds = time.monotonic() - begin
    client.returncode = os.waitstatus_to_exitcode(status)
    if client.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit {client.returncode}\n{errors}")
    # A daemon's children count when they have been waited for, which may be after the client has gone.
    time.sleep(0.1)
    alive = server_pid and pathlib.Path(f"/proc/{server_pid}/stat").exists() and not until
    return {
        "seconds": seconds,
        "sender_cpu": used.ru_utime + used.ru_stime,
        "receiver_cpu": process_cpu(server_pid) - server_before if alive else float("nan"),
        "sender_rss_kib": memory.stop(),
        "receiver_rss_kib": peak_rss_kib(server_pid) if alive else float("nan"),
    }


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for_port(port):
    for _ in range(START_SECONDS_MAX * 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise RuntimeError(f"nothing listens on {port}")


class Limit:
    """Our own shortest program: the physical limit."""

    needs = ()

    def __init__(self, kind, *options):
        self.name = " ".join(["limit", *[option.strip("-") for option in options]])
        self.kind, self.options = kind, options

    def run(self, source, target):
        name = target / source.name if self.kind == "file" else target
        command = [str(BIN / "bench_limit"), self.kind, source, name, *self.options]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


class Sluice:
    needs = ()

    def __init__(self, durability, *options, label=""):
        self.name = " ".join(["sluice", *[option.strip("-") for option in options]]) + label
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

    needs = ("rsync",)

    def __init__(self, *options):
        self.name = " ".join(["rsync daemon", *[option.strip("-") for option in options]])
        self.options = options

    def run(self, source, target):
        port = free_port()
        with Sandbox(target.parent) as box:
            settings = box.folder / "rsyncd.conf"
            owner = "uid = root\ngid = root\n" if os.geteuid() == 0 else ""
            settings.write_text(f"use chroot = no\n{owner}reverse lookup = no\n"
                                f"[t]\npath = {target}\nread only = no\n")
            daemon = box.spawn(["rsync", "--daemon", "--no-detach", "--address=127.0.0.1", f"--port={port}",
                                f"--config={settings}"], clean_environment(), box.folder / "rsyncd.err")
            wait_for_port(port)
            address = f"rsync://127.0.0.1:{port}/t/"
            return timed(["rsync", "-a", "--whole-file", *self.options, source, address], daemon.pid)


class Ssh:
    """scp, sftp or rsync through an sshd of our own, with keys made for this run."""

    SERVER = "/usr/sbin/sshd"
    needs = (SERVER, "scp", "sftp", "rsync")

    def __init__(self, tool):
        self.name, self.tool = {"rsync": "rsync over ssh"}.get(tool, tool), tool

    def run(self, source, target):
        port = free_port()
        with Sandbox(target.parent) as box:
            folder = box.folder
            for key in ("host", "user"):
                make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key]
                subprocess.run(make, check=True)
            host = (folder / "host.pub").read_text()
            (folder / "known").write_text(f"[127.0.0.1]:{port} {host}")
            (folder / "sshd.conf").write_text(
                f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\n"
                f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nUsePAM no\nUseDNS no\n"
                "PermitRootLogin prohibit-password\nPasswordAuthentication no\nPrintMotd no\n"
                "PrintLastLog no\nLogLevel ERROR\nSubsystem sftp internal-sftp\n")
            (folder / "ssh.conf").write_text(
                f"Host peer\nHostName 127.0.0.1\nPort {port}\nIdentityFile {folder}/user\n"
                f"IdentitiesOnly yes\nUserKnownHostsFile {folder}/known\nBatchMode yes\nCompression no\n"
                "LogLevel ERROR\nCiphers aes128-gcm@openssh.com\n")
            if os.geteuid() == 0:
                pathlib.Path("/run/sshd").mkdir(exist_ok=True)
            daemon = box.spawn([self.SERVER, "-D", "-e", "-f", folder / "sshd.conf"], clean_environment(),
                               folder / "sshd.err")
            wait_for_port(port)
            return timed(self.command(folder, source, target), daemon.pid,
                         stdin=self.batch(folder, source, target))

    def command(self, folder, source, target):
        settings = ["-F", str(folder / "ssh.conf")]
        recursive = ["-r"] if source.is_dir() else []
        return {
            "scp": ["scp", "-q", *settings, *recursive, source, f"peer:{target}"],
            "sftp": ["sftp", "-q", *settings, "-b", "-", "peer"],
            "rsync": ["rsync", "-a", "--whole-file", "-e", f"ssh -F {folder}/ssh.conf", source,
                      f"peer:{target}"],
        }[self.tool]

    def batch(self, folder, source, target):
        if self.tool != "sftp":
            return subprocess.DEVNULL
        script = folder / "batch"
        script.write_text(f"put {'-R' if source.is_dir() else ''} {source} {target}/\n")
        return script.open()


class Curl:
    """curl puts one file into nginx (WebDAV)."""

    name = "curl, nginx"
    needs = ("curl", "/usr/sbin/nginx")

    def run(self, source, target):
        port = free_port()
        with Sandbox(target.parent) as box:
            folder, staging = box.folder, target / ".tmp"
            staging.mkdir()
            user = "user root;" if os.geteuid() == 0 else ""
            paths = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                            ("proxy", "fastcgi", "uwsgi", "scgi"))
            (folder / "nginx.conf").write_text(
                f"{user} daemon off; worker_processes 2; pid {folder}/pid; error_log {folder}/log warn;\n"
                "events { worker_connections 256; }\n"
                f"http {{ access_log off; client_max_body_size 0; client_body_buffer_size 1m; {paths}\n"
                f"  client_body_temp_path {staging}; sendfile on; tcp_nodelay on;\n"
                f"  server {{ listen 127.0.0.1:{port}; root {target};\n"
                "  location / { dav_methods PUT; } } }\n")
            daemon = box.spawn(["/usr/sbin/nginx", "-c", folder / "nginx.conf", "-p", folder, "-e",
                                folder / "log"], clean_environment(), folder / "err")
            wait_for_port(port)
            url = f"http://127.0.0.1:{port}/{source.name}"
            measured = timed(["curl", "-sS", "--fail", "-H", "Expect:", "-T", source, url], daemon.pid)
            # Asked, it takes its workers along; killed, it would leave them behind.
            daemon.terminate()
            daemon.wait()
            # The workers do the work; their time is counted only when they have ended.
            measured["receiver_cpu"] = measured["receiver_rss_kib"] = float("nan")
        shutil.rmtree(staging, ignore_errors=True)
        return measured


class Lftp:
    """lftp puts one file into vsftpd, in clear."""

    name = "lftp, vsftpd"
    needs = ("lftp", "/usr/sbin/vsftpd")

    def run(self, source, target):
        port = free_port()
        # Its user may not write to its root, but to a folder in it.
        inbox = target / "inbox"
        inbox.mkdir()
        shutil.chown(inbox, "ftp")
        with Sandbox(target.parent) as box:
            settings = box.folder / "vsftpd.conf"
            settings.write_text(
                f"listen=YES\nbackground=NO\nlisten_address=127.0.0.1\nlisten_port={port}\n"
                "anonymous_enable=YES\nlocal_enable=NO\nno_anon_password=YES\nwrite_enable=YES\n"
                f"anon_root={target}\nanon_upload_enable=YES\n"
                "anon_mkdir_write_enable=YES\nanon_other_write_enable=YES\nanon_umask=022\n"
                "seccomp_sandbox=NO\nisolate=NO\nisolate_network=NO\none_process_model=NO\n"
                f"xferlog_enable=NO\nsecure_chroot_dir={box.folder}\n")
            daemon = box.spawn(["/usr/sbin/vsftpd", settings], clean_environment(), box.folder / "err")
            wait_for_port(port)
            script = (f"set ftp:use-utf8 off; set net:max-retries 2; set cmd:fail-exit yes; "
                      f"open -p {port} -u anonymous,x 127.0.0.1; put -O inbox {source} -o {source.name}")
            measured = timed(["lftp", "--norc", "-c", script], daemon.pid)
        (inbox / source.name).rename(target / source.name)
        inbox.rmdir()
        return measured


class Socat:
    """A bare pipe through TCP: no names, no check, no answer."""

    name = "socat"
    needs = ("socat",)

    def run(self, source, target):
        port = free_port()
        with Sandbox(target.parent) as box:
            listen = f"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr"
            out = f"CREATE:{target / source.name}"
            receiver = box.spawn(["socat", "-b", "1048576", "-u", listen, out], clean_environment(),
                                 box.folder / "err")
            time.sleep(0.3)  # it takes one connection only: no probing
            with source.open("rb") as stdin:
                command = ["socat", "-b", "1048576", "-u", "STDIN", f"TCP:127.0.0.1:{port}"]
                return timed(command, receiver.pid, stdin=stdin, until=receiver.wait)


class LocalCopy:
    """One file copied on the same machine and synced: no network at all."""

    name = "local copy, fsync"
    needs = ("dd",)

    def run(self, source, target):
        return timed(["dd", f"if={source}", f"of={target / source.name}", "bs=1M", "conv=fsync",
                      "status=none"])


class Again:
    """The second run of another peer, into what the first one left: nothing has changed."""

    def __init__(self, peer):
        self.name, self.peer, self.needs = f"{peer.name}, again", peer, peer.needs

    def run(self, source, target):
        self.peer.run(source, target)
        return self.peer.run(source, target)


def available(peers):
    """Those whose programs are here; the others are named."""
    found = []
    for peer in peers:
        missing = [tool for tool in peer.needs if not shutil.which(tool)]
        if missing:
            print(f"  *** left out: {peer.name} (needs {', '.join(missing)}; scripts/setup upload-peers) ***")
        else:
            found.append(peer)
    return found
