"""What is due at watched sites, when and why; what was visited and not planned yet is planned here, on the fly.

Reads only: a run may be at work meanwhile.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.config import Settings
from archive.model import Url, Why
from archive.store import Connection, frontier
from archive.store.frontier import Wanted
from crawler.following import INDEXES
from crawler.rounds import sources
from crawler.sites import Site
from schedules.policies import next_visit

UNPLANNED = 100_000
"""Rows visited and not planned that are looked at: those of runs that are at work, or crashed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A URL with its next visit: why it is made, from when on, and why then."""

    url: Url
    why: Why
    at: datetime
    site: str
    explain: str


def coming(
    conn: Connection, sites: Sequence[Site], settings: Settings, *, now: datetime, until: datetime
) -> Iterator[Due]:
    """Give what becomes due at sites before a time, the soonest first."""
    names = [site.name for site in sites]
    planned = (_waiting(row, now) for row in frontier.coming(conn, sites=names, until=until))
    others = [*_never_asked(conn, sites, settings, now), *_unplanned(conn, names, now)]
    fresh = sorted((each for each in others if each.at <= until), key=lambda each: (each.at, each.url))
    yield from heapq.merge(fresh, planned, key=lambda each: (each.at, each.url))


def _waiting(row: Wanted, now: datetime) -> Due:
    if row.reason is not None:
        explain = f"to be noted as not asked for: {row.reason}"
    elif row.attempt > 1:
        explain = f"{row.outcome} last time, try {row.attempt} of {frontier.TRIES}"
    elif row.visited_at is None:
        explain = "found, and not visited yet"
    else:
        explain = next_visit(row, now)[1]
    if row.run is not None:
        explain += f"; in run {row.run}"
    return Due(url=row.url, why=row.why, at=row.next_at, site=row.site or "", explain=explain)


def _unplanned(conn: Connection, names: Sequence[str], now: datetime) -> Iterator[Due]:
    for row in frontier.unplanned(conn, UNPLANNED):
        at, explain = next_visit(row, now)
        if at is not None and row.site in names:
            why: Why = row.what if row.what in INDEXES else "recheck"  # type: ignore[assignment]
            yield Due(url=row.url, why=why, at=at, site=row.site or "", explain=explain)


def _never_asked(conn: Connection, sites: Sequence[Site], settings: Settings, now: datetime) -> Iterator[Due]:
    """Give the front pages, feeds and sitemaps that site files name and no run has asked for yet."""
    rows = {row.urlkey: row for site in sites for row in sources(site, settings, now)}
    known = frontier.known(conn, list(rows))
    for key, row in rows.items():
        if key not in known:
            yield Due(url=row.url, why=row.why, at=now, site=row.site or "", explain="never asked for yet")
