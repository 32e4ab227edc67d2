"""Plans visits: learns from those that were made, and writes down when each URL is visited next.

What decides is pure (``policies``, ``plans``); here is what it needs read from the store, and what it says written
there. All that is kept can be made again from the visits.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from archive.config import Settings
from archive.journal import FOLLOW, UNFOLLOW
from archive.links import neighbour_of
from archive.model import UrlKey, Visit
from archive.recording import Recording
from archive.store import Connection, frontier, journal_rows, kept, readings, standings, visits
from archive.store.frontier import Wanted
from archive.store.standings import Expected, Row
from archive.timing import Clock, parse_time, stamp
from crawler.following import INDEXES
from crawler.sites import Site, neighbours_of
from crawler.times import budget_of, quiet_until, times_of, whole_budget
from schedules import policies
from schedules.expectation import Look, Standing, after, chance, expected
from schedules.following import Followed, followed
from schedules.habits import HOUR, Habits, Learned, habits, pooled
from schedules.plans import Limits, Planned, patrol_gap, plan, visits_a_day
from schedules.prices import FIRST
from schedules.reckoning import Found, Known, first_of, look_of, seconds, time_of

log = logging.getLogger(__name__)

BATCH = 1000
MOVED = timedelta(minutes=2)
"""A visit that would be made this little sooner or later stays where it is."""
LONGEST_GAP = timedelta(days=90)
"""Every article is looked at as often, whatever that costs: a deletion is to be noticed."""
AHEAD = timedelta(hours=24)
"""What is planned for later is planned anew when it comes so near: prices move by a little an hour."""
HINTS = "hints read until"
OVERLAP = timedelta(minutes=15)
"""A list is dated when it was fetched and known when it was read: a long one comes after shorter ones. What is heard
twice counts once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """When a URL is visited next, and why; None means never by itself."""

    at: datetime | None
    why: str


