"""Runs: spawns and minds their worker processes, sums them up, and plans the next visits in batches."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.config import Settings
from archive.errors import DiskFull, NothingDone, VariorumError
from archive.model import Run
from archive.recording import Recording
from archive.store import Store, frontier, leases, open_store, visits
from archive.timing import Clock, stamp
from crawler import rounds
from crawler.logs import keep
from crawler.order import LEASE, Order
from crawler.reach import check_contact, reach
from crawler.rounds import Report
from crawler.sites import Site
from schedules.policies import next_visit

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.05
"""Real seconds between two looks at the workers."""
TELL_SECONDS = 2.0
"""Real seconds between two counts of how far they are, which cost more."""
STARTS = 3
"""Times a worker is started in the same place; one that dies again and again is not started for ever."""
BATCH = 1000
FULL = DiskFull.exit_code
STOPPED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a crawl is asked for, beyond its sites: ``limit`` pages a site at most, only items dated ``since``."""

    workers: int
    since: datetime | None = None
    limit: int | None = None
    recheck: bool = False
    lease: timedelta = LEASE
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is."""

    outcomes: Mapping[str, int]
    waiting: int
    unread: int
    workers: int


Told = Callable[[Progress], None]


def crawl(settings: Settings, clock: Clock, sites: Sequence[Site], asked: Asked, told: Told) -> Report:
    """Make one run over the sites and report; a first Ctrl-C lets what is in flight end.

    Raises ``NothingDone`` when there is nothing to crawl or a run over one of the sites is at work, ``DiskFull``.
    """
    awake = [site for site in sites if site.paused is None]
    if not awake:
        why = f"{sites[0].name} is paused: {sites[0].paused}" if sites else "no site is watched: variorum watch URL"
        raise NothingDone(f"{why}; nothing to crawl")
    check_contact(settings, reach(settings)[0], [site.url for site in awake])
    budget = settings.crawl.page_budget
    pages = {site.name: min(site.page_budget or budget, asked.limit or sys.maxsize) for site in awake}
    places = [_Place(number + 1, process=_process()) for number in range(asked.workers)]  # they load meanwhile
    try:
        with _recording(settings, clock) as recording:
            replan(recording, clock)
            run, sign = rounds.begin(settings, clock, recording, awake, pages=pages, recheck=asked.recheck)
    except BaseException:
        for place in places:
            place.end()
        raise
    try:
        minder = _Minder(settings, clock, run, pages, asked, told, places)
        logs = keep(settings.home, run.id, "minder")
        try:
            minder.mind()
        finally:
            logs.close()
            logging.getLogger().removeHandler(logs)
        with _recording(settings, clock) as recording:
            failed = minder.failure is not None
            report = rounds.finish(settings, clock, recording, run, interrupted=minder.stopped, failed=failed)
            replan(recording, clock)
    finally:
        sign.end()
    if minder.failure is not None:
        raise minder.failure
    return report


@contextmanager
def _recording(settings: Settings, clock: Clock) -> Iterator[Recording]:
    recording = Recording(settings, clock).start()
    try:
        yield recording
    finally:
        recording.close()


def replan(recording: Recording, clock: Clock) -> int:
    """Plan the next visit of everything that was visited, in batches; give how many rows that were."""
    planned = 0
    while True:
        now = clock.now()
        rows = recording.work_and_wait(lambda conn: frontier.unplanned(conn, BATCH))
        if not rows:
            return planned
        plans = [(row.urlkey, next_visit(row, now)[0]) for row in rows]
        recording.work_and_wait(lambda conn, plans=plans: frontier.plan(conn, plans))  # type: ignore[misc]
        planned += len(plans)


@dataclass(slots=True)
class _Place:
    """One worker's place in a run."""

    number: int
    process: subprocess.Popen[bytes]
    starts: int = 0
    done: bool = False

    def say(self, text: str) -> None:
        """Write a line to the worker; one that is gone already is found out elsewhere."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.write(text.encode() + b"\n")
            self.process.stdin.flush()

    def end(self) -> None:
        """Let the worker stop, as it does when nobody is there any more, and wait until it has."""
        if self.process.stdin is not None:
            with suppress(BrokenPipeError):
                self.process.stdin.close()
        self.process.wait()


def _process() -> subprocess.Popen[bytes]:
    """Start a worker process; it waits for its order."""
    # A session of its own: Ctrl-C comes to us, and we say who stops.
    return subprocess.Popen([sys.executable, "-m", "crawler.work"], stdin=subprocess.PIPE, start_new_session=True)


@dataclass(slots=True)
class _Minder:
    """Keeps the workers of one run going until it is over, or a person or the disk stops it."""

    settings: Settings
    clock: Clock
    run: Run
    pages: Mapping[str, int]
    asked: Asked
    told: Told
    _places: list[_Place]
    stopped: bool = False
    failure: VariorumError | None = None
    _over_at: float | None = None

    def mind(self) -> None:
        store = open_store(self.settings.store.database)
        with self._signals():
            try:
                for place in self._places:
                    self._start(place)
                told_at = time.monotonic()
                while not all(place.done for place in self._places):
                    time.sleep(LOOK_SECONDS)
                    for place in self._places:
                        self._look(place, store)
                    self._end_who_sleeps()
                    if time.monotonic() - told_at >= TELL_SECONDS:
                        self._tell(store)
                        told_at = time.monotonic()
            finally:
                self._end()
                store.close()

    def _name(self, place: _Place) -> str:
        return f"{self.run.id}/{place.number}.{place.starts}"

    def _start(self, place: _Place) -> None:
        place.starts += 1
        order = Order(
            home=str(self.settings.home),
            overrides=self.asked.overrides,
            run=self.run.id,
            began=stamp(self.run.began),
            worker=self._name(place),
            workers=self.asked.workers,
            sites=self.run.sites,
            pages=tuple(self.pages[name] for name in self.run.sites),
            since=stamp(self.asked.since) if self.asked.since is not None else None,
            lease=self.asked.lease.total_seconds(),
        )
        place.say(order.text())

    def _look(self, place: _Place, store: Store) -> None:
        if place.done or (code := place.process.poll()) is None:
            return
        place.end()
        if code in (0, STOPPED) or self.stopped:
            place.done = True
        elif code == FULL:
            self.failure = self.failure or DiskFull("the disk stopped the run, see above; what was taken is safe")
            place.done = True
            self.stop()
        elif place.starts < STARTS:
            log.warning("worker %d ended with code %d, another takes its place", place.number, code)
            with store.write() as conn:
                leases.free_of(conn, self._name(place), self.clock.now())
            place.process = _process()
            self._start(place)
        else:
            place.done = True
            self.failure = self.failure or VariorumError(
                f"worker {place.number} ended {STARTS} times, at last with code {code}; what was taken is kept"
            )

    def _tell(self, store: Store) -> None:
        with store.read() as conn:
            outcomes = visits.counts(conn, self.run.id)
            states = frontier.waiting(conn, self.run.id)
        alive = sum(not place.done for place in self._places)
        self.told(
            Progress(
                outcomes=outcomes, waiting=states.get("waiting", 0), unread=states.get("fetched", 0), workers=alive
            )
        )

    def stop(self) -> None:
        """Let the workers end what is in flight; asked a second time, end them at once."""
        number = signal.SIGKILL if self.stopped else signal.SIGTERM
        self.stopped = True
        for place in self._places:
            if place.process.poll() is None:
                place.process.send_signal(number)

    def _end_who_sleeps(self) -> None:
        """End a worker that goes on long after others found the run to be over: it is frozen, or waits for nothing."""
        over = any(place.done and place.process.returncode == 0 for place in self._places)
        if not over:
            self._over_at = None
        elif self._over_at is None:
            self._over_at = time.monotonic()
        elif time.monotonic() - self._over_at > 3 * self.asked.lease.total_seconds():
            for place in self._places:
                if place.process.poll() is None:
                    log.warning("worker %d does not end with the run, and is ended", place.number)
                    place.process.kill()
                    place.done = True

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def signalled(number: int, frame: object) -> None:
            self.stop()

        before = {number: signal.signal(number, signalled) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end(self) -> None:
        for place in self._places:
            place.end()
