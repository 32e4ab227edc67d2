"""The load: a process of its own that asks servers over connections kept open, and checks each answer.

``python -m benchmarks.replay_load PLAN SECONDS`` reads the plan (one JSON object a line, see ``Group``) and prints what
came of it as JSON: for each kind of request the milliseconds of each, and the errors.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import httptools

PATIENCE = 30.0
"""Seconds after which an answer counts as none."""
ERRORS_TOLD = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request, and what its answer must be.

    ``sums`` are lengths and SHA-1s of the body: as it is when the answer has a Content-Encoding, then of one without;
    empty when any body will do. ``holds`` must be in the body, ``memento`` be the Memento-Datetime.
    """

    kind: str
    path: str
    status: int = 200
    sums: tuple[tuple[int, str], ...] = ()
    holds: str = ""
    memento: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Requests to one server over so many connections: each takes the next, from the first on again after the last."""

    port: int
    connections: int
    asks: tuple[Ask, ...]

    def line(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def read(line: str) -> Group:
        told: dict[str, Any] = json.loads(line)
        asks = [Ask(**{**each, "sums": tuple(map(tuple, each["sums"]))}) for each in told.pop("asks")]
        return Group(asks=tuple(asks), **told)


@dataclass(slots=True)
class Told:
    """What came of the requests; ``ms`` by kind, those asked for the first time under ``KIND, first``."""

    ms: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    wrong: list[str] = field(default_factory=list)
    received: int = 0


class Line(asyncio.Protocol):
    """One connection; asks one thing at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._fresh()
        self.is_open = False

    def _fresh(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._hash = hashlib.sha1()
        self._tail: list[bytes] = []
        self.size = 0
        self.headers: dict[bytes, bytes] = {}

    async def ask(self, request: bytes, *, keep: bool) -> None:
        """Ask, and return when the whole answer is here; ``keep`` keeps the body."""
        assert self._transport is not None
        self._fresh()
        self._keep = keep
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        async with asyncio.timeout(PATIENCE):
            await self._waiting

    @property
    def status(self) -> int:
        return int(self._parser.get_status_code())

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    @property
    def body(self) -> bytes:
        return b"".join(self._tail)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self.is_open = transport, True
        self._acknowledge()

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionError("closed before the answer was whole"))

    def _acknowledge(self) -> None:
        """Have what came acknowledged at once.

        A server that sends head and body apart, without TCP_NODELAY, else waits 40 ms for each delayed
        acknowledgement: that would measure this client, not the server. The system forgets it after a while.
        """
        if self._transport is not None and hasattr(socket, "TCP_QUICKACK"):
            self._transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def data_received(self, data: bytes) -> None:
        self._acknowledge()
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            if self._waiting is not None and not self._waiting.done():
                self._waiting.set_exception(error)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.lower()] = value

    def on_body(self, data: bytes) -> None:
        self.size += len(data)
        self._hash.update(data)
        if self._keep:
            self._tail.append(data)

    def on_message_complete(self) -> None:
        if not self._parser.should_keep_alive():
            self.is_open = False
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


def fault(ask: Ask, line: Line) -> str | None:
    """Say what is wrong with an answer, or None."""
    if line.status != ask.status:
        return f"status {line.status}, not {ask.status}"
    said = line.headers.get(b"memento-datetime", b"").decode("latin-1")
    if ask.memento is not None and said != ask.memento:
        return f"Memento-Datetime {said!r}, not {ask.memento!r}"
    if ask.sums:
        wanted = ask.sums[0 if b"content-encoding" in line.headers else -1]
        if (line.size, line.digest) != wanted:
            return f"{line.size} bytes of SHA-1 {line.digest}, not {wanted[0]} of {wanted[1]}"
    if ask.holds and ask.holds.encode() not in line.body:
        return f"{ask.holds!r} is not in it"
    return None


async def press(groups: Sequence[Group], seconds: float) -> Told:
    """Ask until the seconds are over."""
    told = Told()
    until = time.perf_counter() + seconds
    async with asyncio.TaskGroup() as tasks:
        for group in groups:
            turns = _turns(group)
            for _ in range(group.connections):
                tasks.create_task(_connection(group.port, turns, until, told))
    return told


def _turns(group: Group) -> Iterator[tuple[Ask, bool]]:
    for number, ask in enumerate(cycle(group.asks)):
        yield ask, number < len(group.asks)


async def _connection(port: int, turns: Iterator[tuple[Ask, bool]], until: float, told: Told) -> None:
    line: Line | None = None
    while time.perf_counter() < until:
        ask, is_first = next(turns)
        request = (
            f"GET {ask.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\nAccept: */*\r\n\r\n"
        ).encode()
        began = time.perf_counter()
        wrong: str | None
        try:
            if line is None or not line.is_open:
                _, line = await asyncio.get_running_loop().create_connection(Line, "127.0.0.1", port)
            await line.ask(request, keep=bool(ask.holds))
            took = (time.perf_counter() - began) * 1e3
            told.received += line.size
            wrong = fault(ask, line)
        except (OSError, TimeoutError, httptools.HttpParserError) as error:
            took, wrong = (time.perf_counter() - began) * 1e3, repr(error)
            if line is not None:
                line.close()
                line = None
        told.ms[f"{ask.kind}, first" if is_first else ask.kind].append(round(took, 3))
        if wrong is not None:
            told.errors[ask.kind] += 1
            if len(told.wrong) < ERRORS_TOLD:
                told.wrong.append(f"{ask.path}: {wrong}")
    if line is not None:
        line.close()


def main(plan: Path, seconds: float) -> None:
    groups = [Group.read(line) for line in plan.read_text(encoding="utf-8").splitlines()]
    began = time.perf_counter()
    told = asyncio.run(press(groups, seconds))
    seconds = time.perf_counter() - began
    answer = {"ms": told.ms, "errors": told.errors, "wrong": told.wrong, "received": told.received, "seconds": seconds}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
