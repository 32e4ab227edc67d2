"""Accepting connections on loopback, one thread each, and cutting what comes in into requests."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

PATIENCE = 20.0
"""Seconds after which a silent peer is given up, so that a broken client cannot hang the tests."""


class Listener:
    """Accepts on a free loopback port and gives each connection to ``talk`` in a thread of its own."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.address = address
        self._listening = socket.create_server((address, 0), family=family, backlog=256)
        self.port: int = self._listening.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    @property
    def netloc(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"

    def talk(self, sock: socket.socket, number: int) -> None:
        raise NotImplementedError

    def quit(self) -> None:
        """Stop listening; open connections live on."""
        # shutdown() wakes the thread that is in accept(); close() alone would not.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def settle(self) -> None:
        """Wait until every connection has ended, so that the log is whole."""
        for thread in self._connection_threads():
            thread.join(PATIENCE)
            assert not thread.is_alive(), f"a connection to {self.netloc} is still open"

    def __enter__(self) -> Self:
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.quit()
        self._accepting.join()
        with self._lock:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        for thread in self._connection_threads():
            thread.join()

    def _connection_threads(self) -> list[threading.Thread]:
        with self._lock:
            return list(self._threads)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listening.accept()
            except OSError:
                return
            with self._lock:
                number = len(self._threads)
                thread = threading.Thread(target=self._run, args=(sock, number), daemon=True)
                self._threads.append(thread)
                self._open.add(sock)
            thread.start()

    def _run(self, sock: socket.socket, number: int) -> None:
        sock.settimeout(PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            # A client may leave at any time, a TLS handshake may fail: that ends the connection, no more.
            with contextlib.suppress(OSError):
                self.talk(sock, number)
        finally:
            with self._lock:
                self._open.discard(sock)
            sock.close()


class Stream:
    """A socket read by whole requests; what came after one is kept for the next."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._rest = b""

    def request(self) -> bytes:
        """The next request, head and body; what there was of it if the client left, empty if nothing."""
        while b"\r\n\r\n" not in self._rest:
            if not self._more():
                return self._take(len(self._rest))
        head = self._rest.index(b"\r\n\r\n") + 4
        size = head + int(header(self._rest[:head], b"content-length") or 0)
        while len(self._rest) < size and self._more():
            pass
        return self._take(size)

    def drain(self) -> None:
        """Read and forget until the client leaves."""
        while self._more():
            self._rest = b""

    def _more(self) -> bool:
        try:
            data = self.sock.recv(65536)
        except OSError:
            return False
        self._rest += data
        return bool(data)

    def _take(self, size: int) -> bytes:
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


def header(head: bytes, name: bytes) -> bytes | None:
    """The value of the first field of that name (lower case) in a head of well-formed lines."""
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.lower() == name:
            return value.strip()
    return None
