"""Times of day as people declare them: how they and their zone are written, quiet hours, what does not go together.

Times of day are local and in whole minutes.
"""

from __future__ import annotations

import difflib
import functools
import re
import zoneinfo
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import time, timedelta
from zoneinfo import ZoneInfo

DAY = 24 * 60
"""Minutes."""
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::00)?", re.ASCII)
_ZONE = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Part of a day, from ``start`` to before ``end``; past midnight where the end is no later than the start.

    >>> time(4) in Hours(start=time(23), end=time(5))
    True
    """

    start: time
    end: time

    def __contains__(self, at: time) -> bool:
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def time_of_day(text: str) -> time:
    """Read a time of day, ``04:10``; raises ValueError."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text.strip()!r} is no time from 00:00 to 23:59")
    return time(int(match[1]), int(match[2]))


def hours(text: str) -> Hours:
    """Read hours, ``23:00-05:00``; raises ValueError, also for a whole day."""
    start, dash, end = text.partition("-")
    if not dash:
        raise ValueError(f"{text!r} has no - between two times")
    read = Hours(start=time_of_day(start), end=time() if end.strip() == "24:00" else time_of_day(end))
    if read.start == read.end:
        raise ValueError(f"{text.strip()!r} is no part of a day")
    return read


def zone(text: str) -> ZoneInfo:
    """Find a time zone by its name in the time zone database; raises ValueError that tells the nearest name."""
    if _ZONE.fullmatch(text):
        # Folders and files of another kind lie among the zones.
        with suppress(OSError, ValueError, zoneinfo.ZoneInfoNotFoundError):
            return ZoneInfo(text)
    names = _zones()
    if not names:
        raise ValueError("this machine has no time zone database; install the package tzdata")
    cities = {name.rpartition("/")[2]: name for name in names}
    said = text.lower().replace(" ", "_")
    close = [names[each] for each in difflib.get_close_matches(said, names, 1)] or [
        names[cities[each]] for each in difflib.get_close_matches(said.rpartition("/")[2], cities, 1)
    ]
    raise ValueError(f"did you mean {close[0]}?" if close else "the time zone database has no such name")


@functools.cache
def _zones() -> Mapping[str, str]:
    return {name.lower(): name for name in sorted(zoneinfo.available_timezones())}


def disagreements(
    nightly: Collection[time], jitter: timedelta, quiet: Collection[Hours]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give what of a schedule cannot be: the keys it rests on, and why with the remedy."""
    if jitter >= timedelta(days=1):
        yield ("jitter",), "jitter is a day or more; write less, such as 10m"
        return
    minutes = {minute for hours in quiet for minute in range(DAY) if _time(minute) in hours}
    if len(minutes) == DAY:
        yield ("quiet",), 'quiet leaves no hour of the day to fetch in; shorten it, or pause the site: paused = "why"'
        return
    spread = -(-int(jitter.total_seconds()) // 60)
    for at in nightly:
        first = at.hour * 60 + at.minute
        if first in minutes:
            why = f"nightly = {at:%H:%M} is within the quiet hours {_listed(quiet)}; move the one or the other"
            yield ("nightly", "quiet"), why
        elif any((first + minute) % DAY in minutes for minute in range(spread + 1)):
            why = f"nightly = {at:%H:%M} with its jitter of {spread} minutes reaches into the quiet hours"
            yield ("nightly", "quiet", "jitter"), f"{why} {_listed(quiet)}; make it earlier, or shorten jitter"


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60)


def _listed(quiet: Collection[Hours]) -> str:
    return ", ".join(map(str, quiet))
