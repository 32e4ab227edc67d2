"""What becomes due is handed to the standing run: polls, retries and followed pages at once, revisits as the budget
allows, the most worthwhile first. Prices follow what was asked for."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from archive.config import Settings
from archive.model import UrlKey
from archive.recording import Recording
from archive.store import Connection, frontier, kept, standings
from archive.timing import Clock, parse_time, stamp
from crawler.sites import Site, delay_of, neighbours_of
from crawler.times import budget_of, cited_budget, is_quiet, quiet_until, times_of, whole_budget
from schedules.budget import Candidate, Purse, choose, purse, room_at
from schedules.expectation import Standing
from schedules.planning import Planner
from schedules.prices import FIRST, Demand, price_after

log = logging.getLogger(__name__)

HANDED = 500
"""URLs of a site that are handed over in one step."""
EVERY = timedelta(hours=1)
"""How often prices are moved and all articles planned anew."""
LOOK = 1.0
"""Real seconds at least between two looks for cited pages; and so many times what a look takes:"""
SELDOM = 50
WEIGHED_SELDOM = 10
"""How many times as long as weighing what is due the pause after it is."""
UNKNOWN = 0.05
"""What a visit to an article is worth that nobody could read yet."""
PURSES = "revisit purses"
LONGEST_GAP = timedelta(hours=6)
"""A price is not moved for longer than this at once: what was asked for before a long sleep tells little of today."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was handed over, and what had to wait, since prices were moved last."""

    since: datetime
    taken: int = 0
    backlog: Mapping[str, int] = field(default_factory=dict)


