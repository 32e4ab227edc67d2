"""``variorum work``: worker processes that take part in the standing run of a daemon elsewhere.

The archive's database and folder must be the same for both, and locks on files in it be seen by both. Who decides stays
the daemon; here is only where to fetch.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from archive import liveness
from archive.config import Settings
from archive.model import Run
from archive.store import Store, open_store, runs
from archive.terminal import counted
from archive.timing import Clock, stamp
from archive.warc.files import WarcFolder
from crawler.order import LEASE, Order
from crawler.rounds import STANDING
from crawler.sites import pages_of
from schedules import declared
from schedules.declared import Declared
from schedules.pool import Pool, vacant

LOOK = 1.0
"""Real seconds between two looks for a run, and at the workers."""


def standing_run(store: Store, settings: Settings) -> Run | None:
    """Give the standing run that a daemon minds: the one whose sign of life is locked in the archive's folder."""
    folder = WarcFolder(settings.store.warcs).running
    with store.read() as conn:
        for run in runs.every(conn, states=("running",)):
            if run.why == STANDING and liveness.is_alive(folder, run.id):
                return run
    return None


def order_of(
    found: Declared, sessions: Mapping[str, Mapping[str, str]], run: Run, workers: int, overrides: tuple[str, ...]
) -> Callable[[str], Order]:
    """Give what tells a worker of a standing run, by its name, what to do: for the sites that ``sessions`` has, as they
    were declared when it began."""
    names = tuple(name for name in run.sites if name in sessions)
    pages = pages_of((found.sites[name] for name in names), found.settings.crawl)

    def order(worker: str) -> Order:
        return Order(
            home=str(found.settings.home),
            overrides=overrides,
            run=run.id,
            began=stamp(run.began),
            worker=worker,
            workers=workers,
            sites=names,
            pages=tuple(pages.values()),
            lease=LEASE.total_seconds(),
            standing=True,
            settings=found.text,
            files={name: found.sites[name].text for name in names},
            sessions=sessions,
        )

    return order


def work(
    home: Path,
    overrides: tuple[str, ...],
    clock: Clock,
    workers: int | None,
    *,
    stopped: threading.Event,
    said: Callable[[str], None],
    stop_within: float = 30.0,
) -> None:
    """Take part in whatever standing run there is, one after the other, until stopped. Raises what stops a worker."""
    found = declared.read(home / "sites", home, None, overrides)
    settings = found.settings
    count = workers or settings.crawl.workers
    store = open_store(settings.store.database)
    waiting = False
    try:
        while not stopped.is_set():
            run = standing_run(store, settings)
            if run is None:
                if not waiting:
                    said("no daemon is at work; waiting for one")
                waiting = True
                stopped.wait(LOOK)
                continue
            waiting = False
            said(f"taking part in run {run.id} with {counted(count, 'worker')}")
            _take_part(run, store, settings, home, overrides, clock, count, stopped, stop_within, said)
    finally:
        store.close()


def _take_part(
    run: Run,
    store: Store,
    settings: Settings,
    home: Path,
    overrides: tuple[str, ...],
    clock: Clock,
    count: int,
    stopped: threading.Event,
    stop_within: float,
    said: Callable[[str], None],
) -> None:
    found = declared.read(home / "sites", home, None, overrides)
    sessions = declared.sessions(found, said)
    order = order_of(found, sessions, run, count + 1, overrides)
    pool = Pool(run.id, vacant(count), order, store=store, clock=clock, standing=True, name="w")
    pool.begin()
    try:
        while not stopped.wait(LOOK):
            pool.look()
            if pool.failure is not None:
                raise pool.failure
            now = standing_run(store, settings)
            if now is None or now.id != run.id:
                return
    finally:
        pool.stop_within(stop_within)
