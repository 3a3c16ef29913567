#!/usr/bin/env python3
"""Garbage, silence and oversize frames: the connection ends, the server goes on in the same memory."""

import os
import random
import socket
import ssl
import struct

from harness import EndToEnd, connect, main, tls

CLOSED_SECONDS_MAX = 20
# Sanitizers keep freed memory for a while.
GROWTH_KIB_MAX = (64 if os.environ.get("SLUICE_SANITIZE") else 8) * 1024
GARBAGE = [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n",
           b"PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n", b"\0" * 4096, b"\xff" * 70_000, bytes(range(256)) * 16]


def wait_closed(connection):
    """Reads until the peer ends the connection; a peer that does not is a failure."""
    connection.settimeout(CLOSED_SECONDS_MAX)
    try:
        while connection.recv(65536):
            pass
    except (ConnectionError, ssl.SSLError):
        pass
    except socket.timeout:
        raise AssertionError(f"still open after {CLOSED_SECONDS_MAX} s") from None


def send_all(connection, data):
    try:
        connection.sendall(data)
    except (ConnectionError, ssl.SSLError):
        pass  # The peer had seen enough.


class HostileBytes(EndToEnd):
    def setUp(self):
        super().setUp()
        seed = random.randrange(1 << 32)
        print(f"seed {seed}")
        self.random = random.Random(seed)
        self.servers = {"sluice-chat/1": self.box.chat_server(), "sluice-upload/1": self.box.upload_server()}
        self.friend = self.box.client("friend")
        self.file = self.box.file("a.bin", 1000)
        self.use()
        self.memory = {alpn: server.rss_kib() for alpn, server in self.servers.items()}

    def use(self):
        chat, upload = self.servers.values()
        self.friend.run("chat-client", "send", chat.join, "--room", "lobby", "x").expect(0)
        self.friend.run("uploader-client", "put", self.file, upload.join).expect(0)

    def tearDown(self):
        self.use()
        for alpn, server in self.servers.items():
            self.assertLess(server.rss_kib() - self.memory[alpn], GROWTH_KIB_MAX, alpn)
            server.stop()

    def test_garbage_instead_of_tls_ends_the_connection(self):
        for server in self.servers.values():
            for data in [*GARBAGE, self.random.randbytes(5000)]:
                with connect(server.port) as connection:
                    send_all(connection, data)
                    wait_closed(connection)

    def test_garbage_inside_tls_ends_the_connection(self):
        for alpn, server in self.servers.items():
            for data in [*GARBAGE, self.random.randbytes(5000)]:
                with tls(server.port, [alpn]) as connection:
                    send_all(connection, data)
                    wait_closed(connection)

    def test_an_oversize_frame_allocates_nothing(self):
        # length u32, type u16 (Hello), flags, magic, request u32; before Welcome 4,096 bytes are allowed.
        for alpn, server in self.servers.items():
            for length in (4097, 1 << 20, (1 << 32) - 1):
                header = struct.pack("<IHBBI", length, 2, 1, 0x53, 0)
                with tls(server.port, [alpn]) as connection:
                    send_all(connection, header)
                    wait_closed(connection)

    def test_a_silent_connection_is_closed(self):
        for alpn, server in self.servers.items():
            with connect(server.port) as nothing, tls(server.port, [alpn]) as handshake_only:
                wait_closed(nothing)
                wait_closed(handshake_only)

    def test_many_connections_that_say_nothing_do_not_lock_others_out(self):
        for server in self.servers.values():
            crowd = []
            try:
                for _ in range(200):
                    crowd.append(connect(server.port))
            except OSError:
                pass  # A server may refuse the crowd.
            finally:
                for connection in crowd:
                    connection.close()

    def test_a_source_that_keeps_failing_is_turned_away_for_a_while(self):
        for alpn, server in self.servers.items():
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                for _ in range(20):
                    with tls(server.port, [alpn], source="127.9.9.9") as connection:
                        send_all(connection, GARBAGE[0])
                        wait_closed(connection)


if __name__ == "__main__":
    main()
