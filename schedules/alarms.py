"""What is wrong with a site, or with the archive: one rule for each kind of alarm, from plain counts. Pure.

``days`` are the tallies of one site: of late (yesterday and today), then of the days before, the latest first. Rules on
feeds are in ``feed_alarms``. Each gives an alarm whose sentence says what to do, or None.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from archive.store.alarms import Alarm
from archive.store.lately import LENGTHS, NOTHING, Tally, added
from archive.store.signs import Found, Opening, Planned, Queue

KINDS = (
    "disk", "clock", "scheduler", "no answer", "overdue", "logged out", "robots", "failing", "yield collapse",
    "boilerplate", "feed dying", "quiet", "feed gap",
)  # fmt: skip
"""All kinds, the worst first: what stops everything, what stops a site, what spoils it, what may be nothing."""
ARCHIVE = ""
"""The site of an alarm that is about the whole archive."""

SILENT = timedelta(hours=12)
"""Most failures of a host are over by then, and what its feed held is not lost yet."""
FAILING = 0.1
"""The share of failed requests that is told; of well-kept sites one in a hundred fails."""
FAILING_URLS = 3
"""One page that always fails, tried three times, is a broken page and no failing site."""
SPAN = 7
"""Days after which what was found wrong once is taken for usual."""
ENOUGH = 20
"""Pages, or texts, below which a share says little."""
COLLAPSED = 0.5
"""An outlet whose articles are read half as often as usual has changed, or what it shows us has."""
CHANCE = 3.0
"""Standard deviations: where few pages are articles anyway, half as many may come by chance."""
WALLED = 0.3
"""So much more of what is fetched shows a wall than usual: a session that ended shows it on nearly everything."""
FEW_WALLS = 3
SHRUNK = 3.0
"""New texts whose median is a third of the usual are cut off: a longer news day does not do that."""
TEXTS = 8
OPENINGS = 5
"""Articles of a site that begin with the same sentence: no series has five parts in two days ..."""
OPENED = 0.3
"""... that are three in ten of all that is new."""
USED_TO = 3
"""So many articles that began like that more than a week ago make it a habit of the outlet."""
PERIODS = 1.5
"""Periods without a run that ended well: one night may fail, and the next has half a day to end."""
FULL_IN = timedelta(days=7)
"""Time enough to buy a disk."""
AHEAD = timedelta(minutes=20)
"""Clocks that are kept by NTP are seconds apart."""
WAITS_LONG = timedelta(hours=4)
"""Sites whose nights begin at one time wait for one another, but not until the morning."""


def words(alarm: Alarm) -> str:
    """Say an alarm in a few words."""
    return alarm.detail.partition(":")[0] if alarm.kind == "failing" else f"{alarm.kind} since {stand(alarm.since)}"


def rank(alarm: Alarm) -> tuple[int, datetime]:
    """Give what alarms are sorted by: the worst first, then the oldest."""
    return KINDS.index(alarm.kind) if alarm.kind in KINDS else len(KINDS), alarm.since


def stand(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def span(time: timedelta) -> str:
    """Say how long something is: ``20 min``, ``5 h``, ``3 days``."""
    minutes = time / timedelta(minutes=1)
    if minutes < 59.5:
        return f"{max(1, round(minutes))} min"
    return f"{round(minutes / 60)} h" if minutes < 48 * 60 else f"{round(minutes / 1440)} days"


# -------------------------------------------------------------------------------------------- whether a site answers


def no_answer(site: str, days: Sequence[Tally], began: datetime | None) -> Alarm | None:
    """A site that is asked and answers nothing; ``began``: its last run, which is over, or has lasted a while."""
    told = added(days)
    if told.first is None or told.last is None:
        return None
    if told.answer is not None and told.last - told.answer < SILENT:
        return None
    # What never answered did not since the run that asked it first.
    since = told.answer or (began if began is not None and began <= told.last else told.first)
    detail = (
        f"no request since {stand(since)} was answered, the last one of {stand(told.last)}; see whether {site} opens in"
        f" a browser, and from this machine: it may have moved, or shut us out (variorum log --outcome failed)"
    )
    return Alarm(site=site, kind="no answer", since=since, detail=detail)


def failing(site: str, days: Sequence[Tally]) -> Alarm | None:
    """A site that fails at many pages, and answers at others."""
    last = next((day for day in days if day.asked), NOTHING)
    if last.first is None or not last.answered or last.broken < FAILING_URLS or last.failed < FAILING * last.asked:
        return None
    detail = (
        f"{last.failed / last.asked:.0%} failed: {last.failed} of {last.asked} requests since {stand(last.first)}, at"
        f" {last.broken} URLs; variorum log shows how. Where it says limited, give the site a longer delay"
    )
    return Alarm(site=site, kind="failing", since=last.first, detail=detail)


def robots(site: str, days: Sequence[Tally]) -> Alarm | None:
    """A robots.txt that keeps us from pages which it let us have before, or from all, or that cannot be fetched."""
    told = added(days[:SPAN])
    if told.forbade is None or not (told.barred or not told.asked):
        return None
    what = f"{told.barred} visits to pages that were captured before" if told.barred else "everything that was wanted"
    detail = (
        f"{what}: forbidden since {stand(told.forbade)} ({told.rule or 'robots.txt'}); read its robots.txt, ask the"
        f' site, and where they agree write robots = "ignore" and the basis into sites/{site}.toml'
    )
    return Alarm(site=site, kind="robots", since=told.forbade, detail=detail)


# ---------------------------------------------------------------------------------------------- what is read of a site


def yield_collapse(site: str, days: Sequence[Tally], began: datetime) -> Alarm | None:
    """Pages of which far fewer are read as articles than was usual; ``began`` is when the span of late began."""
    late, before, many = _parted(days, lambda day: day.read, ENOUGH)
    if late.read < ENOUGH or before.read < ENOUGH:
        return None
    usual = before.articles / before.read
    lost = late.read * usual - late.articles
    if late.articles > COLLAPSED * late.read * usual or lost < CHANCE * math.sqrt(late.read * usual * (1 - usual)):
        return None
    since = began - timedelta(days=many - 1)
    detail = (
        f"{late.articles} of {late.read} pages were read as articles since {since:%Y-%m-%d}, {before.articles} of"
        f" {before.read} in the days before; open one and what was read of it (variorum show URL): redesigned, or"
        f" behind a wall?"
    )
    return Alarm(site=site, kind="yield collapse", since=since, detail=detail)


def logged_out(site: str, has_session: bool, days: Sequence[Tally], began: datetime) -> Alarm | None:
    """A site whose session no longer opens what it did."""
    late, before, many = _parted(days, lambda day: day.read, ENOUGH)
    if not has_session or late.walls < FEW_WALLS:
        return None
    usual = before.walls / before.read if before.read >= ENOUGH else 0.0
    if late.walls / late.read < usual + WALLED:
        return None
    since = began - timedelta(days=many - 1)
    detail = (
        f"{late.walls} of {late.read} pages showed a wall since {since:%Y-%m-%d}, {usual:.0%} of them before; log in"
        f" again and renew the session file that sites/{site}.toml names"
    )
    return Alarm(site=site, kind="logged out", since=since, detail=detail)


def boilerplate(site: str, days: Sequence[Tally], opening: Opening | None, began: datetime) -> Alarm | None:
    """New articles that all begin alike, or are far shorter than they used to be: something else is read for them."""
    new = sum(days[0].texts) if days else 0
    if opening is not None and opening.articles >= max(OPENINGS, OPENED * new) and opening.before < USED_TO:
        detail = (
            f"{opening.articles} of {max(new, opening.articles)} new articles begin with the same sentence, which none"
            f" did before {stand(opening.since)}; look at one (variorum show URL): a notice is read as the text"
        )
        return Alarm(site=site, kind="boilerplate", since=opening.since, detail=detail)
    late, before, many = _parted(days, lambda day: sum(day.texts), TEXTS)
    if sum(late.texts) < TEXTS or sum(before.texts) < ENOUGH:
        return None
    now, usual = _median(late.texts), _median(before.texts)
    if now * SHRUNK > usual:
        return None
    since = began - timedelta(days=many - 1)
    detail = (
        f"new articles have about {now:.0f} words since {since:%Y-%m-%d}, and had {usual:.0f}; look at one (variorum"
        f" show URL): a teaser, or a notice, is read as the text"
    )
    return Alarm(site=site, kind="boilerplate", since=since, detail=detail)


def _parted(days: Sequence[Tally], count: Callable[[Tally], int], enough: int) -> tuple[Tally, Tally, int]:
    """Give the last days that have enough, a week at most, those before, and how many the first are."""
    many = 1
    while many < min(SPAN, len(days)) and sum(map(count, days[:many])) < enough:
        many += 1
    return added(days[:many]), added(days[many:]), many


def _median(texts: Sequence[int]) -> float:
    """Give the words of the text in the middle, as far as counts by length tell."""
    half = sum(texts) / 2
    for count, (low, high) in zip(texts, pairwise((0, *LENGTHS, 2 * LENGTHS[-1])), strict=True):
        if half <= count:
            return low + (high - low) * half / count
        half -= count
    return 0.0


def unseen(found: Found, now: datetime) -> float:
    """Estimate the edits a week that were overwritten before they were seen, of pages that are revisited.

    A visit finds one of the edits since the visit before, whatever their number: the others are what was expected of
    it less the chance of any. That is scaled by what was found of what was expected, with one find as doubt on both
    sides. Edits before a page was found at all cannot be known.
    """
    weeks = max(now - found.first, timedelta(days=1)) / timedelta(days=7)
    return max(0.0, found.edits - found.chance) * (found.changed + 1) / (found.chance + 1) / weeks


# ------------------------------------------------------------------------------------------- what the machine is to do


def overdue(site: str, planned: Planned | None, period: timedelta, now: datetime) -> Alarm | None:
    """A site whose nightly runs do not end well, or are not made at all."""
    if planned is None:
        return None
    since = planned.ok or planned.first
    if now - since <= PERIODS * period:
        return None
    if now - planned.last > PERIODS * period:
        why = f"and none is planned since {stand(planned.last)}: is variorum start running?"
    else:
        told = f" ({planned.detail})" if planned.detail else ""
        why = f"the last one, of {stand(planned.last)}, is {planned.state}{told}; variorum runs shows them all"
    detail = f"no nightly run has ended well since {stand(since)}; {why}"
    return Alarm(site=site, kind="overdue", since=since, detail=detail)


def scheduler(queue: Queue | None, now: datetime) -> Alarm | None:
    """Planned runs that nobody makes."""
    if queue is None:
        return None
    detail = (
        f"{_number(queue.count, 'planned run waits', 'planned runs wait')}, the first since {stand(queue.since)}"
        f" ({queue.run}): is variorum start running, and does it have workers enough (crawl.workers)?"
    )
    return Alarm(site=ARCHIVE, kind="scheduler", since=min(queue.since, now), detail=detail)


def disk(free: int, least: int, growth: float, now: datetime) -> Alarm | None:
    """A disk that is full, or will be: free bytes, those below which capturing stops, bytes a day."""
    if free <= least:
        detail = f"capturing has stopped: {_size(free)} are free, store.min_free is {_size(least)}; make room"
    elif growth > 0 and (left := (free - least) / growth * timedelta(days=1)) <= FULL_IN:
        detail = (
            f"{_size(free)} are free and the archive grows by {_size(growth)} a day: capturing stops in {span(left)},"
            f" below store.min_free; make room, or move warcs/ to a larger disk"
        )
    else:
        return None
    return Alarm(site=ARCHIVE, kind="disk", since=now, detail=detail)


def clock(ahead: tuple[str, datetime] | None, now: datetime) -> Alarm | None:
    """Something that is dated in the future: a clock is wrong, or was when that was written."""
    if ahead is None or ahead[1] - now <= AHEAD:
        return None
    detail = (
        f"{ahead[0]} is dated {stand(ahead[1])}, {span(ahead[1] - now)} from now: this clock is wrong, or was then;"
        f" see that every machine of the archive is kept right by NTP"
    )
    return Alarm(site=ARCHIVE, kind="clock", since=now, detail=detail)


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
