"""What is wrong with the lists in which a site shows what is new: they are quiet, die, or hold too little. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from statistics import median

from archive.model import Url
from archive.store.alarms import Alarm
from archive.store.lately import NOT_ASKED
from archive.store.polls import Poll
from schedules import cadence
from schedules.alarms import span, stand
from schedules.cadence import Cadence

QUIET = 3
"""Where no cadence is learned yet, a source is quiet after so many of its usual intervals."""
LEAST = timedelta(days=1)
"""The usual interval is then never taken for shorter: nobody has seen a weekend of it yet."""
ITEMS = 4
"""Dated items that an interval can be read from."""
SICK = timedelta(hours=12)
"""How long a feed must have been wrong, and at ``SICK_POLLS`` polls: a server's bad night is none of its death."""
SICK_POLLS = 3
SHRUNK = 3
"""Feeds hold as many items every day; a third of them are left where one was cut, or replaced by another."""
WORTH_COUNTING = 6
MOVED = (301, 308)
"""Redirects for good (RFC 9110, sections 15.4.2 and 15.4.9)."""
NICE = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 180, 360, 720))
"""Intervals that a person would write into a site file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A list in which a site shows what is new.

    ``times`` are those of the items it showed last, in order. ``polled`` is when it was asked last, in vain or not, and
    answered; a silence is measured up to then. ``polls`` are the last visits, the latest first.
    """

    url: Url
    times: tuple[datetime, ...] = ()
    polled: datetime | None = None
    cadence: Cadence | None = None
    polls: tuple[Poll, ...] = ()
    is_feed: bool = True

    @property
    def newest(self) -> datetime | None:
        return self.times[-1] if self.times else None


# ----------------------------------------------------------------------------------------------------------- quiet


def quiet_since(dates: Sequence[datetime], now: datetime) -> datetime | None:
    """Give the last of some dates, oldest first, where ``QUIET`` of their usual intervals have passed since."""
    if len(dates) < ITEMS:
        return None
    usual = median((later - earlier).total_seconds() for earlier, later in pairwise(dates))
    patience = QUIET * max(timedelta(seconds=usual), LEAST)
    return dates[-1] if now - dates[-1] > patience else None


def is_silent(source: Source, zone: tzinfo = UTC) -> bool:
    """Tell whether a source shows nothing new for unusually long."""
    if source.newest is None or source.polled is None:
        return False
    if source.cadence is None:
        return quiet_since(source.times, source.polled) is not None
    return cadence.is_quiet(source.cadence, source.newest, source.polled, zone)


def quiet(site: str, sources: Sequence[Source], zone: tzinfo = UTC) -> Alarm | None:
    """A site of which no source that ever showed anything shows anything new."""
    told = [source for source in sources if source.newest is not None]
    # A front page that was asked last night is no witness of life today: all are judged up to the last answer of any.
    until = max((source.polled for source in told if source.polled is not None), default=None)
    if not told or not all(is_silent(replace(source, polled=until), zone) for source in told):
        return None
    # A feed dates what the front page only shows.
    last = max(told, key=lambda source: (source.is_feed, source.times[-1]))
    since = last.times[-1]
    detail = (
        f"no new item since {stand(since)}, usually {usual(last, zone)}; look whether {_kind(last)} moved: {last.url}"
    )
    return Alarm(site=site, kind="quiet", since=since, detail=detail)


def usual(source: Source, zone: tzinfo = UTC) -> str:
    """Say how often a source shows something new, at the time of week at which it was asked last."""
    if source.cadence is not None and source.polled is not None:
        now = cadence.interval(source.cadence, source.polled, zone)
        if now is not None:
            return f"one every {span(now)} at this time of week"
        return f"{source.cadence.per_week:.0f} a week"
    steps = [(later - earlier).total_seconds() for earlier, later in pairwise(source.times)]
    return f"one every {span(timedelta(seconds=median(steps)))}" if steps else "not known how often"


# ------------------------------------------------------------------------------------------------------------ dying


def feed_dying(site: str, sources: Sequence[Source], zone: tzinfo = UTC) -> Alarm | None:
    """A feed that fails, has moved, or shows less and less; ``sources`` are all of the site."""
    for source in sources:
        if source.is_feed:
            found = _failed(source) or _no_feed(source) or _moved(source) or _shrunk(source)
            if found is None and is_silent(source, zone):
                found = _frozen(source, sources, zone)
            if found is not None:
                since, what = found
                return Alarm(site=site, kind="feed dying", since=since, detail=f"{source.url} {what}")
    return None


