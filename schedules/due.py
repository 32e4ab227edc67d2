"""What is due at watched sites, when and why; what was visited and not planned yet is planned here, on the fly.

Reads only: a run may be at work meanwhile.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from archive.config import Settings
from archive.model import Url, UrlKey, Why
from archive.store import Connection, frontier
from archive.store.frontier import Wanted
from crawler.following import INDEXES
from crawler.rounds import sources
from crawler.sites import Site
from schedules.planning import Planner
from schedules.reckoning import Known

UNPLANNED = 100_000
"""Rows visited and not planned that are looked at: those of runs that are at work, or crashed."""
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A URL with its next visit: why it is made, from when on, and why then.

    ``expected`` are the edits of an article expected by then since it was read, ``chance`` that there is any.
    """

    url: Url
    why: Why
    at: datetime
    site: str
    explain: str
    expected: float | None = None
    chance: float | None = None


def coming(
    conn: Connection,
    sites: Sequence[Site],
    settings: Settings,
    *,
    now: datetime,
    until: datetime,
    elsewhere: bool = False,
) -> Iterator[Due]:
    """Give what becomes due at sites before a time, the soonest first; with ``elsewhere`` also pages of no site."""
    planner = Planner(settings, {site.name: site for site in sites})
    planner.load(conn, now)
    names: list[str | None] = [site.name for site in sites]
    waiting = frontier.coming(conn, sites=[*names, None] if elsewhere else names, until=until)
    planned = _explained(conn, planner, waiting, now)
    others = [*_never_asked(conn, sites, settings, now), *_unplanned(conn, planner, now)]
    fresh = sorted((each for each in others if each.at <= until), key=lambda each: (each.at, each.url))
    yield from heapq.merge(fresh, planned, key=lambda each: (each.at, each.url))


def _explained(conn: Connection, planner: Planner, rows: Iterable[Wanted], now: datetime) -> Iterator[Due]:
    rows = iter(rows)
    while some := list(islice(rows, BATCH)):
        known = planner.known(conn, [row.urlkey for row in some])
        for row in some:
            yield _waiting(planner, row, known, now)


def _waiting(planner: Planner, row: Wanted, known: Mapping[UrlKey, Known], now: datetime) -> Due:
    had = known.get(row.urlkey)
    awaited = None
    if row.reason is not None:
        explain = f"to be noted as not asked for: {row.reason}"
    elif row.attempt > 1:
        explain = f"{row.outcome} last time, try {row.attempt} of {frontier.TRIES}"
    elif row.visited_at is None:
        explain = "found, and not visited yet"
    else:
        explain = planner.told(row, had, now).why
        awaited = planner.awaited(had, row.site or "", max(now, row.next_at))
    if row.run is not None:
        explain += f"; in run {row.run}"
    return Due(
        url=row.url,
        why=row.why,
        at=row.next_at,
        site=row.site or "",
        explain=explain,
        expected=awaited[0] if awaited is not None else None,
        chance=awaited[1] if awaited is not None else None,
    )


def _unplanned(conn: Connection, planner: Planner, now: datetime) -> Iterator[Due]:
    rows = frontier.unplanned(conn, UNPLANNED)
    known = planner.known(conn, [row.urlkey for row in rows])
    for row in rows:
        told = planner.told(row, known.get(row.urlkey), now)
        if told.at is not None:
            why: Why = row.what if row.what in INDEXES else "recheck"  # type: ignore[assignment]
            yield Due(url=row.url, why=why, at=told.at, site=row.site or "", explain=told.why)


def _never_asked(conn: Connection, sites: Sequence[Site], settings: Settings, now: datetime) -> Iterator[Due]:
    """Give the front pages, feeds and sitemaps that site files name and no run has asked for yet."""
    rows = {row.urlkey: row for site in sites for row in sources(site, settings, now)}
    known = frontier.known(conn, list(rows))
    for key, row in rows.items():
        if key not in known:
            yield Due(url=row.url, why=row.why, at=now, site=row.site or "", explain="never asked for yet")
