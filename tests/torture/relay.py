"""A connection that can be cut: a relay between clients and a server on this machine.

    relay = Relay(server.port)
    link = relay.link(server.join)       the join link, by way of the relay
    relay.cut()                          every connection ends with a reset, now
    relay.close()
"""

import re
import selectors
import socket
import struct
import threading

PIECE_BYTES = 256 * 1024


class Relay:
    def __init__(self, port):
        self.target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._pairs = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def link(self, join):
        return re.sub(r":\d+(?=[/#]|$)", f":{self.port}", join, count=1)

    def cut(self):
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                try:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    end.shutdown(socket.SHUT_RD)  # wakes its thread, which closes it
                except OSError:
                    pass  # it has ended by itself

    def close(self):
        self._listener.close()
        self.cut()

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return  # closed
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                near.close()  # the server is away
                continue
            with self._lock:
                self._pairs.append((near, far))
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    @staticmethod
    def _carry(near, far):
        """Both directions, until either side ends."""
        other = {near: far, far: near}
        with selectors.DefaultSelector() as ready:
            for end in other:
                ready.register(end, selectors.EVENT_READ)
            try:
                while True:
                    for key, _ in ready.select():
                        piece = key.fileobj.recv(PIECE_BYTES)
                        if not piece:
                            return
                        other[key.fileobj].sendall(piece)
            except OSError:
                pass  # reset
            finally:
                near.close()
                far.close()
