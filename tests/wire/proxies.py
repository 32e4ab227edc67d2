"""A proxy on loopback: tunnels CONNECT, forwards absolute-form requests, and logs the bytes of both."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.wire.listener import PATIENCE, Listener, Stream, header
from tests.wire.server import Seen, requested_url

Address = tuple[str, int]


@dataclass(slots=True, kw_only=True)
class Tunnel:
    """One CONNECT: the request's head, and the bytes that went up and down after it."""

    target: str
    request: bytes
    up: bytearray = field(default_factory=bytearray)
    down: bytearray = field(default_factory=bytearray)


class ForwardProxy(Listener):
    """Takes both kinds of request on one port; ``route`` gives the address for a host name and port.

    ``seen`` logs the plain exchanges as they crossed the client's connection, ``tunnels`` the others.
    """

    def __init__(self, route: Callable[[str, int], Address]) -> None:
        super().__init__()
        self.seen: list[Seen] = []
        self.tunnels: list[Tunnel] = []
        self._route = route

    def talk(self, sock: socket.socket, number: int) -> None:
        stream, sequence = Stream(sock), 0
        while request := stream.request():
            method, target, _ = request.split(b" ", 2)
            if method == b"CONNECT":
                self._tunnel(sock, target.decode("latin-1"), request)
                return
            seen = Seen(
                url=requested_url(request, "http"), connection=number, sequence=sequence, request=request, case=None
            )
            with self._lock:
                self.seen.append(seen)
            sequence += 1
            if not self._forward(sock, seen):
                return

    def _forward(self, client: socket.socket, seen: Seen) -> bool:
        """Pass one exchange on; tell whether the client can know where the answer ended."""
        _, _, netloc, path = seen.url.split("/", 3)
        host, _, port = netloc.partition(":")
        with self._connect(host, int(port or 80)) as origin:
            origin.sendall(_origin_form(seen.request, "/" + path))
            with contextlib.suppress(ConnectionResetError):
                while data := origin.recv(65536):
                    seen.sent.append(("message", data))
                    client.sendall(data)
        head = seen.part("message").partition(b"\r\n\r\n")[0].lower()
        # "connection: close" too: some of the origin's answers are framed and still end the connection.
        return (b"\ncontent-length:" in head or b"\ntransfer-encoding:" in head) and header(
            head, b"connection"
        ) != b"close"

    def _tunnel(self, client: socket.socket, target: str, request: bytes) -> None:
        tunnel = Tunnel(target=target, request=request)
        with self._lock:
            self.tunnels.append(tunnel)
        host, _, port = target.rpartition(":")
        with self._connect(host, int(port)) as origin:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            upward = threading.Thread(target=_pump, args=(client, origin, tunnel.up), daemon=True)
            upward.start()
            _pump(origin, client, tunnel.down)
            upward.join(PATIENCE)

    def _connect(self, host: str, port: int) -> socket.socket:
        return socket.create_connection(self._route(host, port), timeout=PATIENCE)


def _origin_form(request: bytes, target: str) -> bytes:
    """The request for the origin: path only, and the connection closed after it so that its end is plain to see."""
    line, _, rest = request.partition(b"\r\n")
    method, _, version = line.split(b" ")
    fields = [f for f in rest.split(b"\r\n") if not f.lower().startswith((b"connection:", b"proxy-connection:"))]
    return b"\r\n".join((b"%s %s %s" % (method, target.encode("latin-1"), version), b"Connection: close", *fields))


def _pump(source: socket.socket, sink: socket.socket, log: bytearray) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            log += data
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
