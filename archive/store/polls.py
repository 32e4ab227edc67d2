"""What feeds, sitemaps and front pages answered when they were asked for something new, and when it was new.

Each query is of one list, by its urlkey: ``visits (urlkey, at)``, ``captures (urlkey, at)``, ``sightings (shown_by)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, case, func, select

from archive.model import Capture, Outcome, RecordId, Url, UrlKey
from archive.store import captures as capture_rows
from archive.store.schema import Instant, captures, frontier, journal, sightings, visits

LOOKED_AT = 48
"""Polls that are looked back on."""
MOST = 200
"""Items of a list that are looked at, the youngest by their dates: a sitemap may have 50,000."""
STEPS = 48
MOMENTS = 500
BACKLOG = timedelta(hours=1)
"""What is seen within an hour of the first look at a site was there before."""
DATED_AHEAD = timedelta(hours=1)
"""Items may be dated a little ahead; one of tomorrow is an event, not news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One visit to a list: how it ended, and how many items the bytes showed that came, or that it rests on."""

    at: datetime
    outcome: Outcome
    status: int | None = None
    mime: str | None = None
    items: int = 0


def of_list(conn: Connection, key: UrlKey, until: datetime) -> list[Poll]:
    """Give the last visits to a list, ``LOOKED_AT`` at most, the newest first."""
    rows = conn.execute(_POLLS, {"key": key, "until": until})
    return [
        Poll(at=at, outcome=outcome, status=status, mime=mime, items=items) for at, outcome, status, mime, items in rows
    ]


def showed(conn: Connection, key: UrlKey) -> bool:
    """Tell whether the bytes that a list answered last showed anything at any time."""
    last = select(captures.c.digest).where(captures.c.urlkey == key, captures.c.digest.is_not(None))
    digest = conn.scalar(last.order_by(captures.c.at.desc(), captures.c.id.desc()).limit(1))
    shown = select(1).select_from(captures.join(sightings, sightings.c.shown_by == captures.c.id))
    return conn.execute(shown.where(captures.c.urlkey == key, captures.c.digest == digest).limit(1)).first() is not None


def shower(conn: Connection, site: str) -> Capture | None:
    """Give the capture that last showed an item of a site as a feed: where its feed is, wherever that was moved."""
    query = select(sightings.c.shown_by).where(sightings.c.site == site, sightings.c.how == "feed")
    id = conn.scalar(query.order_by(sightings.c.seen_at.desc()).limit(1))
    return None if id is None else capture_rows.by_id(conn, RecordId(id))


def last(conn: Connection, site: str, key: UrlKey, until: datetime) -> list[datetime]:
    """Give when the items were new that a list showed last, in order."""
    return sorted(_shown(conn, site, key, until).values())


def news(conn: Connection, site: str, key: UrlKey, until: datetime, since: datetime) -> list[datetime]:
    """Give when the items of a list were new, in order: those it showed last, and before, back to ``since`` or so.

    Takes up to ``STEPS`` queries, one for each time that the list was renewed; once a day is often enough.
    """
    found: dict[str, datetime] = {}
    before = until
    for _ in range(STEPS):
        shown = _shown(conn, site, key, before)
        for item, at in shown.items():
            found[item] = min(at, found.get(item, at))
        if not shown or len(found) >= MOMENTS or before < since:
            break
        # What is pinned to the top for a year is no measure of how far a list reaches back.
        before = min(sorted(shown.values())[len(shown) // 4], before)
    return sorted(found.values())


def gaps(conn: Connection, since: datetime) -> dict[str, tuple[Url, datetime]]:
    """Give for each site the feed that last left something out between two polls, and when that was noted."""
    query = select(journal.c.subject, journal.c.at, journal.c.data)
    query = query.where(journal.c.kind == "feed-gap", journal.c.at >= since).order_by(journal.c.at, journal.c.id)
    return {str(data.get("site")): (Url(subject), at) for subject, at, data in conn.execute(query)}


def _shown(conn: Connection, site: str, key: UrlKey, before: datetime) -> dict[str, datetime]:
    """Give the items that a list showed last before a time, with when each was new.

    That is its date, as it stands there or was told elsewhere, unless it was still to come; else when the item was
    seen first. What was there when the site was seen first has been there nobody knows how long, and is left out.
    """
    id = conn.scalar(_LAST, {"key": key, "before": before})
    if id is None:
        return {}
    began = conn.scalar(_BEGAN, {"of": site})
    found: dict[str, datetime] = {}
    for item, dated, told, seen in conn.execute(_ITEMS, {"list": id}):
        date = dated or told
        if date is not None and date <= seen + DATED_AHEAD:
            found[item] = min(date, seen)
        elif seen > began + BACKLOG:
            found[item] = seen
    return found


# Made once: there are as many calls as there are lists.
_same = and_(captures.c.urlkey == visits.c.urlkey, captures.c.at == visits.c.at, captures.c.id == visits.c.capture)
_bytes_of = func.coalesce(captures.c.refers_to, captures.c.id)
_POLLS = (
    select(
        visits.c.at,
        visits.c.outcome,
        visits.c.status,
        # An answer that names no type has one nevertheless; a visit without an answer has none.
        case((captures.c.id.is_not(None), func.coalesce(captures.c.mime, ""))),
        select(func.count()).where(sightings.c.shown_by == _bytes_of).scalar_subquery(),
    )
    .select_from(visits.outerjoin(captures, _same))
    .where(visits.c.urlkey == bindparam("key"), visits.c.at <= bindparam("until", type_=Instant))
    .order_by(visits.c.at.desc(), visits.c.id.desc())
    .limit(LOOKED_AT)
)
_LAST = (
    select(captures.c.id)
    .where(captures.c.urlkey == bindparam("key"), captures.c.at < bindparam("before", type_=Instant))
    # No word on the site: SQLite would look through all sightings of the site instead.
    .where(select(1).where(sightings.c.shown_by == captures.c.id).exists())
    .order_by(captures.c.at.desc(), captures.c.id.desc())
    .limit(1)
)
_BEGAN = select(func.min(sightings.c.seen_at)).where(sightings.c.site == bindparam("of"))
_earlier = sightings.alias()
_ITEMS = (
    select(
        sightings.c.urlkey,
        sightings.c.dated,
        frontier.c.dated,
        select(func.min(_earlier.c.seen_at)).where(_earlier.c.urlkey == sightings.c.urlkey).scalar_subquery(),
    )
    .select_from(sightings.outerjoin(frontier, frontier.c.urlkey == sightings.c.urlkey))
    .where(sightings.c.shown_by == bindparam("list"))
    .order_by(case((sightings.c.dated.is_(None), 1), else_=0), sightings.c.dated.desc(), sightings.c.position)
    .limit(MOST)
)
