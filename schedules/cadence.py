"""At which hours of the week a source shows something new, and from when on its silence is unusual. Pure.

What counts is the hour in which something came: a batch of ten is one *moment*. How many moments an hour of the week
usually has is learned as a factor of its weekday times one of its clock hour, in local time. Silence is then measured
in the moments that were to be expected meanwhile: a weekend on which nothing ever comes is no silence. It is unusual
when it is nearly twice as long as gaps, so measured, usually are; three times at most, where they differ much.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import accumulate, pairwise
from typing import Any

LEAST_MOMENTS = 10
LEAST_SPAN = timedelta(days=14)
"""Two weekends, and two of each day: below that nothing is said of the days of a week."""
RECENT = timedelta(days=56)
"""Moments that are older do not count, unless there are fewer than ``LEAST_MOMENTS`` younger ones."""
USUAL = 0.95
"""The share of gaps that are no longer than the usual one; a blog's weekends are a fifth of its gaps, or a 25th."""
PATIENCE = 1.75
MOST_PATIENCE = 3.0
"""Usual gaps until silence is unusual. Where moments come by chance alone, three are passed once in 8000 gaps."""
LONGER = 1.4
"""How much longer than the longest gap yet a silence must be, within ``MOST_PATIENCE``."""
SHORTEST = timedelta(hours=3)
"""Three hourly polls: a shorter silence may be a server's cache."""

_DAYS_BELIEVED = 0.5
"""Average days that each weekday is mixed with: two Saturdays without a post do not prove a third."""
_HOURS_BELIEVED = 1 / 24
_BESIDE = 0.25
"""The share of a moment that counts for the hour before, and for the one after."""
_MONDAY = datetime(1970, 1, 5)  # noqa: DTZ001 - local times are counted from it
_HOUR = timedelta(hours=1)
_WEEK = 168


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """The ways of a source: moments a day by weekday from Monday on, the share of a day's moments by clock hour.

    ``usual`` and ``longest`` are gaps, in moments that were to be expected in them. ``moments``: what it was learned
    from.
    """

    moments: int
    days: tuple[float, ...]
    clock: tuple[float, ...]
    usual: float
    longest: float

    @property
    def per_week(self) -> float:
        """Give the moments of a usual week."""
        return _sums(self.days, self.clock)[-1]

    def data(self) -> dict[str, Any]:
        """Give it as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}

    @staticmethod
    def read(data: Mapping[str, Any]) -> Cadence:
        return Cadence(**{**data, "days": tuple(data["days"]), "clock": tuple(data["clock"])})


def learn(times: Iterable[datetime], zone: tzinfo = UTC) -> Cadence | None:
    """Learn from when a source showed something new; None where that is too little."""
    hours = sorted({_hour(at, zone) for at in times})
    if not hours:
        return None
    recent = [hour for hour in hours if hour > hours[-1] - RECENT / _HOUR]
    hours = recent if len(recent) >= LEAST_MOMENTS else hours[-LEAST_MOMENTS:]
    if len(hours) < LEAST_MOMENTS or hours[-1] - hours[0] < LEAST_SPAN / _HOUR:
        return None
    days, clock = _days(hours), _clock(hours)
    gaps = sorted(_between(days, clock, before, after + 1) for before, after in pairwise(hours))
    usual = gaps[min(math.ceil(USUAL * len(gaps)), len(gaps)) - 1]
    return Cadence(moments=len(hours), days=days, clock=clock, usual=usual, longest=gaps[-1])


def expected(cadence: Cadence, since: datetime, until: datetime, zone: tzinfo = UTC) -> float:
    """Give the moments that were to be expected after the hour of one, up to a time."""
    return _between(cadence.days, cadence.clock, _hour(since, zone), _position(until, zone))


def patience(cadence: Cadence) -> float:
    """Give the moments that may be missed before silence is unusual."""
    return min(MOST_PATIENCE * cadence.usual, max(PATIENCE * cadence.usual, LONGER * cadence.longest))


def is_quiet(cadence: Cadence, newest: datetime, until: datetime, zone: tzinfo = UTC) -> bool:
    """Tell whether a silence, from the newest item up to when it was last looked for, is unusual."""
    return until - newest >= SHORTEST and expected(cadence, newest, until, zone) > patience(cadence)


def interval(cadence: Cadence, at: datetime, zone: tzinfo = UTC) -> timedelta | None:
    """Give the usual time between two moments around a time of week: in the day before; None where none is usual."""
    many = _between(cadence.days, cadence.clock, _position(at - 24 * _HOUR, zone) - 1, _position(at, zone))
    return 24 * _HOUR / many if many > 0.25 else None


def _hour(at: datetime, zone: tzinfo) -> int:
    return math.floor(_position(at, zone))


def _position(at: datetime, zone: tzinfo) -> float:
    """Give local hours since a Monday; where clocks are put back, an hour is passed twice."""
    return (at.astimezone(zone).replace(tzinfo=None) - _MONDAY) / _HOUR


def _days(hours: Sequence[int]) -> tuple[float, ...]:
    first, last = hours[0] // 24, hours[-1] // 24
    average = len(hours) / (last - first + 1)
    came = [0] * 7
    for hour in hours:
        came[hour // 24 % 7] += 1
    were = [(last - day) // 7 - (first - 1 - day) // 7 for day in range(7)]
    return tuple(
        (many + _DAYS_BELIEVED * average) / (days + _DAYS_BELIEVED) for many, days in zip(came, were, strict=True)
    )


def _clock(hours: Sequence[int]) -> tuple[float, ...]:
    came = [0.0] * 24
    for hour in hours:
        came[(hour - 1) % 24] += _BESIDE
        came[hour % 24] += 1 - 2 * _BESIDE
        came[(hour + 1) % 24] += _BESIDE
    whole = len(hours) + 24 * _HOURS_BELIEVED
    return tuple((many + _HOURS_BELIEVED) / whole for many in came)


@functools.lru_cache(4096)
def _sums(days: tuple[float, ...], clock: tuple[float, ...]) -> tuple[float, ...]:
    """Give the moments of a week up to each of its hours; no hour has more than one."""
    return tuple(accumulate((min(1.0, day * hour) for day in days for hour in clock), initial=0.0))


def _between(days: tuple[float, ...], clock: tuple[float, ...], hour: float, until: float) -> float:
    """Give the moments after the end of an hour, up to a time."""
    sums = _sums(days, clock)
    return max(0.0, _up_to(sums, until) - _up_to(sums, hour + 1))


def _up_to(sums: Sequence[float], position: float) -> float:
    weeks, rest = divmod(position, _WEEK)
    hour = min(int(rest), _WEEK - 1)
    return weeks * sums[-1] + sums[hour] + (rest - hour) * (sums[hour + 1] - sums[hour])
