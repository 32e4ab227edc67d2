"""Leases for a run that asks for given pages: the same neighbours as a crawl's, so that both together stay polite."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar
from weakref import WeakKeyDictionary

from archive import terminal
from archive.config import Settings
from archive.errors import VariorumError
from archive.links import neighbour_of
from archive.recording import Recording
from archive.store import Connection, leases
from archive.store.leases import Lease
from archive.timing import Clock
from crawler.governor import Answer, Pace, after
from crawler.order import LEASE
from crawler.shift import MARGIN

T = TypeVar("T")

LOOK_SECONDS = 0.5
"""Real seconds between two looks at a neighbour that another run holds."""


class Busy(Exception):
    """Another run is asking the neighbour, or it is to be left in peace, for longer than is waited."""


class Holding:
    """The neighbours one process holds while it asks for given pages; all used in the reactor's thread."""

    def __init__(self, settings: Settings, clock: Clock, recording: Recording, worker: str) -> None:
        self._settings = settings
        self._clock = clock
        self._recording = recording
        self._worker = worker
        self._held: dict[str, Lease] = {}
        self._pace: dict[str, Pace] = {}
        self._rest: dict[str, datetime] = {}
        self._taking: dict[str, asyncio.Task[None]] = {}
        self._renewing: asyncio.Task[None] | None = None

    def name_of(self, url: str) -> str:
        """Give the neighbour of a URL."""
        return neighbour_of(url, self._settings.polite.platforms)

    async def hold(self, url: str) -> str:
        """Wait until the neighbour of a URL is ours, and give its name; raise ``Busy``."""
        name = self.name_of(url)
        if name not in self._held:
            task = self._taking.get(name)
            if task is None:
                task = self._taking[name] = asyncio.ensure_future(self._take(name))
                task.add_done_callback(lambda _: self._taking.pop(name, None))
            await asyncio.wait((task,))
            task.result()
        return name

    def answered(self, name: str, answer: Answer) -> timedelta:
        """Take in how a neighbour answered; give the pause it is to have now, in clock time."""
        pace = self._pace.setdefault(name, self._first_pace(name))
        now = self._clock.now()
        self._pace[name], pause = after(pace, answer, now, 0.0)
        self._rest[name] = now + pause
        return pause

    def slow_down(self, name: str, delay: timedelta) -> None:
        """Ask a neighbour no faster than this."""
        pace = self._pace.setdefault(name, self._first_pace(name))
        self._pace[name] = replace(pace, delay=max(pace.delay, delay))

    def end(self) -> None:
        """Give everything back, each to be asked again after its delay."""
        if self._renewing is not None:
            self._renewing.cancel()
        now = self._clock.now()
        held, self._held = self._held, {}

        def do(conn: Connection) -> None:
            for name, lease in held.items():
                pace = self._pace.get(name) or self._first_pace(name)
                known = replace(lease, failures=pace.failures, backoff=pace.backoff)
                rest = max(now + pace.delay, self._rest[name]) if name in self._rest else now
                leases.release(conn, known, ready_at=rest, last_fetch=now)

        self._recording.work(do, lambda _: None)

    def _first_pace(self, name: str) -> Pace:
        polite = self._settings.polite
        lease = self._held.get(name)
        return Pace(
            delay=polite.delay,
            longest=polite.max_delay,
            failures=lease.failures if lease is not None else 0,
            backoff=lease.backoff if lease is not None else timedelta(),
        )

    def _until(self) -> datetime:
        return self._clock.now() + timedelta(seconds=LEASE.total_seconds() / self._clock.real_seconds(1.0))

    async def _take(self, name: str) -> None:
        give_up = self._clock.now() + self._settings.crawl.patience
        told = False
        while True:
            got = await self._work(
                lambda conn: leases.claim_named(
                    conn, name=name, worker=self._worker, now=self._clock.now(), until=self._until()
                )
            )
            if isinstance(got, Lease):
                self._held[name] = got
                self._renewing = self._renewing or asyncio.ensure_future(self._renew())
                if got.taken_over:
                    await asyncio.sleep(self._clock.real_seconds(self._settings.polite.delay.total_seconds()))
                return
            if self._clock.now() > give_up:
                raise Busy(f"{name} is being asked by another run, or wants to be left in peace, until {got:%H:%M:%S}")
            if not told and got - self._clock.now() > timedelta(seconds=3):
                terminal.step(f"waiting for {name} until {got:%H:%M:%S}: another run asks it, or it asked for peace")
                told = True
            await asyncio.sleep(LOOK_SECONDS)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() * MARGIN)
            held = list(self._held.values())
            lost = await self._work(lambda conn, held=held: leases.renew(conn, held, self._until()))  # type: ignore[misc]
            for lease in lost:
                self._held.pop(lease.neighbour, None)

    async def _work(self, do: Callable[[Connection], T]) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def answer(given: T | VariorumError) -> None:
            if future.cancelled():
                return
            if isinstance(given, VariorumError):
                future.set_exception(given)
            else:
                future.set_result(given)

        self._recording.work(do, answer, prompt=True)
        return await future


_holdings: WeakKeyDictionary[object, Holding] = WeakKeyDictionary()


def hold_for(crawler: object, holding: Holding) -> None:
    """Give a crawler its leases before it crawls."""
    _holdings[crawler] = holding


def holding_of(crawler: object) -> Holding | None:
    """Give a crawler's leases; None where it has none."""
    return _holdings.get(crawler)
