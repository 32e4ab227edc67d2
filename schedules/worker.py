"""Runs: spawns and minds their worker processes, sums them up, and plans the next visits in batches."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.config import Settings
from archive.errors import NothingDone
from archive.model import Run
from archive.recording import Recording
from archive.store import frontier, open_store, visits
from archive.timing import Clock, stamp
from crawler import rounds
from crawler.logs import keep, limits_of
from crawler.order import LEASE, Order
from crawler.reach import check_contact, reach
from crawler.rounds import Report
from crawler.sites import Site, pages_of
from schedules import declared
from schedules.planning import Planner
from schedules.pool import Place, Pool, vacant
from schedules.working import standing_run

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.05
"""Real seconds between two looks at the workers."""
TELL_SECONDS = 2.0
"""Real seconds between two counts of how far they are, which cost more."""


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
    pages = {name: min(most, asked.limit or most) for name, most in pages_of(awake, settings.crawl).items()}
    places = vacant(asked.workers)
    try:
        with Recording(settings, clock) as recording:
            _plan(recording, settings, clock, asked)
            run, sign = rounds.begin(settings, clock, recording, awake, pages=pages, recheck=asked.recheck)
    except BaseException:
        for place in places:
            place.end()
        raise
    try:
        minder = _Minder(settings, clock, run, pages, asked, told, places)
        logs = keep(settings.home, run.id, "minder", limits_of(settings.logs))
        try:
            minder.mind()
        finally:
            logs.close()
            logging.getLogger().removeHandler(logs)
        with Recording(settings, clock) as recording:
            pool = minder.pool
            failed = pool.failure is not None
            report = rounds.finish(settings, clock, recording, run, interrupted=pool.stopped, failed=failed)
            _plan(recording, settings, clock, asked)
    finally:
        sign.end()
    if pool.failure is not None:
        raise pool.failure
    return report


def _plan(recording: Recording, settings: Settings, clock: Clock, asked: Asked) -> None:
    """Plan what was visited, at all sites; where a daemon is at work it does that."""
    if standing_run(recording.store, settings) is None:
        known = declared.read(settings.home / "sites", settings.home, None, asked.overrides)
        Planner(settings, known.sites).plan_visited(recording, clock)


class _Minder:
    """Keeps the workers of one run going until it is over, or a person or the disk stops it."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        run: Run,
        pages: Mapping[str, int],
        asked: Asked,
        told: Told,
        places: list[Place],
    ) -> None:
        self._asked = asked
        self._told = told
        self._run = run
        self._store = open_store(settings.store.database)
        self._over_at: float | None = None

        def order(worker: str) -> Order:
            return Order(
                home=str(settings.home),
                overrides=asked.overrides,
                run=run.id,
                began=stamp(run.began),
                worker=worker,
                workers=asked.workers,
                sites=run.sites,
                pages=tuple(pages[name] for name in run.sites),
                since=stamp(asked.since) if asked.since is not None else None,
                lease=asked.lease.total_seconds(),
            )

        self.pool = Pool(run.id, places, order, store=self._store, clock=clock)

    def mind(self) -> None:
        pool = self.pool
        with self._signals():
            try:
                pool.begin()
                told_at = time.monotonic()
                while not pool.over:
                    time.sleep(LOOK_SECONDS)
                    pool.look()
                    self._end_who_sleeps()
                    if time.monotonic() - told_at >= TELL_SECONDS:
                        self._tell()
                        told_at = time.monotonic()
            finally:
                pool.end()
                self._store.close()

    def _tell(self) -> None:
        with self._store.read() as conn:
            outcomes = visits.counts(conn, self._run.id)
            states = frontier.waiting(conn, self._run.id)
        self._told(
            Progress(
                outcomes=outcomes,
                waiting=states.get("waiting", 0),
                unread=states.get("fetched", 0),
                workers=self.pool.alive,
            )
        )

    def _end_who_sleeps(self) -> None:
        """End a worker that goes on long after others found the run to be over: it is frozen, or waits for nothing."""
        over = any(place.done and place.process.returncode == 0 for place in self.pool.places)
        if not over:
            self._over_at = None
        elif self._over_at is None:
            self._over_at = time.monotonic()
        elif time.monotonic() - self._over_at > 3 * self._asked.lease.total_seconds():
            for place in self.pool.places:
                if place.process.poll() is None:
                    self.pool.kill(place, "does not end with the run")

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def signalled(number: int, frame: object) -> None:
            self.pool.stop()

        before = {number: signal.signal(number, signalled) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
