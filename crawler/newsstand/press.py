"""The newsstand's server: moves bytes between sockets and ``answer``; decides nothing about content."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from types import MappingProxyType, TracebackType
from typing import Self

from crawler.newsstand.answer import answer
from crawler.newsstand.serve import http_date
from crawler.newsstand.stories import TOUR, WORLD
from crawler.newsstand.wire import (
    BODY_LIMIT,
    HEAD_LIMIT,
    Fault,
    Headers,
    Reply,
    Request,
    encode,
    encode_head,
    fault_reply,
    framed,
    parse,
)
from crawler.newsstand.world import History, Host, World

IDLE = 30.0
"""Seconds a connection may be silent before it is closed without a word."""

LINGER = 2.0
"""Seconds to wait for the peer to close after a last reply, so that unread input does not reset it away."""

TLS_HANDSHAKE = b"\x16"

PADDING = b"<p>And so on, and so on, without an end in sight.</p>\n" * 1250
"""What an endless body goes on with: about 64 KiB a time."""


# Not frozen, alone here: a line is noted before the answer, and its end filled in after.
@dataclass(slots=True, kw_only=True)
class Served:
    """One answered request, noted before its first byte is sent; host and path are empty for malformed ones.

    ``time`` is the stand's clock; ``path`` includes the query; ``connection`` counts from 1. ``began`` (the head is
    read) and ``finished`` (the last byte is handed to the system, or the connection is lost) are of
    ``time.monotonic``, and so can be compared with other processes of this machine; None while the answer is under way.
    """

    time: datetime
    scheme: str
    host: str
    method: str
    path: str
    status: int
    connection: int
    headers: Headers = ()
    began: float
    finished: float | None = None


class Newsstand:
    """A made-up news web on a free loopback port, served while the context lasts.

    ``connect_map`` (host to ``address:port``) is empty before; it leaves out the name that must not resolve.
    ``urls`` is a tour worth capturing, good and bad. With ``tls`` the same port answers http and https, and
    ``certificate`` is the PEM to trust. ``now`` is called in the stand's own thread. ``log`` grows as requests are
    answered. An error inside the stand is raised when the context ends.
    """

    def __init__(
        self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC), tls: bool = False, world: World = WORLD
    ) -> None:
        self.connect_map: Mapping[str, str] = MappingProxyType({})
        self.urls: tuple[str, ...] = tuple(url.replace("http:", "https:", 1) for url in TOUR) if tls else TOUR
        self.certificate: str | None = None
        self.log: list[Served] = []
        self._now = now
        # Without TLS nothing answers https, so nobody is sent there.
        self._world = world if tls else World(hosts=tuple(plain(host) for host in world.hosts))
        self._before: dict[str, int] = {}
        self._asked: dict[tuple[str, str], int] = {}
        self._last: dict[str, float] = {}
        self._tls: ssl.SSLContext | None = None
        if tls:
            # Needs a library that a stand without TLS does not.
            from crawler.newsstand.certificate import server_context

            self._tls, self.certificate = server_context(host.name for host in world.hosts)
        self._failures: list[BaseException] = []
        self._connections = count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._listener.setblocking(False)
        # Bound but never listening: the port stays ours, and every connection to it is refused.
        self._closed = socket.socket()
        self._closed.bind(("127.0.0.1", 0))
        doors = {"open": self._listener, "closed port": self._closed}
        self.connect_map = MappingProxyType(
            {
                host.name: f"127.0.0.1:{doors[host.door].getsockname()[1]}"
                for host in self._world.hosts
                if host.door != "no such name"
            }
        )
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="newsstand", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()
        self._listener.close()
        self._closed.close()
        self.connect_map = MappingProxyType({})
        if self._failures and error is None:
            raise self._failures[0]

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        accepting = self._start(self._accept())
        await self._stop.wait()
        accepting.cancel()
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks)
        # One more turn lets aborted transports close their sockets.
        await asyncio.sleep(0)

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failures.append(error)

    async def _accept(self) -> None:
        while True:
            peer, _ = await self._loop.sock_accept(self._listener)
            self._start(self._receive(peer))

    async def _receive(self, peer: socket.socket) -> None:
        """Serve one connection; whatever the peer does to it is no error of ours."""
        try:
            async with asyncio.timeout(IDLE):
                secure = self._tls is not None and await self._first_byte(peer) == TLS_HANDSHAKE
            reader = asyncio.StreamReader(limit=HEAD_LIMIT)
            protocol = asyncio.StreamReaderProtocol(reader)
            context = self._tls if secure else None
            transport, _ = await self._loop.connect_accepted_socket(
                lambda: protocol, peer, ssl=context, ssl_shutdown_timeout=LINGER if context else None
            )
        except OSError:
            peer.close()
            return
        except asyncio.CancelledError:
            peer.close()
            raise
        # A drain then waits for the last byte, so that the log knows when an answer ended.
        transport.set_write_buffer_limits(high=0)
        writer = asyncio.StreamWriter(transport, protocol, reader, self._loop)
        try:
            await self._converse(reader, writer, "https" if secure else "http")
        except OSError:
            pass
        finally:
            transport.abort()

    async def _first_byte(self, peer: socket.socket) -> bytes:
        """Look at the first byte without taking it, to tell TLS from plain text."""
        readable = asyncio.Event()
        self._loop.add_reader(peer, readable.set)
        try:
            await readable.wait()
        finally:
            self._loop.remove_reader(peer)
        return peer.recv(1, socket.MSG_PEEK)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, scheme: str) -> None:
        connection = next(self._connections)
        closes = False
        while not closes:
            async with asyncio.timeout(IDLE):
                request = await read_request(reader, scheme)
            if request is None:
                return
            reply, served = self._reply(request, scheme, connection)
            closes = reply.closes
            try:
                await send(reply, writer)
            finally:
                served.finished = time.monotonic()
        await hang_up(reader, writer)

    def _reply(self, request: Request | Fault, scheme: str, connection: int) -> tuple[Reply, Served]:
        now, began = self._now(), time.monotonic()
        headers: Headers = ()
        if isinstance(request, Fault):
            reply, host, method, path = fault_reply(request, http_date(now)), "", "", ""
        else:
            reply = answer(self._world, request, now, self._history(request, began))
            host, method, path, headers = request.host, request.method, request.target, request.headers
        served = Served(
            time=now,
            scheme=scheme,
            host=host,
            method=method,
            path=path,
            status=reply.status,
            connection=connection,
            headers=headers,
            began=began,
        )
        self.log.append(served)
        return reply, served

    def _history(self, request: Request, began: float) -> History:
        """Sum up what came before a request, and count it."""
        target, host = (request.host, request.target), request.host
        asked = self._asked.get(target, 0)
        self._asked[target] = asked + 1
        if request.path == "/robots.txt":
            return History(asked=asked)
        last, of_host = self._last.get(host), self._before.get(host, 0)
        self._last[host], self._before[host] = began, of_host + 1
        return History(asked=asked, of_host=of_host, gap=None if last is None else began - last)


def plain(host: Host) -> Host:
    return replace(host, secure=False) if host.secure else host


async def send(reply: Reply, writer: asyncio.StreamWriter) -> None:
    """Send a reply to its last byte, as slowly and as long as it wants."""
    if not reply.drip or not reply.body:
        writer.write(encode(reply))
        await writer.drain()
    else:
        writer.write(encode_head(reply))
        for byte in b"".join(framed(reply)):
            writer.write(bytes((byte,)))
            await writer.drain()
            await asyncio.sleep(reply.drip / len(reply.body))
    for _ in range(reply.padding // len(PADDING)):
        writer.write(PADDING)
        await writer.drain()


async def read_request(reader: asyncio.StreamReader, scheme: str) -> Request | Fault | None:
    """Read one request and drop its body; None when the peer has closed between requests."""
    head = await read_head(reader)
    if not isinstance(head, bytes):
        return head
    request = parse(head, scheme)
    if isinstance(request, Request) and request.length:
        try:
            await reader.readexactly(request.length)
        except asyncio.IncompleteReadError:
            return Fault(status=400, why="the body is cut short")
    return request


async def read_head(reader: asyncio.StreamReader) -> bytes | Fault | None:
    """Read to the blank line; one empty line before a request is skipped (RFC 9112 2.2)."""
    head = b""
    skipped = False
    while not head.endswith(b"\r\n\r\n"):
        try:
            line = await reader.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            return Fault(status=400, why="the head does not end") if head or error.partial else None
        except asyncio.LimitOverrunError:
            return Fault(status=431, why="the head is too long")
        if line == b"\r\n" and not head and not skipped:
            skipped = True
            continue
        head += line
        if not line.endswith(b"\r\n") or head == b"\r\n":
            return Fault(status=400, why="a line ends without CR LF, or there is no request line")
        if len(head) > HEAD_LIMIT:
            return Fault(status=431, why="the head is too long")
    return head


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """End a connection so that the last reply arrives: close our side, then drain the peer's for a while."""
    if writer.can_write_eof():
        writer.write_eof()
        try:
            async with asyncio.timeout(LINGER):
                while await reader.read(BODY_LIMIT):
                    pass
        except TimeoutError:
            pass
    writer.close()
    await writer.wait_closed()