class Watchkeeping:
    """Hands what is due to a standing run; keeps the purses and the prices."""

    def __init__(self, settings: Settings, planner: Planner, sites: Mapping[str, Site], now: datetime) -> None:
        self._settings = settings
        self._planner = planner
        self._sites = {name: site for name, site in sites.items() if site.paused is None}
        self._times = {name: times_of(site, settings) for name, site in self._sites.items()}
        self._delays = {name: delay_of(site, settings.polite) for name, site in self._sites.items()}
        self.per_day = whole_budget(settings, len(self._sites))
        self.whole = purse(self.per_day, now)
        self.patrols = purse(self.per_day * settings.revisit.patrol, now)
        self._cited = purse(cited_budget(settings, len(self._sites)), now)
        self._cited_from = self._weigh_from = 0.0
        self._own: Mapping[str, Sequence[Purse]] = {
            name: _own_purses(site, settings, now) for name, site in self._sites.items()
        }
        self._delay_at: dict[str, timedelta] = {}
        for name, site in self._sites.items():
            for at in neighbours_of(site, settings.polite):
                self._delay_at[at] = max(self._delay_at.get(at, timedelta()), self._delays[name])
        self._tally = Tally(since=now)

    # ------------------------------------------------------------------------------------------------------- handing

    def hand_over(self, recording: Recording, run: str, now: datetime) -> int:
        """Take what is due into a run; give how much that was."""
        self._fill(now)
        # Where nothing can be paid for, who is waiting is counted only when prices are moved; many are weighed seldom.
        began = time.monotonic()
        weighing = (self.whole.tokens >= 1 and began >= self._weigh_from) or self.is_due(now)
        with recording.store.read() as conn:
            awake = {name: None for name in self._sites if not is_quiet(self._times[name], now)}
            plain = [
                row.urlkey
                for name in (*self._sites, None)
                for row in frontier.free(conn, site=name, now=now, limit=HANDED)
                # In quiet hours only what a person asked for.
                if name is None or name in awake or row.why == "follow"
            ]
            cited = self._citations(conn, awake, now)
            due = [each for name in awake for each in self._weighed(conn, name, now)] if weighing else []
            waiting = frontier.waiting_at(conn, run) if due else {}
        if weighing:
            ended = time.monotonic()
            self._weigh_from = ended + WEIGHED_SELDOM * (ended - began)
        bought: list[UrlKey] = []
        if due:
            room = {
                at: room_at(self._delay_at.get(at, self._settings.polite.delay), waiting.get(at, 0))
                for at in {each.neighbour for each in due}
            }
            chosen = choose(due, whole=self.whole, patrols=self.patrols, sites=self._own, room=room)
            self.whole, self.patrols, self._own = chosen.whole, chosen.patrols, chosen.sites
            self._tally = replace(self._tally, taken=self._tally.taken + len(chosen.taken), backlog=chosen.backlog)
            bought = [each.urlkey for each in chosen.taken]
        elif weighing:
            self._tally = replace(self._tally, backlog={})
        if not (plain or cited or bought):
            return 0

        def write(conn: Connection) -> int:
            if cited or bought:
                kept.put(conn, PURSES, self._saved())  # who restarts does not spend twice
            return frontier.take(conn, [*plain, *cited, *bought], run)

        return recording.work_and_wait(write)

    def _citations(self, conn: Connection, awake: Collection[str], now: datetime) -> list[UrlKey]:
        """Give the cited pages whose turn it is, as many as are paid for."""
        began = time.monotonic()
        if self._cited.tokens < 1 or began < self._cited_from:
            return []
        found = frontier.free_citations(conn, sites=frozenset(awake), now=now, limit=int(self._cited.tokens))
        self._cited = self._cited.less(len(found))
        ended = time.monotonic()
        self._cited_from = ended + max(LOOK, SELDOM * (ended - began))
        return found

    def _fill(self, now: datetime) -> None:
        self.whole, self.patrols = self.whole.filled(now), self.patrols.filled(now)
        self._cited = self._cited.filled(now)
        self._own = {name: [one.filled(now) for one in some] for name, some in self._own.items()}

    def _weighed(self, conn: Connection, site: str, now: datetime) -> list[Candidate]:
        found = []
        for each in standings.due(conn, site, now):
            told = each.data and each.data.get("standing")
            value = UNKNOWN
            if told:
                value = self._planner.plan(Standing.from_json(told), site, each.neighbour, now).value
            found.append(Candidate(urlkey=each.urlkey, site=site, neighbour=each.neighbour, value=value))
        return found

    # -------------------------------------------------------------------------------------------------------- prices

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is time to move the prices."""
        return now - self._tally.since >= EVERY or now < self._tally.since

    def move_prices(self, recording: Recording, clock: Clock) -> None:
        """Move what visits cost at each neighbour, and have the articles of the time ahead planned anew."""
        now = clock.now()
        hours = min(LONGEST_GAP, max(timedelta(), now - self._tally.since)) / timedelta(hours=1)
        prices = dict(self._planner.prices)
        for site in self._sites.values():
            for at in neighbours_of(site, self._settings.polite):
                if hours > 0 and self.per_day:
                    prices[at] = price_after(prices.get(at, FIRST), self._demand(site, at, hours, now))
        self._tally = Tally(since=now)
        saved = self._saved()

        def write(conn: Connection) -> None:
            standings.put_prices(conn, prices, now)
            kept.put(conn, PURSES, saved)

        recording.work_and_wait(write)
        self._planner.begin_replan(recording, clock, everything=False)

    def _demand(self, site: Site, at: str, hours: float, now: datetime) -> Demand:
        times = self._times[site.name]
        delay = max(self._delay_at.get(at, self._settings.polite.delay), timedelta(milliseconds=50))
        own = budget_of(site, self._settings)
        by_delay = timedelta(days=1) / delay
        bounds = [by_delay, own.per_day, own.per_hour and 24 * own.per_hour]
        return Demand(
            hours=hours,
            per_day=self.per_day,
            tokens=self.whole.tokens,
            waiting=sum(self._tally.backlog.values()),
            backlog=self._tally.backlog.get(at, 0),
            site_per_day=min(float(bound) for bound in bounds if bound),
            spent=self._tally.taken,
            shared=min(self._planner.prices.values(), default=None),
            is_open=quiet_until(times, now) == now,
        )

    def _saved(self) -> str:
        of_sites = {f"{name}/{at}": one for name, some in self._own.items() for at, one in enumerate(some)}
        purses = {"whole": self.whole, "cited": self._cited, "patrols": self.patrols, **of_sites}
        return json.dumps({name: {"tokens": one.tokens, "at": stamp(one.at)} for name, one in purses.items()})

    def restore(self, conn: Connection, now: datetime) -> None:
        """Go on with the purses as they were left: who restarts does not spend twice."""
        told = kept.get(conn, PURSES)
        if told is None:
            return
        held = json.loads(told)

        def left(name: str, mine: Purse) -> Purse:
            if name not in held:
                return mine
            at = min(parse_time(held[name]["at"]), now)
            return replace(mine, tokens=min(mine.most, held[name]["tokens"]), at=at).filled(now)

        self.whole, self.patrols = left("whole", self.whole), left("patrols", self.patrols)
        self._cited = left("cited", self._cited)
        self._own = {
            name: [left(f"{name}/{at}", one) for at, one in enumerate(some)] for name, some in self._own.items()
        }


def _own_purses(site: Site, settings: Settings, now: datetime) -> list[Purse]:
    own = budget_of(site, settings)
    purses = []
    if own.per_day is not None:
        purses.append(purse(own.per_day, now))
    if own.per_hour is not None:
        purses.append(purse(24 * own.per_hour, now, most=own.per_hour))
    return purses
