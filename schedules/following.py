"""Pages that a person has followed closely: what the journal says of them. Pure.

An entry ``follow`` is about a URL and holds ``every`` (seconds), ``until`` (RFC 3339, or none) and ``case``;
``unfollow`` ends it. The last word holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from archive.errors import Misuse
from archive.journal import FOLLOW, UNFOLLOW
from archive.model import Entry, Url, UrlKey
from archive.timing import parse_time, stamp
from archive.urls import urlkey


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A page that is looked at ``every`` so often, ``until`` a time (None: until somebody ends it), ``since`` another.

    ``case`` is the one it was last followed for.
    """

    url: Url
    every: timedelta
    until: datetime | None
    case: str | None
    since: datetime


def told(every: timedelta, until: datetime | None, case: str | None, note: str | None) -> dict[str, object]:
    """Give what an entry of the journal holds."""
    return {
        "every": every.total_seconds(),
        "until": None if until is None else stamp(until),
        "case": case,
        "note": note,
    }


def followed(entries: Iterable[Entry], now: datetime) -> Mapping[UrlKey, Followed]:
    """Give the pages that are followed at a time, from entries of any kinds in any order.

    Who follows a page again while it is followed changes how; ``since`` stays, and so does ``case`` where no other is
    named. An entry that cannot be read counts for nothing.
    """
    found: dict[UrlKey, Followed] = {}
    for entry in sorted(entries, key=lambda each: (each.at, each.id)):
        key = urlkey(entry.subject)
        if entry.kind == UNFOLLOW:
            found.pop(key, None)
        elif entry.kind == FOLLOW and (one := _followed(entry)) is not None:
            had = found.get(key)
            if had is not None and not is_over(had, entry.at):
                one = replace(one, case=one.case or had.case, since=had.since)
            found[key] = one
    return {key: one for key, one in found.items() if not is_over(one, now)}


def is_over(one: Followed, now: datetime) -> bool:
    """Tell whether the time has come until which a page was to be followed."""
    return one.until is not None and one.until <= now


def _followed(entry: Entry) -> Followed | None:
    every, until, case = (entry.data.get(key) for key in ("every", "until", "case"))
    if not isinstance(every, int | float) or isinstance(every, bool) or every <= 0:
        return None
    try:
        return Followed(
            url=Url(entry.subject),
            every=timedelta(seconds=every),
            until=parse_time(until) if isinstance(until, str) else None,
            case=case if isinstance(case, str) else None,
            since=entry.at,
        )
    except (Misuse, OverflowError):
        return None
