"""When schedules come due: by local time of day or by a span, and what an outage left of them. Pure.

A time of day stands for the first instant at which the clocks of its zone show it or a later time. So 02:30 on the day
that skips from 02:00 to 03:00 is 03:00, a time shown twice is the first of both, and a date that a zone skipped has no
times at all.
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Literal
from zoneinfo import ZoneInfo

from archive.errors import Misuse
from archive.timing import stamp

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
GRACE = timedelta(minutes=1)
"""So much later than it was due a run is still on time."""
MOST = 400
"""Times told one by one after an outage: more than a year of nights."""

NOT_RUNNING = "the scheduler was not running"
PASSED_OVER = "the clock was set forward, or the machine slept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """Times of day on the clocks of a zone, without a zone of their own; at least one."""

    at: tuple[time, ...]
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if not self.at:
            raise Misuse("a daily schedule without a time of day never comes due; give one, such as 02:10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """Instants a span apart, counted from 1970-01-01T00:00Z and moved by ``phase``; local time is nothing to them."""

    span: timedelta
    phase: timedelta = timedelta()

    def __post_init__(self) -> None:
        if self.span <= timedelta():
            raise Misuse(f"a schedule cannot come due every {self.span}; give a span above 0, such as 1h")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What is to be run when; its name is known to the run table, so a renamed one has never run.

    ``jitter`` is how much later than planned it may come due, to spread the sites; never past the next planned time.
    ``catch_up`` tells what becomes of the latest time that an outage swallowed, ``max_late`` how old that may be.
    """

    name: str
    when: Daily | Every
    jitter: timedelta = timedelta()
    catch_up: Literal["once", "skip"] = "once"
    max_late: timedelta = timedelta(hours=20)
    sites: tuple[str, ...] = ()
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """What becomes of a planned time: a run that is asked for, or a row that says why there is none."""

    planned: datetime
    state: Literal["queued", "missed"]
    detail: str | None = None


# ------------------------------------------------------------------------------------------------------ planned times


def planned_after(schedule: Schedule, after: datetime) -> datetime:
    """Give the first planned time after an instant, in UTC."""
    return next(_planned(schedule.when, after))


def planned_between(schedule: Schedule, after: datetime, until: datetime) -> Iterator[datetime]:
    """Give the planned times after an instant and up to another, that included, in order and in UTC."""
    for planned in _planned(schedule.when, after):
        if planned > until:
            return
        yield planned


def due_at(schedule: Schedule, planned: datetime) -> datetime:
    """Give when the run of a planned time comes due: later by a jitter that is the same in every process.

    A later planned time never comes due before an earlier one.
    """
    if not schedule.jitter:
        return planned
    room = min(schedule.jitter, planned_after(schedule, planned) - planned) // MICROSECOND
    mark = hashlib.sha256(f"{schedule.name} {stamp(planned)}".encode()).digest()[:4]
    return planned + MICROSECOND * (room * int.from_bytes(mark) >> 32)


def due_between(schedule: Schedule, after: datetime, now: datetime) -> Iterator[datetime]:
    """Give the planned times after an instant that have come due by now."""
    for planned in planned_between(schedule, after, now):
        # Only the last of them can be waiting still.
        if due_at(schedule, planned) <= now:
            yield planned


def _planned(when: Daily | Every, after: datetime) -> Iterator[datetime]:
    if isinstance(when, Every):
        steps = (after - EPOCH - when.phase) // when.span
        return (EPOCH + when.phase + number * when.span for number in count(steps + 1))
    return _daily(when, after)


def _daily(when: Daily, after: datetime) -> Iterator[datetime]:
    last = after
    day = _shown(when.zone, after).date()
    while True:
        for planned in _on(when, day):
            # Two times of day in one gap are one instant, and one run.
            if planned > last:
                last = planned
                yield planned
        day += timedelta(days=1)


def _on(when: Daily, day: date) -> Iterator[datetime]:
    begins = _first(when.zone, datetime.combine(day, time()))
    if _shown(when.zone, begins).date() != day:
        return  # the zone skipped this date
    for at in sorted(when.at):
        yield _first(when.zone, datetime.combine(day, at))


def _first(zone: ZoneInfo, wall: datetime) -> datetime:
    """Give the first instant at which the clocks of a zone show a time or a later one."""
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _shown(zone, instant) == wall:
        return instant
    # In a gap fold 0 lies behind the change of clocks, fold 1 before it (PEP 495). Clocks change at whole seconds.
    low = (wall.replace(tzinfo=zone, fold=1).astimezone(UTC) - EPOCH) // SECOND
    high = math.ceil((instant - EPOCH) / SECOND)
    seconds = range(low, high + 1)
    found = bisect_left(seconds, True, key=lambda second: _shown(zone, EPOCH + second * SECOND) >= wall)
    return EPOCH + seconds[found] * SECOND


def _shown(zone: ZoneInfo, instant: datetime) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


# ----------------------------------------------------------------------------------------------- after an outage


def overdue(
    schedule: Schedule, last: datetime | None, now: datetime, running_since: datetime, grace: timedelta = GRACE
) -> list[Firing]:
    """Tell what becomes of the times planned after the last noted one that have come due by now, in order.

    Where nothing was ever noted there is nothing to catch up.
    """
    if last is None:
        return []
    return settled(schedule, due_between(schedule, last, now), now, running_since, grace)


def settled(
    schedule: Schedule,
    due: Iterable[datetime],
    now: datetime,
    running_since: datetime,
    grace: timedelta = GRACE,
) -> list[Firing]:
    """Tell what becomes of planned times that have come due, given in order: the latest is run if that is allowed.

    Of more than ``MOST`` the latest are told; the first of these says how many there were before.
    """
    kept: deque[datetime] = deque(maxlen=MOST)
    first: datetime | None = None
    times = 0
    for planned in due:
        first = first or planned
        kept.append(planned)
        times += 1
    if first is None:
        return []
    told = [Firing(planned=planned, state="missed", detail=_reason(planned, running_since)) for planned in kept]
    told[-1] = _latest(schedule, kept[-1], now, running_since, grace)
    if more := times - len(told):
        also = f"{told[0].detail}; so for {more} earlier time{'s' if more > 1 else ''}, from {stamp(first)} on"
        told[0] = Firing(planned=kept[0], state="missed", detail=also)
    return told


def _latest(schedule: Schedule, planned: datetime, now: datetime, running_since: datetime, grace: timedelta) -> Firing:
    late = now - planned
    if now - due_at(schedule, planned) <= grace:
        return Firing(planned=planned, state="queued")
    if schedule.catch_up == "skip":
        reason = f"{_reason(planned, running_since)}; schedule.catch_up is skip"
    elif late > schedule.max_late:
        reason = f"{in_words(late)} late, schedule.max_late allows {in_words(schedule.max_late)}"
    else:
        return Firing(planned=planned, state="queued", detail=f"caught up, {in_words(late)} late")
    return Firing(planned=planned, state="missed", detail=reason)


def _reason(planned: datetime, running_since: datetime) -> str:
    return NOT_RUNNING if planned < running_since else PASSED_OVER


def in_words(span: timedelta) -> str:
    """Write a span as ``3 days 4 h``, ``2 h 10 min``, ``5 min`` or ``40 s``; what is smaller is left out."""
    seconds = max(span, timedelta()) // SECOND
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return f"{days} day{'s' if days > 1 else ''}" + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {minutes} min" if minutes else "")
    return f"{minutes} min" if minutes else f"{seconds} s"
