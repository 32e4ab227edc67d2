"""Sightings: what feeds, sitemaps and pages showed, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from archive.model import Capture, Sighting, UrlKey
from archive.store.schema import captures, micros, readings, sightings
from archive.store.statements import Prepared, insert_new, names_of, stream, within

_NAMES = names_of(sightings)
_INSERT = Prepared(lambda conn: insert_new(conn, sightings))


def insert(conn: Connection, batch: Sequence[Sighting]) -> None:
    """Add sightings; what a capture showed at a place is told once."""
    if batch:
        _INSERT.write(conn, _NAMES, [_values(sighting) for sighting in batch])


def is_known(conn: Connection, first: Capture) -> bool:
    """Tell whether anybody looked at these bytes: at this capture, or at one that rests on it."""
    same = (captures.c.urlkey == first.urlkey, or_(captures.c.id == first.id, captures.c.refers_to == first.id))
    shown = select(1).select_from(captures.join(sightings, sightings.c.shown_by == captures.c.id)).where(*same)
    read = select(1).select_from(captures.join(readings, readings.c.capture == captures.c.id))
    return (
        conn.execute(shown.limit(1)).first() is not None
        or conn.execute(read.where(*same, readings.c.verdict != "same").limit(1)).first() is not None
    )


def of_site(conn: Connection, site: str, since: datetime | None = None) -> Iterator[Sighting]:
    """Give what was sighted of a site from ``since`` on, oldest first, in the order of its page."""
    query = select(sightings).where(sightings.c.site == site, *within(sightings.c.seen_at, since, None))
    order = sightings.c.seen_at, sightings.c.shown_by, sightings.c.position
    return map(_sighting, stream(conn, query.order_by(*order)))


def first(conn: Connection, keys: Sequence[UrlKey]) -> list[datetime]:
    """Give when one of some URLs was first sighted: nothing, or one time."""
    earliest = conn.scalar(select(func.min(sightings.c.seen_at)).where(sightings.c.urlkey.in_(list(keys))))
    return [] if earliest is None else [earliest]


def last_poll(conn: Connection, site: str, shower: UrlKey, before: datetime) -> list[Sighting]:
    """Give what the newest capture of a feed, sitemap or page showed before a time, in its order; empty when none did.

    ``shower`` is its urlkey. A poll that showed nothing, such as a 304, is passed over.
    """
    newest = (
        select(sightings.c.shown_by)
        .join(captures, captures.c.id == sightings.c.shown_by)
        .where(captures.c.urlkey == shower, captures.c.at < before, sightings.c.site == site)
        .order_by(captures.c.at.desc(), captures.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(sightings).where(sightings.c.shown_by == newest).order_by(sightings.c.position)
    return [_sighting(row) for row in conn.execute(query)]


def _values(sighting: Sighting) -> tuple[object, ...]:
    return (
        sighting.shown_by,
        sighting.position,
        sighting.how,
        sighting.site,
        sighting.urlkey,
        sighting.url,
        sighting.title,
        None if sighting.dated is None else micros(sighting.dated),
        None if sighting.lastmod is None else micros(sighting.lastmod),
        micros(sighting.seen_at),
    )


def _sighting(row: Sequence[Any]) -> Sighting:
    shown_by, position, how, site, urlkey, url, title, dated, lastmod, seen_at = row
    return Sighting(
        url=url,
        urlkey=urlkey,
        site=site,
        how=how,
        shown_by=shown_by,
        position=position,
        seen_at=seen_at,
        title=title,
        dated=dated,
        lastmod=lastmod,
    )
