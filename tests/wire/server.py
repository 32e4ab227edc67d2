"""A raw-socket server that answers from a table of cases and logs every byte it receives and sends.

One thread a connection. The log is the truth the WARC files are held against, so nothing here parses more of HTTP
than the end of a request.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.wire.cases import Case, Part, Segment, robots
from tests.wire.listener import PATIENCE, Listener, Stream, header


@dataclass(slots=True, kw_only=True)
class Seen:
    """One request as it came in and what was sent for it; filled while it happens.

    ``connection`` counts the server's connections from 0, ``sequence`` the requests on it. ``leftover`` was sent
    after the message's end. ``unsolicited`` was on its way before this request had been read.
    """

    url: str
    connection: int
    sequence: int
    request: bytes
    case: Case | None
    sent: list[tuple[Part, bytes]] = field(default_factory=list)
    unsolicited: bytes = b""

    def part(self, part: Part) -> bytes:
        return b"".join(data for name, data in self.sent if name == part)


class Gate:
    """Counts the requests in flight, over several servers if they share it, and opens once they are ``size``."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.peak = 0
        self.opened = threading.Event()
        self._now = 0
        self._lock = threading.Lock()

    def enter(self) -> None:
        with self._lock:
            self._now += 1
            self.peak = max(self.peak, self._now)
            if self._now >= self.size:
                self.opened.set()

    def leave(self) -> None:
        with self._lock:
            self._now -= 1


class WireServer(Listener):
    """Answers each path from its cases; ``seen`` is the log, in the order in which requests came in."""

    def __init__(
        self,
        cases: Iterable[Case] = (),
        *,
        address: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
        gate: Gate | None = None,
    ) -> None:
        super().__init__(address)
        self.cases = {case.path: case for case in cases}
        self.seen: list[Seen] = []
        self.after_close: list[Seen] = []
        self._tls = tls
        self._gate = gate or Gate(0)

    @property
    def origin(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self.netloc}"

    def talk(self, sock: socket.socket, number: int) -> None:
        if self._tls:
            sock = self._tls.wrap_socket(sock, server_side=True)
            with self._lock:
                self._open.add(sock)
        with sock:
            self._converse(Stream(sock), number)

    def _converse(self, stream: Stream, number: int) -> None:
        sequence = 0
        while seen := self._receive(stream, number, sequence):
            assert seen.case is not None
            self._gate.enter()
            try:
                if seen.case.gated:
                    self._gate.opened.wait(PATIENCE)
                if seen.case.after == "quit":
                    self.quit()
                self._answer(stream, seen, seen.case)
            finally:
                self._gate.leave()
            sequence += 1
            if not self._afterwards(stream, seen, seen.case):
                return

    def _receive(self, stream: Stream, number: int, sequence: int) -> Seen | None:
        request = stream.request()
        if not request:
            return None
        url = requested_url(request, "https" if self._tls else "http")
        host = url.split("/")[2]
        path = "/" + "/".join(url.split("/")[3:]).partition("?")[0]
        case = self.cases.get(path) or robots(host)
        seen = Seen(url=url, connection=number, sequence=sequence, request=request, case=case)
        with self._lock:
            self.seen.append(seen)
        return seen

    def _answer(self, stream: Stream, seen: Seen, case: Case) -> None:
        if case.not_modified and header(seen.request, b"if-none-match"):
            seen.sent.append(("message", case.not_modified))
            stream.sock.sendall(case.not_modified)
            return
        for group in _groups(case.segments):
            if group[0].pause:
                time.sleep(group[0].pause)
            seen.sent.extend((segment.part, segment.data) for segment in group)
            stream.sock.sendall(group[0].data if len(group) == 1 else b"".join(segment.data for segment in group))

    def _afterwards(self, stream: Stream, seen: Seen, case: Case) -> bool:
        """Do what the case says comes after its answer; tell whether the connection goes on."""
        number, next_one = seen.connection, seen.sequence + 1
        match case.after:
            case "keep":
                if header(seen.request, b"connection") != b"close":
                    return True
                _close(stream)
            case "late":
                time.sleep(LATE)
                stream.sock.sendall(case.late)
                return True
            case "cross":
                if crossed := self._receive(stream, number, next_one):
                    crossed.case, crossed.unsolicited = None, case.late
                    stream.sock.sendall(case.late)
                    _close(stream)
            case "stale":
                if unanswered := self._receive(stream, number, next_one):
                    unanswered.case = None
            case "linger":
                while more := self._receive(stream, number, next_one):
                    more.case = None
                    self.after_close.append(more)
                    next_one += 1
            case "hang":
                stream.drain()
            case "reset":
                stream.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            case "close" | "quit":
                _close(stream)
        return False


def _groups(segments: tuple[Segment, ...]) -> Iterator[list[Segment]]:
    """Small segments without a pause between them leave in one call: a leftover in one piece with its message."""
    group: list[Segment] = []
    for segment in segments:
        if group and (segment.pause or len(segment.data) > TOGETHER):
            yield group
            group = []
        group.append(segment)
    if group:
        yield group


TOGETHER = 65536
"""Bytes up to which a segment is copied to leave with the one before."""
LATE = 0.1
"""Seconds of idleness before a late leftover: long after the client has read the answer, before it asks again."""


def _close(stream: Stream) -> None:
    # Closing with unread bytes in the buffer would send RST and could take the answer with it.
    if isinstance(stream.sock, ssl.SSLSocket):
        stream.sock = stream.sock.unwrap()
    stream.sock.shutdown(socket.SHUT_WR)
    stream.drain()


def requested_url(request: bytes, scheme: str) -> str:
    """The URL that a request asks for: its target if that is absolute (to a proxy), else made with its Host."""
    target = request.split(b" ", 2)[1].decode("latin-1")
    if target.startswith("http"):
        return target
    return f"{scheme}://{(header(request, b'host') or b'').decode('latin-1')}{target}"