class Planner:
    """What is known of sites, in memory, and kept in the store.

    ``sites`` are the watched ones by name. Everything is read at the first use, and again by ``load``.
    """

    def __init__(self, settings: Settings, sites: Mapping[str, Site]) -> None:
        self._settings = settings
        self.sites = sites
        self._times = {name: times_of(site, settings) for name, site in sites.items()}
        self._limits: dict[str, Limits] = {}
        self._learned: dict[str, Learned] = {}
        self._all = Learned()
        self.prices: dict[str, float] = {}
        self._followed: Mapping[UrlKey, Followed] = {}
        self._dirty: set[str] = set()
        self._planned_by: dict[str, object] = {}
        self._again: list[str] = []
        self._again_until: datetime | None = None

    def load(self, conn: Connection, now: datetime) -> None:
        """Read what is known of sites and neighbours, and which pages are followed."""
        self._learned = {name: Learned.from_json(data) for name, data in standings.learned_of(conn).items()}
        self._all = pooled(self._learned.values())
        self.prices = standings.prices_of(conn)
        self._followed = followed_now(conn, now)
        counted = standings.counts(conn)
        for name, site in self.sites.items():
            self._limits[name] = self._limits_of(site, counted)

    def _limits_of(self, site: Site, counted: Mapping[str, int]) -> Limits:
        budget = budget_of(site, self._settings)
        awake = sum(each.paused is None for each in self.sites.values())
        whole = whole_budget(self._settings, awake)
        gap = patrol_gap(sum(counted.values()), whole, self._settings.revisit.patrol)
        if budget.per_day is not None:
            gap = max(gap, patrol_gap(counted.get(site.name, 0), budget.per_day, budget.patrol))
        a_day = whole / max(1, awake) if budget.per_day is None else budget.per_day
        return Limits(
            poll=self._times[site.name].poll.total_seconds(),
            patrol=min(gap, LONGEST_GAP.total_seconds()),
            visits_a_day=visits_a_day(a_day),
        )

    # ------------------------------------------------------------------------------------------------ what is visited

    def plan_visited(self, recording: Recording, clock: Clock) -> int:
        """Learn from what was visited, and plan its next visits, in batches; give how many that were.

        What waits to be folded is left: what its visit found is not known yet.
        """
        planned = 0
        skipped: frozenset[UrlKey] = frozenset()
        while True:
            now = clock.now()
            with recording.store.read() as conn:
                if not self._limits:
                    self.load(conn, now)
                self._followed = followed_now(conn, now)
                rows = [row for row in frontier.unplanned(conn, BATCH + len(skipped)) if row.urlkey not in skipped]
                pending = standings.unfolded_of(conn, [row.urlkey for row in rows])
                skipped |= pending
                made = self._learn(conn, [row for row in rows if row.urlkey not in pending], now)
            if made.plans:
                recording.work_and_wait(lambda conn, made=made, now=now: self._write(conn, made, now))  # type: ignore[misc]
                planned += len(made.plans)
            if len(rows) < BATCH:
                return planned

    def _write(self, conn: Connection, made: _Made, now: datetime) -> None:
        frontier.plan(conn, made.plans)
        frontier.follow(conn, [key for key, at in made.plans if at is not None and key in self._followed])
        standings.put(conn, made.rows)
        standings.note_expected(conn, made.expected)
        self._write_learned(conn, now)

    def _write_learned(self, conn: Connection, now: datetime) -> None:
        standings.put_learned(conn, {name: self._learned[name].as_json() for name in self._dirty}, now)
        self._dirty.clear()

    def _learn(self, conn: Connection, rows: Sequence[Wanted], now: datetime) -> _Made:
        made = _Made(plans=[], rows=[], expected=[])
        articles = [row for row in rows if row.what == "article" and row.site in self.sites]
        known = self._known(conn, [row.urlkey for row in articles])
        made_visits = {row.urlkey: self._visits(conn, row.urlkey, known.get(row.urlkey), now) for row in articles}
        found = _found(conn, [visit for some in made_visits.values() for visit in some])
        for row in rows:
            had = known.get(row.urlkey)
            if row.urlkey in made_visits:
                had = self._after_visits(row, had, made_visits[row.urlkey], found, made.expected)
                if had is not None:
                    made.rows.append(Row(urlkey=row.urlkey, site=row.site or "", at=had.at, data=had.as_json()))
            made.plans.append((row.urlkey, self.told(row, had, now).at))
        return made

    def _known(self, conn: Connection, keys: Sequence[UrlKey]) -> dict[UrlKey, Known]:
        return {key: Known.of(row.at, row.data) for key, row in standings.of(conn, keys).items()}

    def _visits(self, conn: Connection, key: UrlKey, had: Known | None, now: datetime) -> list[Visit]:
        since = None if had is None else had.at + timedelta(microseconds=1)
        return list(visits.every(conn, urlkey=key, since=since, until=now + frontier.FAR))

    def _after_visits(
        self, row: Wanted, had: Known | None, made: Iterable[Visit], found: Found, told: list[Expected]
    ) -> Known | None:
        site = row.site or ""
        learned = self._learned.get(site, Learned())
        for visit in made:
            standing = had.standing if had is not None else None
            if standing is None:
                published = row.dated or row.added_at or visit.at
                first = first_of(visit, found, published, learned, self._all)
                had = Known(at=visit.at, standing=first)
                continue
            assert had is not None
            look = look_of(visit, found)
            if look is not None:
                if look.outcome in ("changed", "same"):
                    told.append(self._expected(visit, site, standing, learned, look))
                standing, learned = after(standing, learned, look, self._all)
            had = replace(had, at=visit.at, standing=standing)
        if learned is not self._learned.get(site):
            self._learned[site] = learned
            self._dirty.add(site)
        return had

    def _expected(self, visit: Visit, site: str, standing: Standing, learned: Learned, look: Look) -> Expected:
        edits, any_ = _awaited(standing, habits(learned, self._all), look.at)
        return Expected(
            visit=visit.id,
            site=site,
            at=visit.at,
            edits=edits,
            chance=any_,
            changed=look.outcome == "changed",
        )

    # ------------------------------------------------------------------------------------------------------ what next

    def told(self, row: Wanted, had: Known | None, now: datetime) -> Told:
        """Say when a visited URL is due again, and why."""
        seen = row.visited_at or now
        one = self._followed.get(row.urlkey)
        if one is not None:
            return Told(at=seen + one.every, why=f"followed every {policies.words(one.every).removeprefix('1 ')}")
        if row.site is None:
            return Told(at=None, why="it belongs to no watched site, and is followed no more")
        at: datetime | None
        site = self.sites.get(row.site)
        if site is None:
            at, why = policies.next_visit(row, now)
            return Told(at=at, why=why)
        if row.what in INDEXES and row.what != "archive page":
            at, why = policies.next_poll(row, seen, self._times[site.name].poll, has_feed=bool(site.feeds))
        elif row.what == "article" and had is not None and had.standing is not None:
            plain = policies.without_policy(row, seen)
            if plain is not None:
                at, why = plain
            else:
                planned = self.plan(had.standing, site.name, row.neighbour, now)
                at, why = time_of(planned.at), planned.why()
        else:
            at, why = policies.next_visit(row, now)
        return Told(at=None if at is None else quiet_until(self._times[site.name], at), why=why)

    def plan(self, standing: Standing, site: str, neighbour: str, now: datetime) -> Planned:
        """Say when an article is visited next, at what a visit costs now."""
        return plan(
            standing,
            self._learned.get(site, Learned()),
            self.prices.get(neighbour, FIRST),
            seconds(now),
            self._limits.get(site, Limits()),
            self._all,
        )

    def awaited(self, had: Known | None, site: str, at: datetime) -> tuple[float, float] | None:
        """Give the edits of an article expected by a time since it was read, and the chance of any; None for another
        page."""
        if had is None or had.standing is None or had.standing.gone:
            return None
        ways = habits(self._learned.get(site, Learned()), self._all)
        return _awaited(had.standing, ways, seconds(at))

    def known(self, conn: Connection, keys: Sequence[UrlKey]) -> dict[UrlKey, Known]:
        """Give what is known of articles."""
        return self._known(conn, keys)

    # -------------------------------------------------------------------------------------------------- what is heard

    def heed(self, recording: Recording, clock: Clock) -> int:
        """Take in what lists said of known articles since the last time, and plan anew; give how many articles."""
        now = clock.now()
        with recording.store.read() as conn:
            if not self._limits:
                self.load(conn, now)
            told = kept.get(conn, HINTS)
            since = None if told is None else min(parse_time(told), now)
            heard = {} if since is None else {name: standings.bumps(conn, name, since - OVERLAP) for name in self.sites}
            made = _Made(plans=[], rows=[], expected=[])
            for name, some in heard.items():
                if some:
                    self._hear(conn, name, some, made, now)
        newest = max((seen for some in heard.values() for _, seen, _ in some), default=since or now)
        if made.rows or since is None or newest > since:

            def write(conn: Connection) -> None:
                standings.put(conn, made.rows)
                standings.move(conn, [(key, at) for key, at in made.plans if at is not None])
                self._write_learned(conn, now)
                kept.put(conn, HINTS, stamp(min(newest, now)))

            recording.work_and_wait(write)
        return len(made.rows)

    def _hear(
        self,
        conn: Connection,
        site: str,
        bumps: Sequence[tuple[UrlKey, datetime, datetime]],
        made: _Made,
        now: datetime,
    ) -> None:
        known = self._known(conn, [key for key, _, _ in bumps])
        news: dict[UrlKey, Known] = {}
        for key, seen, said in bumps:
            had = news.get(key) or known.get(key)
            if had is None or had.standing is None or seconds(said) <= had.lastmod:
                continue
            standing = had.standing
            # The first word that there is of an article is of what we read then.
            if had.lastmod or seconds(said) > standing.looked:
                look = Look(at=seconds(seen), outcome="hint", modified=seconds(said))
                standing, self._learned[site] = after(standing, self._learned.get(site, Learned()), look, self._all)
                self._dirty.add(site)
            news[key] = replace(had, standing=standing, lastmod=seconds(said))
        rows = frontier.rows_of(conn, list(news))
        for key, had in news.items():
            made.rows.append(Row(urlkey=key, site=site, at=had.at, data=had.as_json()))
            if key in rows and key not in self._followed:
                made.plans.append((key, self.told(rows[key], had, now).at))

    def replan(self, recording: Recording, clock: Clock, *, everything: bool = True) -> int:
        """Plan all articles anew at what visits cost now, or only those of the time ahead; give how many moved."""
        self.begin_replan(recording, clock, everything=everything)
        return self.go_on_replanning(recording, clock)

    def begin_replan(self, recording: Recording, clock: Clock, *, everything: bool) -> None:
        """Have articles planned anew, bit by bit: all of them, or those planned for the time ``AHEAD``."""
        now = clock.now()
        with recording.store.read() as conn:
            self.load(conn, now)
        everything = everything or (self._again_until is None and bool(self._again))
        self._again = list(self.sites)
        self._again_until = None if everything else now + AHEAD

    def go_on_replanning(self, recording: Recording, clock: Clock, seconds: float = math.inf) -> int:
        """Go on for about so many real seconds; give how many visits were moved."""
        moved = 0
        until = time.monotonic() + seconds
        while self._again and time.monotonic() < until:
            moved += self._replan(recording, self._again.pop(), clock.now())
        return moved

    def _replan(self, recording: Recording, name: str, now: datetime) -> int:
        hosts = sorted(neighbours_of(self.sites[name], self._settings.polite))
        prices = tuple(self.prices.get(neighbour, FIRST) for neighbour in hosts)
        given = (self._learned.get(name), self._limits[name], prices, self._again_until is None)
        if self._planned_by.get(name) == given:
            return 0  # what would be planned stands there
        self._planned_by[name] = given
        with recording.store.read() as conn:
            moves = [
                (each.urlkey, at)
                for each in standings.waiting(conn, name, self._again_until)
                if each.urlkey not in self._followed
                and (at := self._moved(each, now)) is not None
                and abs(at - each.next_at) > MOVED
            ]
        return recording.work_and_wait(lambda conn: standings.move(conn, moves)) if moves else 0

    def _moved(self, each: standings.Waiting, now: datetime) -> datetime | None:
        standing = each.data and each.data.get("standing")
        if not standing:
            return None
        planned = self.plan(Standing.from_json(standing), each.site, each.neighbour, now)
        return quiet_until(self._times[each.site], time_of(planned.at))


