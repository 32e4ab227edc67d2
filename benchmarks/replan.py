"""How long a re-plan of a large archive takes: articles read from the store, planned, written where they move."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.config import load
from archive.model import Url, UrlKey
from archive.recording import Recording
from archive.store import Connection, frontier, standings
from archive.store.frontier import Wanted
from archive.store.standings import Row
from archive.timing import ScaledClock
from benchmarks.table import Bar, Table
from crawler.sites import Site
from schedules.expectation import discovered
from schedules.habits import Learned
from schedules.planning import Planner
from schedules.reckoning import Known, seconds

ARTICLES = 100_000
SITES = 50
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BAR = 5.0


def measure(folder: Path, *, quick: bool) -> Table:
    """Plan a large archive anew three times: first, at other prices, and when nothing has changed."""
    count = ARTICLES // 10 if quick else ARTICLES
    (folder / "variorum.toml").write_text('contact = "bench@example.org"\n')
    clock = ScaledClock(NOON, 0.001)  # the time stands nearly still
    settings = load(folder, ("store.min_free=0",))
    recording = Recording(settings, clock).start()
    sites = {f"s{n}": Site(name=f"s{n}", url=Url(f"http://s{n}.test/")) for n in range(SITES)}
    recording.work_and_wait(lambda conn: _fill(conn, count))
    planner = Planner(settings, sites)
    rows = []
    took = []
    for what, price in (("first", 0.05), ("prices four times as high", 0.2), ("nothing has changed", 0.2)):
        given = {f"s{n}.test": price for n in range(SITES)}
        recording.work_and_wait(lambda conn, given=given: standings.put_prices(conn, given, NOON))  # type: ignore[misc]
        began, worked = time.perf_counter(), time.process_time()
        moved = planner.replan(recording, clock)
        took.append(time.process_time() - worked)
        rows.append((what, f"{took[-1]:.2f} s", f"{time.perf_counter() - began:.2f} s", f"{moved:,}"))
    recording.close()
    return Table(
        name="replan",
        title=f"{count:,} articles of {SITES} sites planned anew: read, planned, written where they move",
        columns=("", "CPU", "wall", "moved"),
        rows=rows,
        bars=(Bar(what="the slowest re-plan, CPU", found=max(took), sign="<", wanted=BAR, unit=" s"),),
        raw={"seconds": took},
    )


def _fill(conn: Connection, count: int) -> None:
    rows, known = [], []
    for n in range(count):
        site = f"s{n % SITES}"
        key = UrlKey(f"test,{site})/{n}")
        born = NOON - timedelta(hours=(n * 7919) % 8760)
        rows.append(
            Wanted(
                url=Url(f"http://{site}.test/{n}"), urlkey=key, neighbour=f"{site}.test", what="article", why="recheck",
                next_at=NOON + timedelta(days=900), site=site,
            )
        )  # fmt: skip
        seen = born + timedelta(hours=1)
        standing = discovered(seconds(born), seconds(seen), Learned())
        known.append(Row(urlkey=key, site=site, at=seen, data=Known(at=seen, standing=standing).as_json()))
    frontier.discover(conn, rows, run="r", now=NOON, pages={}, citations=0)
    frontier.leave(conn, "r", None)
    standings.put(conn, known)
