"""Changes of articles in the order in which they became known, and how far readers of them have come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from archive.model import Flag, RecordId, UrlKey
from archive.store.schema import articles, changes, cursors
from archive.store.statements import stream, upsert, within


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A revision that changed an article: the one before it, when it was first seen, and what its edits did.

    ``noted`` is its place in the order in which changes became known; 0 gives it the next one.
    """

    revision: RecordId
    before: RecordId
    article: UrlKey
    at: datetime
    flags: tuple[Flag, ...]
    noted: int = 0


def of_article(conn: Connection, article: UrlKey) -> dict[RecordId, Noted]:
    """Give what is noted of an article, by revision."""
    query = select(changes).where(changes.c.article == article)
    return {each.revision: each for each in map(_noted, conn.execute(query))}


def put(conn: Connection, rows: Sequence[Noted]) -> None:
    """Note changes in order; one that is known keeps its place, and takes what is new of it."""
    ids = [each.revision for each in rows]
    query = select(changes.c.revision, changes.c.noted).where(changes.c.revision.in_(ids))
    known = {revision: noted for revision, noted in conn.execute(query)}  # noqa: C416 - rows are no pairs to mypy
    last = conn.scalar(select(func.max(changes.c.noted))) or 0
    for each in rows:
        place = known.get(each.revision)
        if place is None:
            place = last = last + 1
        told = {"before": each.before, "article": each.article, "at": each.at, "flags": list(each.flags)}
        conn.execute(upsert(conn, changes), {"revision": each.revision, "noted": place, **told})


def forget(conn: Connection, revisions: Sequence[RecordId]) -> None:
    """Drop what was noted of revisions that are none any more."""
    if revisions:
        conn.execute(delete(changes).where(changes.c.revision.in_(revisions)))


def every(
    conn: Connection,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    behind: int = 0,
    sites: Sequence[str] | None = None,
) -> Iterator[Noted]:
    """Give changes seen in a time and noted behind a place, in the order of time, of some sites or all."""
    query = select(changes).where(changes.c.noted > behind, *within(changes.c.at, since, until))
    if sites is not None:
        query = query.join(articles, articles.c.id == changes.c.article).where(articles.c.site.in_(sites))
    return map(_noted, stream(conn, query.order_by(changes.c.at, changes.c.noted)))


def last(conn: Connection) -> int:
    """Give the place of what was noted last; 0 where nothing was."""
    return conn.scalar(select(func.max(changes.c.noted))) or 0


def cursor(conn: Connection, reader: str) -> tuple[int, datetime] | None:
    """Give how far a reader has come, and when that was; None for one who never looked."""
    row = conn.execute(select(cursors.c.position, cursors.c.at).where(cursors.c.reader == reader)).first()
    return None if row is None else (int(row[0]), row[1])


def move_cursor(conn: Connection, reader: str, place: int, at: datetime) -> None:
    """Note that a reader has seen all that was noted up to a place."""
    conn.execute(upsert(conn, cursors), {"reader": reader, "position": str(place), "at": at})


def _noted(row: object) -> Noted:
    told = row._mapping  # type: ignore[attr-defined]
    return Noted(**{**told, "flags": tuple(told["flags"])})
