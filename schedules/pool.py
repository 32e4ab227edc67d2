"""Worker processes of a run: started, minded, ended. What they do there is told by an order each."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from archive.errors import DiskFull, VariorumError
from archive.store import Store, leases
from archive.timing import Clock
from crawler.order import Order
from schedules import systemd

log = logging.getLogger(__name__)

STARTS = 3
"""Times a worker is started in the same place; one that dies again and again is not started for ever."""
SETTLED = 15.0
"""Real seconds after which a worker of a standing pool is at work: its death then is none of those in a row."""
FULL = DiskFull.exit_code
STOPPED = 130
STATM = "/proc/{}/statm"
PAGE = 4096


@dataclass(slots=True)
class Place:
    """One worker's place in a run. ``full`` says that it was sent away because it had grown too large."""

    number: int
    process: subprocess.Popen[bytes]
    paper: IO[bytes]
    starts: int = 0
    deaths: int = 0
    started_at: float = 0.0
    full: bool = False
    done: bool = False

    def tell(self, order: str) -> None:
        """Give the worker its order: on paper, for a pipe holds little; one that is gone is found out elsewhere."""
        self.paper.write(order.encode())
        self.paper.close()
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.write(b"begin\n")
            self.process.stdin.flush()

    def end(self) -> None:
        """Let the worker stop, as it does when nobody is there any more, and wait until it has."""
        if self.process.stdin is not None:
            with suppress(BrokenPipeError):
                self.process.stdin.close()
        self.paper.close()
        self.process.wait()

    def size(self) -> int:
        """Give the bytes of memory the worker holds; 0 where that cannot be told."""
        try:
            return int(Path(STATM.format(self.process.pid)).read_text().split()[1]) * PAGE
        except (OSError, IndexError, ValueError):
            return 0


def spawn() -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    """Start a worker process, which waits for its order, and give the unlinked file that this is to be written to."""
    paper = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the order is written, or by end()
    call = [sys.executable, "-m", "crawler.work", str(paper.fileno())]
    # A session of its own: Ctrl-C comes to us, and we say who stops.
    process = subprocess.Popen(
        call, stdin=subprocess.PIPE, pass_fds=(paper.fileno(),), start_new_session=True, env=systemd.without(os.environ)
    )
    return process, paper


def vacant(count: int) -> list[Place]:
    """Start processes for so many places; they load while their run is begun."""
    started = [spawn() for _ in range(count)]
    return [Place(number=number + 1, process=process, paper=paper) for number, (process, paper) in enumerate(started)]


class Pool:
    """The workers of one run.

    ``order`` tells a worker, by its name, what to do; ``name`` tells the pools of one run apart. A worker that dies is
    started anew; a ``standing`` pool also does that for one that ends, and sends away one that holds more than
    ``memory`` bytes, to begin afresh.
    """

    def __init__(
        self,
        run: str,
        places: list[Place],
        order: Callable[[str], Order],
        *,
        store: Store,
        clock: Clock,
        memory: int | None = None,
        standing: bool = False,
        name: str = "",
    ) -> None:
        self._run = run
        # Other machines may have processes of the same number.
        self._of = f"{name}{os.getpid()}-{uuid.uuid4().hex[:8]}." if name else ""
        self._order = order
        self._store = store
        self._clock = clock
        self._memory = memory
        self._standing = standing
        self.places = places
        self.stopped = False
        self.failure: VariorumError | None = None

    @property
    def over(self) -> bool:
        """Whether no worker is at work any more, nor will be."""
        return all(place.done for place in self.places)

    @property
    def alive(self) -> int:
        return sum(not place.done for place in self.places)

    def begin(self) -> None:
        """Tell every worker what to do."""
        for place in self.places:
            self._start(place)

    def look(self) -> None:
        """See who ended, and have another take the place of who must not have."""
        for place in self.places:
            if place.done:
                continue
            code = place.process.poll()
            if code is not None:
                self._ended(place, code)
            elif self._memory is not None and not place.full and not self.stopped and place.size() > self._memory:
                log.warning("worker %d holds more than %d bytes and is replaced", place.number, self._memory)
                place.full = True
                place.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Let the workers end what is in flight; asked a second time, end them at once."""
        self._send(signal.SIGKILL if self.stopped else signal.SIGTERM)

    def _send(self, number: signal.Signals) -> None:
        self.stopped = True
        for place in self.places:
            if place.process.poll() is None:
                place.process.send_signal(number)

    def stop_within(self, seconds: float) -> None:
        """Let the workers end what is in flight, for so many real seconds; then stop them, then end them."""
        # A worker drains at the first, and breaks off at the second.
        for number, wait in ((signal.SIGTERM, seconds), (signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
            self._send(number)
            if self._await(wait):
                break
            log.warning("not all workers of run %s stopped in %.0f s", self._run, wait)
        self.end()

    def kill(self, place: Place, why: str) -> None:
        """End a worker that would go on for ever."""
        log.warning("worker %d %s, and is ended", place.number, why)
        place.process.kill()
        place.done = True

    def end(self) -> None:
        """Wait for all of them."""
        for place in self.places:
            place.end()

    def _await(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while any(place.process.poll() is None for place in self.places):
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True

    def _start(self, place: Place) -> None:
        place.starts += 1
        place.started_at = time.monotonic()
        place.full = False
        place.tell(self._order(self._name(place)).text())

    def _name(self, place: Place) -> str:
        return f"{self._run}/{self._of}{place.number}.{place.starts}"

    def _ended(self, place: Place, code: int) -> None:
        place.end()
        fine = code in (0, STOPPED)
        if self.stopped or (fine and not self._standing):
            place.done = True
            return
        if code == FULL:
            self.failure = self.failure or DiskFull("the disk stopped the run, see above; what was taken is safe")
            place.done = True
            self.stop()
            return
        if not (fine or place.full):
            lasted = time.monotonic() - place.started_at > SETTLED
            place.deaths = 1 if lasted and self._standing else place.deaths + 1
            if place.deaths >= STARTS:
                place.done = True
                self.failure = self.failure or VariorumError(
                    f"worker {place.number} ended {STARTS} times, at last with code {code}; what was taken is kept"
                )
                return
            log.warning("worker %d ended with code %d, another takes its place", place.number, code)
        with self._store.write() as conn:
            leases.free_of(conn, self._name(place), self._clock.now())
        place.process, place.paper = spawn()
        self._start(place)
