"""The captures of a URL along the time, as bars of a small picture. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

MOST = 90
"""Bars at most: days, else weeks, months, years."""
WIDTH, HEIGHT, WIDEST = 900, 48, 40
"""Size of the picture in its own units, and of a bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The captures of a time: where the bar stands and how high it is, and the page of the list that has the newest."""

    x: float
    y: float
    width: float
    height: float
    href: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Bars from the first capture to the last; none where all are of one day."""

    bars: tuple[Bar, ...]
    first: date
    last: date
    unit: str


def timeline(days: Sequence[tuple[date, int]], root: str, url: str, a_page: int) -> Timeline:
    """Draw the captures of each day, oldest first; ``root`` and the page's number begin the address of a list."""
    first, last = days[0][0], days[-1][0]
    unit = next((each for each in ("day", "week", "month") if _place(last, each) - _place(first, each) < MOST), "year")
    size = _place(last, unit) - _place(first, unit) + 1
    counts: dict[int, tuple[int, date]] = {}
    for day, count in days:
        place = _place(day, unit) - _place(first, unit)
        counts[place] = counts.get(place, (0, day))[0] + count, day
    most = max(count for count, _ in counts.values())
    newer = sum(count for _, count in days)
    bars = []
    width = min(WIDTH / size * 0.8, WIDEST)
    step = (WIDTH - width) / max(size - 1, 1)
    for place, (count, newest) in sorted(counts.items()):
        newer -= count
        number = newer // a_page + 1
        height = max(4.0, HEIGHT * sqrt(count / most))
        bars.append(
            Bar(
                x=round(place * step, 2),
                y=round(HEIGHT - height, 2),
                width=round(width, 2),
                height=round(height, 2),
                href=f"{root}{number if number > 1 else ''}/{url}#{newest.isoformat()}",
                label=f"{_label(newest, unit)}: {count:,} {'capture' if count == 1 else 'captures'}",
            )
        )
    return Timeline(bars=tuple(bars) if len(bars) > 1 else (), first=first, last=last, unit=unit)


def _place(day: date, unit: str) -> int:
    """Count the days, weeks, months or years up to a day."""
    match unit:
        case "day":
            return day.toordinal()
        case "week":
            return (day.toordinal() - 1) // 7
        case "month":
            return day.year * 12 + day.month
        case _:
            return day.year


def _label(day: date, unit: str) -> str:
    match unit:
        case "day":
            return day.isoformat()
        case "week":
            return f"week of {(day - timedelta(days=day.weekday())).isoformat()}"
        case "month":
            return f"{day:%Y-%m}"
        case _:
            return str(day.year)