def _awaited(standing: Standing, ways: Habits, at: float) -> tuple[float, float]:
    """Give the edits expected by a time since an article was read, and the chance of any."""
    masses = ways.masses(standing.published / HOUR, standing.looked / HOUR, at / HOUR)
    return expected(standing, ways, *masses), chance(standing, ways, at)


def followed_now(conn: Connection, now: datetime) -> Mapping[UrlKey, Followed]:
    """Give the pages that people have followed."""
    entries = (entry for kind in (FOLLOW, UNFOLLOW) for entry in journal_rows.every(conn, kind=kind))
    return followed(entries, now)


def want_followed(conn: Connection, settings: Settings, run: str, now: datetime) -> None:
    """Want those followed pages that the frontier has not heard of: a reindex brings back the journal alone."""
    pages = followed_now(conn, now)
    known = frontier.known(conn, list(pages))
    rows = [
        Wanted(
            url=one.url,
            urlkey=key,
            neighbour=neighbour_of(one.url, settings.polite.platforms),
            what="article",
            why="follow",
            next_at=now,
        )
        for key, one in pages.items()
        if key not in known
    ]
    frontier.discover(conn, rows, run=run, now=now, pages={}, citations=0)


@dataclass(slots=True, kw_only=True)
class _Made:
    """What came of a batch of visited URLs."""

    plans: list[tuple[UrlKey, datetime | None]]
    rows: list[Row]
    expected: list[Expected]


def _found(conn: Connection, made: Sequence[Visit]) -> Found:
    held = [visit.capture for visit in made if visit.capture is not None and visit.outcome != "unchanged"]
    read = {reading.capture: reading for reading in readings.of_captures(conn, held)}
    return Found(readings=read, opened=frozenset(standings.opened(conn, held)))
