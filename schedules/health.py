"""How watched sites fare, in words: from their runs, the visits of the last one, and what their feeds show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from archive.errors import Misuse
from archive.model import Run, UrlKey, Visit
from archive.store import Connection, runs, sightings, visits
from archive.urls import neighbour, urlkey
from crawler.sites import Site

RUNS = 1000
"""Runs that are looked back on."""
FAILING = 0.1
"""The share of failed visits that is told."""
QUIET = 3
"""A site is quiet after so many of its usual intervals."""
LEAST = timedelta(days=1)
"""The usual interval is never taken for shorter."""
ITEMS = 4
"""Dated items that an interval can be read from."""
LOOKED_AT = 20

_NOT_ASKED = ("robots", "out of scope", "unsafe")


class Health:
    """What the index knows of sites at one time."""

    def __init__(self, conn: Connection, sites: Sequence[Site], now: datetime) -> None:
        self._conn = conn
        self._now = now
        names = {site.name for site in sites}
        self._runs: dict[str, list[Run]] = {name: [] for name in names}
        for run in runs.every(conn, RUNS):
            for name in names.intersection(run.sites):
                self._runs[name].append(run)
        self._hosts = {site.name: site.hosts for site in sites}
        self._shares: dict[str, dict[str, float]] = {}

    def last_run(self, name: str) -> datetime | None:
        """Give when the last run over a site began."""
        return next((run.began for run in self._runs[name]), None)

    def words(self, site: Site) -> str:
        """Say how a site fares."""
        ended = [run for run in self._runs[site.name] if run.ended is not None]
        if not ended:
            return "never crawled" if not self._runs[site.name] else "in its first run"
        silent: datetime | None = None
        for run in ended:
            if visits.has_answer(self._conn, run.id, site.name):
                break
            silent = run.began
        if silent is not None:
            return f"no answer since {silent:%Y-%m-%d %H:%M}"
        share = self._failed(ended[0].id).get(site.name, 0.0)
        if share >= FAILING:
            return f"{share:.0%} failed"
        since = self._quiet_since(site)
        return f"quiet since {since:%Y-%m-%d %H:%M}" if since is not None else "ok"

    def _failed(self, run: str) -> dict[str, float]:
        """Give the share of failed visits of a run to each site, what it cites elsewhere left out."""
        if run not in self._shares:
            asked: Counter[str] = Counter()
            failed: Counter[str] = Counter()
            for visit in visits.every(self._conn, run=run):
                if visit.site is not None and self._is_own(visit.site, visit):
                    asked[visit.site] += 1
                    failed[visit.site] += is_failure(visit)
            self._shares[run] = {site: failed[site] / count for site, count in asked.items()}
        return self._shares[run]

    def _is_own(self, site: str, visit: Visit) -> bool:
        if visit.outcome in _NOT_ASKED:
            return False
        with suppress(Misuse):
            return neighbour(visit.url) in self._hosts.get(site, ())
        return False

    def _quiet_since(self, site: Site) -> datetime | None:
        """Give the date of the newest item, where it is older than the dates of the items before let expect."""
        dates: set[datetime] = set()
        for url in (*site.feeds, *site.sitemaps):
            dates |= self._dates(site, urlkey(url))
        return quiet_since(sorted(dates)[-LOOKED_AT:], self._now)

    def _dates(self, site: Site, shower: UrlKey) -> set[datetime]:
        shown = sightings.last_poll(self._conn, site.name, shower, self._now)
        return {item.dated for item in shown if item.dated is not None and item.dated <= self._now}


def is_failure(visit: Visit) -> bool:
    """Tell whether a visit came to nothing by the server's fault, or the way's."""
    broken = visit.outcome == "captured" and visit.status is not None and visit.status >= 500
    return broken or visit.outcome in ("failed", "limited", "truncated")


def quiet_since(dates: Sequence[datetime], now: datetime) -> datetime | None:
    """Give the last of some dates, oldest first, where ``QUIET`` of their usual intervals have passed since."""
    if len(dates) < ITEMS:
        return None
    usual = median((later - earlier).total_seconds() for earlier, later in pairwise(dates))
    patience = QUIET * max(timedelta(seconds=usual), LEAST)
    return dates[-1] if now - dates[-1] > patience else None