Sickness = tuple[datetime, str] | None


def _failed(source: Source) -> Sickness:
    told = [poll for poll in source.polls if poll.outcome not in NOT_ASKED]
    since = _streak(told, _is_bad)
    if since is None:
        return None
    how = f"answers {told[0].status}" if told[0].status is not None else "gives no answer"
    return since, f"{how} since {stand(since)}; find its new address: variorum watch, with the front page, names feeds"


def _no_feed(source: Source) -> Sickness:
    told = [poll for poll in source.polls if poll.mime is not None and not _is_bad(poll)]
    since = _streak(told, lambda poll: poll.items == 0)
    if since is None or told[0].outcome == "redirected":
        return None
    if "html" in next((poll.mime for poll in told if poll.mime), ""):
        return since, f"answers a web page, no feed, since {stand(since)}; look there for the feed's new address"
    return since, f"shows no item since {stand(since)}; open it: is there another feed?"


def _moved(source: Source) -> Sickness:
    told = [poll for poll in source.polls if not _is_bad(poll)]
    since = _streak(told, lambda poll: poll.outcome == "redirected" and poll.status in MOVED)
    if since is None:
        return None
    return since, f"has moved for good, says its server since {stand(since)}; write its new address into the site file"


def _shrunk(source: Source) -> Sickness:
    told = [poll for poll in source.polls if poll.items]
    if len(told) < 2 * SICK_POLLS:
        return None
    usually = median(poll.items for poll in told[len(told) // 2 :])
    since = _streak(told, lambda poll: poll.items * SHRUNK <= usually)
    if since is None or usually < WORTH_COUNTING:
        return None
    now = told[0].items
    return since, f"holds {now} items, and held {usually:.0f} before {stand(since)}; open it: was it cut, or replaced?"


def _frozen(source: Source, sources: Sequence[Source], zone: tzinfo) -> Sickness:
    since = source.times[-1]
    others = [other for other in sources if other is not source and other.newest is not None]
    ahead = [other for other in others if other.times[-1] - since > SICK]
    if not ahead or all(is_silent(other, zone) for other in ahead):
        return None
    by = max(ahead, key=lambda other: other.times[-1])
    return since, (
        f"shows nothing new since {stand(since)}, but {by.url} did at {stand(by.times[-1])}; look for another feed, or"
        f" take this one out of the site file"
    )


def _is_bad(poll: Poll) -> bool:
    return poll.outcome in ("gone", "refused", "failed", "limited", "truncated") or (
        poll.outcome == "captured" and poll.status is not None and poll.status >= 400
    )


def _streak(polls: Sequence[Poll], claim: Callable[[Poll], bool]) -> datetime | None:
    """Give since when a claim is true of all polls, if that is long enough; the latest poll comes first."""
    true = 0
    while true < len(polls) and claim(polls[true]):
        true += 1
    since = polls[true - 1].at if true >= SICK_POLLS else None
    return since if since is not None and polls[0].at - since >= SICK else None


# -------------------------------------------------------------------------------------------------------------- gap


def feed_gap(site: str, source: Source, at: datetime, poll: timedelta) -> Alarm:
    """A feed that left items out between two polls, last noted ``at``; ``poll`` is how often it is asked."""
    wanted = often_enough(source.times, poll)
    if wanted < poll:
        what = f'poll more often: write poll = "{written(wanted)}" under [schedule] of sites/{site}.toml'
    else:
        what = "it was not asked for longer than that: see variorum runs --missed"
    held = (
        f"{len(source.times)} items, half of them of {span(_half(source.times))}" if len(source.times) > 1 else "little"
    )
    detail = (
        f"items went by unseen before {stand(at)}: {source.url} holds {held}, and is asked every {span(poll)}; {what}"
    )
    return Alarm(site=site, kind="feed gap", since=at, detail=detail)


def often_enough(times: Sequence[datetime], poll: timedelta) -> timedelta:
    """Give how often a feed is to be asked that holds items of these times: while half of them go by.

    Half of what is now where that cannot be told.
    """
    longest = _half(times) if len(times) >= ITEMS else poll / 2
    return next((each for each in reversed(NICE) if each <= longest), NICE[0])


def written(interval: timedelta) -> str:
    """Write an interval as site files have it."""
    minutes = interval // timedelta(minutes=1)
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


def _half(times: Sequence[datetime]) -> timedelta:
    return times[-1] - times[len(times) // 2 - 1]


def _kind(source: Source) -> str:
    return "the feed" if source.is_feed else "the page"
