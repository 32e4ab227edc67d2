"""A process that puts exchanges on record as fast as it may, and says so of each: to be killed.

``python -m tests.crash.load HOME NAME SEED [KEY=VALUE...]`` prints one line of JSON for each answer it got, and ends
at SIGTERM.
"""

from __future__ import annotations

import faulthandler
import hashlib
import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from archive import config
from archive.errors import VariorumError
from archive.model import Capture, Exchange, RecordId
from archive.recording import Recorded, Recording
from archive.timing import SystemClock
from tests.crash.exchanges import TOKEN, encrypted, exchange, not_modified

IN_FLIGHT = 6
PAUSE = 0.004
"""Seconds between two exchanges: the kills, not the disk, are what is tried."""
WORDS = b"the paper said on Monday that no source had been named in its first report".split()


class Source:
    """Makes exchanges of every kind, each with a token of its own; remembers what a 304 may rest on."""

    def __init__(self, name: str, seed: int) -> None:
        self._rng = random.Random(seed)
        self._name = name
        self._count = 0
        self._certificates = (b"certificate of all", f"certificate of {name} {os.getpid()}".encode())
        self.captured: RecordId | None = None

    def next(self) -> Exchange:
        rng = self._rng
        self._count += 1
        token = f"{self._name}-{os.getpid()}-{self._count}"
        front, own = f"http://{self._name}.test/", f"http://{self._name}.test/{token}"
        at = datetime.now(UTC)
        tls = encrypted(*self._certificates) if rng.random() < 0.2 else None
        kind = rng.random()
        if kind < 0.40:
            return exchange(own, self._text(rng.randrange(20_000)), at=at, token=token, tls=tls)
        if kind < 0.50:
            return exchange(own, b"", at=at, token=token, tls=tls)
        if kind < 0.55:
            return exchange(own, rng.randbytes(rng.randrange(60_000, 250_000)), at=at, token=token, tls=tls)
        if kind < 0.57:
            return exchange(own, rng.randbytes(rng.randrange(900_000, 3_000_000)), at=at, token=token, tls=tls)
        if kind < 0.62:
            return exchange(own, None, at=at, token=token, asked=False, error="dns")
        if kind < 0.67:
            return exchange(own, None, at=at, token=token, error="timeout")
        if kind < 0.72:
            return exchange(own, b"half of", at=at, token=token, truncated="disconnect", cut_by="peer")
        if kind < 0.80 and self.captured is not None:
            return not_modified(front, self.captured, token=token, at=at)
        return exchange(front, rng.choice((b"morning ", b"evening ")) * 400, at=at, token=token, tls=tls)

    def _text(self, size: int) -> bytes:
        return b" ".join(self._rng.choices(WORDS, k=size // 6))[:size]


def told(exchange: Exchange, recorded: Recorded) -> dict[str, object]:
    """What the writer may rely on from now on: each record's place, and the digest of what it must hold."""
    capture, visit = recorded.capture, recorded.visit
    assert visit is not None
    places = [_place(visit.id, visit.locator.warc, visit.locator.offset, visit.locator.length, None)]
    if capture is not None:
        locator = capture.locator
        places.append(_place(capture.id, locator.warc, locator.offset, locator.length, _block(exchange, capture)))
    return {"token": (exchange.connection or "").removeprefix(TOKEN), "places": places}


def _place(id: str, warc: str, offset: int, length: int, block: str | None) -> list[object]:
    return [id, warc, offset, length, block]


def _block(exchange: Exchange, capture: Capture) -> str:
    whole = exchange.response.read()
    if capture.kind == "revisit":
        whole = whole[: whole.index(b"\r\n\r\n") + 4] if capture.status != 304 else b""
    return hashlib.sha256(whole).hexdigest()


def main(args: Sequence[str]) -> str | None:
    home, name, seed = Path(args[0]), args[1], int(args[2])
    stopping = threading.Event()
    faulthandler.register(signal.SIGUSR1)
    signal.signal(signal.SIGTERM, lambda number, frame: stopping.set())
    room = threading.Semaphore(IN_FLIGHT)
    source = Source(name, seed)
    recording = Recording(config.load(home, args[3:]), SystemClock(), run=name).start()

    def ask(given: Exchange) -> None:
        def answer(recorded: Recorded | VariorumError) -> None:
            if isinstance(recorded, Recorded):
                if recorded.capture is not None and given.url.endswith("/") and recorded.capture.status == 200:
                    source.captured = recorded.capture.id
                os.write(1, json.dumps(told(given, recorded)).encode() + b"\n")
            room.release()

        recording.record(given, answer)

    while not stopping.is_set() and recording.failure is None:
        room.acquire()
        ask(source.next())
        time.sleep(PAUSE)
    for _ in range(IN_FLIGHT):
        room.acquire()
    recording.close()
    return str(recording.failure) if recording.failure is not None else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
