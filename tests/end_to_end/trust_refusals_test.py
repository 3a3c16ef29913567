#!/usr/bin/env python3
"""Wrong token, pin, protocol, ALPN: one clear line, the documented exit code, and the server serves on."""

import socket
import ssl

from harness import EndToEnd, main, tls


def other_last_letter(text):
    """The same text with another letter near its end (the very last one may hold only padding bits)."""
    return text[:-3] + ("A" if text[-3] != "A" else "B") + text[-2:]


class TrustRefusals(EndToEnd):
    def setUp(self):
        super().setUp()
        self.chat = self.box.chat_server()
        self.upload = self.box.upload_server()
        self.file = self.box.file("a.bin", 1000)
        self.stranger = self.box.client("stranger")

    def tearDown(self):
        """Both servers still serve."""
        friend = self.box.client("friend")
        friend.run("chat-client", "send", self.chat.join, "--room", "lobby", "still there").expect(0)
        friend.run("uploader-client", "put", self.file, self.upload.join).expect(0)

    def send(self, link):
        return self.stranger.run("chat-client", "send", link, "--room", "lobby", "x")

    def put(self, link):
        return self.stranger.run("uploader-client", "put", self.file, link)

    def test_a_wrong_token_is_refused(self):
        self.send(other_last_letter(self.chat.join)).expect_one_error_line(3)
        self.put(other_last_letter(self.upload.join)).expect_one_error_line(3)
        self.assertFalse((self.upload.root / "a.bin").exists())

    def test_no_token_is_refused(self):
        self.send(self.chat.join.rsplit(".", 1)[0]).expect_one_error_line(3)
        self.put(self.upload.join.rsplit(".", 1)[0]).expect_one_error_line(3)

    def test_the_token_of_another_server_is_refused(self):
        token = self.upload.join.rsplit(".", 1)[1]
        self.send(self.chat.join.rsplit(".", 1)[0] + "." + token).expect_one_error_line(3)

    def test_a_wrong_pin_is_refused(self):
        for run, server in ((self.send, self.chat), (self.put, self.upload)):
            before, token = server.join.rsplit(".", 1)
            run(other_last_letter(before) + "." + token).expect_one_error_line(3)

    def test_an_unknown_server_without_a_pin_is_refused(self):
        self.send(self.chat.join.split("#")[0]).expect_one_error_line(3)

    def test_a_known_server_whose_key_changed_is_refused(self):
        self.send(self.chat.join).expect(0)
        port = self.chat.port
        self.chat.stop()
        self.chat = self.box.chat_server(state="another-chat", port=port)
        self.send(f"127.0.0.1:{port}").expect_one_error_line(3)

    def test_the_other_application_is_told_apart(self):
        link = self.upload.join.replace("upload://", "chat://")
        self.send(link).expect_one_error_line(1, 3)
        self.put(self.chat.join.replace("chat://", "upload://")).expect_one_error_line(1, 3)

    def test_a_link_of_the_other_application_is_wrong_usage(self):
        self.send(self.upload.join).expect_one_error_line(2)
        self.put(self.chat.join).expect_one_error_line(2)

    def test_a_wrong_alpn_ends_in_the_handshake(self):
        for server in (self.chat, self.upload):
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                connection = tls(server.port, ["http/1.1"])
                with connection:
                    connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
                    if not connection.recv(1):
                        raise ConnectionError("closed")

    def test_nobody_listening_is_a_failure(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
            pin = self.chat.join.split("#", 1)[1]
            link = f"chat://127.0.0.1:{port}/lobby#{pin}"
            refused = self.stranger.run("chat-client", "tail", link, "--room", "lobby", seconds=40)
            refused.expect_one_error_line(1)

    def test_a_malformed_address_is_wrong_usage(self):
        for link in ("chat://", "chat://host:99999/x", "chat://[::1/x", "chat://127.0.0.1:1/x#short"):
            with self.subTest(link=link):
                self.send(link).expect_one_error_line(2)


if __name__ == "__main__":
    main()
