"""When a site is looked at and how often, its file and the settings taken together; its quiet hours. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from archive import daytimes, values
from archive.config import A_SITE, CITED_A_SITE, Settings, Times
from crawler.sites import Site

_OWN = ("timezone", "nightly", "poll", "catch_up", "max_late", "jitter", "quiet")
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How many requests known pages of a site may be looked at again with, at most; None: no limit of its own.

    ``patrol`` is the share of them kept for old pages, to see that they are still there.
    """

    per_day: int | None
    per_hour: int | None
    patrol: float


def times_of(site: Site, settings: Settings) -> Times:
    """Give when a site is looked at: as its file says, else as the settings say."""
    own: dict[str, Any] = {key: value for key in _OWN if (value := getattr(site, key)) is not None}
    return replace(settings.schedule, **own)


def budget_of(site: Site, settings: Settings) -> Budget:
    """Give how often known pages of a site may be looked at again."""
    patrol = settings.revisit.patrol if site.patrol is None else site.patrol
    return Budget(per_day=site.per_day, per_hour=site.per_hour, patrol=patrol)


def whole_budget(settings: Settings, watched: int) -> int:
    """Give how many revisits a day the whole archive makes, citations apart, with so many watched sites."""
    per_day = settings.revisit.per_day
    return A_SITE * watched if per_day is None else per_day


def cited_budget(settings: Settings, watched: int) -> int:
    """Give how many looks at cited pages a day the whole archive makes, with so many watched sites."""
    per_day = settings.revisit.cited_per_day
    return CITED_A_SITE * watched if per_day is None else per_day


def disagreements(site: Site, settings: Settings) -> Iterator[str]:
    """Say what in a site file does not go together with the settings, with its line (from 1) and the remedy."""
    times = times_of(site, settings)
    for keys, why in daytimes.disagreements(times.nightly, times.jitter, times.quiet):
        of_file = [key for key in keys if getattr(site, key) is not None]
        others = [key for key in keys if key not in of_file]
        line = values.line_of(site.text, f"schedule.{of_file[0]}") if of_file else 1
        besides = f" ({' and '.join(others)} as in the settings)" if others else ""
        yield f"line {line}: {why}{besides}"


# ---- quiet hours


def is_quiet(times: Times, at: datetime) -> bool:
    """Tell whether only what a person asks for is fetched at a time."""
    local = at.astimezone(times.timezone).time()
    return any(local in hours for hours in times.quiet)


def quiet_until(times: Times, at: datetime) -> datetime:
    """Give the first time from ``at`` on that is not in quiet hours, in UTC; ``at`` itself where it is not.

    Hours are those the clock on the wall shows: where clocks are changed meanwhile they last longer or shorter.
    """
    end = at.astimezone(UTC)
    # Two days are more than any quiet hours last: they leave a part of each day free.
    while is_quiet(times, end) and end - at < timedelta(days=2):
        end = _next_end(times, end)
    return end


def _next_end(times: Times, at: datetime) -> datetime:
    """Give when the hours that a time is in end, or when the clocks are changed before that."""
    local = at.astimezone(times.timezone)
    since_midnight = timedelta(
        hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )
    left = [
        (timedelta(hours=hours.end.hour, minutes=hours.end.minute) - since_midnight) % timedelta(days=1)
        for hours in times.quiet
        if local.time() in hours
    ]
    end = at + max(left)
    return _change(times.timezone, at, end) or end


def _change(zone: ZoneInfo, first: datetime, last: datetime) -> datetime | None:
    """Find when clocks are changed between two times of one day, to the second; None where they are not."""
    before = first.astimezone(zone).utcoffset()
    if last.astimezone(zone).utcoffset() == before:
        return None
    low, high = first.replace(microsecond=0), last.replace(microsecond=0)
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
