"""A session with one neighbour: what waits there, what its robots.txt say, when it may be asked next."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime

from archive.model import Intent, RecordId, Url
from archive.store.frontier import TRIES, Wanted
from archive.store.leases import Lease
from crawler.governor import Pace
from crawler.permission import Ask, Known
from crawler.robots import origin_of, robots_url


@dataclass(slots=True, kw_only=True)
class Session:
    """A neighbour under lease. Times named ``at`` are real seconds of the process's monotonic clock.

    ``fenced_at`` is when this process stops asking, whatever the store says: a little before its lease ends.
    ``asking`` is the URL in flight. ``reading`` holds captures that are being read; what they lead to may be here.
    ``stale`` says that more may be due than is being loaded.
    """

    lease: Lease
    fenced_at: float
    pace: Pace
    queue: deque[Wanted] = field(default_factory=deque)
    robots: dict[Url, Known | Ask] = field(default_factory=dict)
    asking: str | None = None
    reading: set[RecordId] = field(default_factory=set)
    ready_at: float = 0.0
    last_fetch: datetime | None = None
    loading: bool = False
    stale: bool = False
    learning: set[Url] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """The URL is not asked for: the visit's error class, the words for it, and the decision."""

    wanted: Wanted
    error: str
    why: str
    intent: Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """The URL is asked for now."""

    wanted: Wanted
    intent: Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRobots:
    """A robots.txt is asked for first, at this neighbour or, moved, at another."""

    ask: Ask
    robots: Url


@dataclass(frozen=True, slots=True, kw_only=True)
class Learn:
    """What a robots.txt says must be looked up (again)."""

    robots: Url


Step = Refuse | Fetch | AskRobots | Learn


def step(wanted: Wanted, robots: dict[Url, Known | Ask], now: datetime, *, obey: bool, basis: str | None) -> Step:
    """Say what is to be done about the next URL of a session."""
    intent = Intent(
        why=wanted.why, attempt=wanted.attempt, came_from=wanted.came_from, site=wanted.site, run=wanted.run
    )
    if wanted.reason is not None:
        return Refuse(wanted=wanted, error="scope", why=wanted.reason, intent=intent)
    if wanted.what == "robots":
        return Fetch(wanted=wanted, intent=intent)
    where = robots_url(origin_of(wanted.url))
    known = robots.get(where)
    if known is None or (isinstance(known, Known) and known.until <= now):
        return Learn(robots=where)
    if isinstance(known, Ask):
        return AskRobots(ask=known, robots=where)
    verdict = known.rules.verdict(wanted.url)
    told = replace(intent, robots=(verdict.word, known.capture, verdict.rule))
    if verdict.allowed:
        return Fetch(wanted=wanted, intent=told)
    if known.unreached is not None:
        error, words = known.unreached
        why = words if error == "unsafe" else f"robots.txt could not be had: {words}"
        # Its robots.txt was tried often enough; the page is not tried again for it.
        return Refuse(wanted=wanted, error=error, why=why, intent=_final(told))
    if not obey:
        return Fetch(wanted=wanted, intent=replace(told, reason=f"robots.txt is overridden: {basis}"))
    return Refuse(wanted=wanted, error="robots", why=verdict.why, intent=told)


def _final(intent: Intent) -> Intent:
    return replace(intent, attempt=max(intent.attempt, TRIES))
