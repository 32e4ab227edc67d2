"""What revisits may cost: purses that fill with time, and which of the visits that are due are paid for. Pure.

All sites share one purse; each has one of its own besides, by its file and by what politeness allows. Visits that are
expected to pay go first, the dearest before the others; patrols are paid for from what lies idle, up to their share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from archive.model import UrlKey

DAY = timedelta(days=1)
IDLE = 0.25
"""The share of a day's budget that must lie idle before patrols are paid for."""
AHEAD = timedelta(minutes=1)
"""For how long a neighbour is given visits ahead: what comes up meanwhile waits no longer behind them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """Requests that may be made: ``tokens`` at a time, so many more ``a_day``, and never more than ``most``."""

    tokens: float
    at: datetime
    a_day: float
    most: float

    def filled(self, now: datetime) -> Purse:
        """Give the purse as it is at a time; a clock that went back takes nothing out."""
        grown = max(0.0, (now - self.at) / DAY) * self.a_day
        return replace(self, tokens=min(self.most, self.tokens + grown), at=now)

    def less(self, count: int) -> Purse:
        return replace(self, tokens=self.tokens - count)

    def of_size(self, a_day: float, most: float) -> Purse:
        """Give the same purse where the budget is another one now."""
        return replace(self, a_day=a_day, most=most, tokens=min(self.tokens, most))


def purse(a_day: float, now: datetime, *, most: float | None = None) -> Purse:
    """Give a new purse, with an hour's worth in it."""
    return Purse(tokens=a_day / 24, at=now, a_day=a_day, most=a_day if most is None else most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A visit that is due; ``value`` is above nought where it is expected to pay, else it is a patrol."""

    urlkey: UrlKey
    site: str
    neighbour: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The visits that are paid for, the purses after that, and by neighbour what would pay and must wait."""

    taken: tuple[Candidate, ...]
    whole: Purse
    patrols: Purse
    sites: Mapping[str, Sequence[Purse]]
    backlog: Mapping[str, int]


def choose(
    due: Iterable[Candidate],
    *,
    whole: Purse,
    patrols: Purse,
    sites: Mapping[str, Sequence[Purse]],
    room: Mapping[str, int],
) -> Chosen:
    """Say which visits are paid for now; ``room`` is how many more each neighbour can be given at once."""
    own = {name: list(purses) for name, purses in sites.items()}
    left = dict(room)
    taken: list[Candidate] = []
    backlog: dict[str, int] = {}
    for each in sorted(due, key=lambda each: (-each.value, each.urlkey)):
        pays = each.value > 0
        mine = own.get(each.site, [])
        idle = pays or (patrols.tokens >= 1 and whole.tokens > IDLE * whole.most)
        if whole.tokens >= 1 and idle and left.get(each.neighbour, 0) > 0 and all(one.tokens >= 1 for one in mine):
            taken.append(each)
            whole = whole.less(1)
            patrols = patrols if pays else patrols.less(1)
            own[each.site] = [one.less(1) for one in mine]
            left[each.neighbour] -= 1
        elif pays:
            backlog[each.neighbour] = backlog.get(each.neighbour, 0) + 1
    return Chosen(taken=tuple(taken), whole=whole, patrols=patrols, sites=own, backlog=backlog)


def room_at(delay: timedelta, waiting: int) -> int:
    """Give how many more visits a neighbour can be given that is asked once in ``delay``."""
    return max(0, max(1, round(AHEAD / max(delay, timedelta(milliseconds=50)))) - waiting)
