"""How long a re-plan of a large archive takes: articles read from the store, planned, written where they move."""

from __future__ import annotations

import tempfile
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
from crawler.sites import Site
from schedules.expectation import discovered
from schedules.habits import Learned
from schedules.planning import Planner
from schedules.reckoning import Known, seconds

ARTICLES = 100_000
SITES = 50
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BAR = 5.0


def main() -> bool:
    """Print the seconds of a re-plan at changed prices, and of one at the same; tell whether both meet the bar."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "variorum.toml").write_text('contact = "bench@example.org"\n')
        (home / "sites").mkdir()
        clock = ScaledClock(NOON, 0.001)  # the time stands nearly still
        settings = load(home, ("store.min_free=0",))
        recording = Recording(settings, clock).start()
        sites = {f"s{n}": Site(name=f"s{n}", url=Url(f"http://s{n}.test/")) for n in range(SITES)}
        recording.work_and_wait(_fill)
        planner = Planner(settings, sites)
        took = []
        moves = []
        for price in (0.05, 0.05, 0.2):
            given = {f"s{n}.test": price for n in range(SITES)}
            recording.work_and_wait(lambda conn, given=given: standings.put_prices(conn, given, NOON))  # type: ignore[misc]
            began = time.perf_counter()
            moves.append(planner.replan(recording, clock))
            took.append(time.perf_counter() - began)
        recording.close()
    print(f"re-plan of {ARTICLES:,} articles of {SITES} sites, store included:")
    for what, seconds_, moved in zip(("first", "same prices", "prices x 4"), took, moves, strict=True):
        print(f"  {what:12} {seconds_:5.1f} s, {moved:,} moved")
    return max(took) < BAR


def _fill(conn: Connection) -> None:
    rows, known = [], []
    for n in range(ARTICLES):
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


if __name__ == "__main__":
    main()
