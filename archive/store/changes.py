"""Changes of articles in the order in which they became known, and which of them readers were shown."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf

from sqlalchemy import Connection, false, func, select, update

from archive.model import Flag, RecordId, UrlKey
from archive.store.schema import articles, changes, cursors
from archive.store.statements import chunks, stream, upsert, within


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


@dataclass(frozen=True, slots=True)
class Places:
    """Places of changes, kept as runs without gaps; as text ``1-57,60``."""

    runs: tuple[tuple[int, int], ...] = ()

    def __contains__(self, place: int) -> bool:
        at = bisect_right(self.runs, (place, inf)) - 1
        return at >= 0 and self.runs[at][1] >= place

    @property
    def whole(self) -> int:
        """The place up to which all are among them."""
        return self.runs[0][1] if self.runs and self.runs[0][0] == 1 else 0

    def and_also(self, places: Iterable[int]) -> Places:
        """Give these and others."""
        runs: list[tuple[int, int]] = []
        for start, end in sorted((*self.runs, *((place, place) for place in places))):
            if runs and start <= runs[-1][1] + 1:
                runs[-1] = runs[-1][0], max(end, runs[-1][1])
            else:
                runs.append((start, end))
        return Places(tuple(runs))

    def text(self) -> str:
        """Give them as they are kept."""
        return ",".join(str(start) if start == end else f"{start}-{end}" for start, end in self.runs)

    @staticmethod
    def read(text: str) -> Places:
        """Read what was kept."""
        pairs = (each.partition("-") for each in text.split(",") if each)
        return Places(tuple((int(start), int(end or start)) for start, _, end in pairs))


def of_article(conn: Connection, article: UrlKey) -> dict[RecordId, Noted]:
    """Give what is noted of an article, by revision."""
    query = select(changes).where(changes.c.article == article, changes.c.gone == false())
    return {each.revision: each for each in map(_noted, conn.execute(query))}


def followed(conn: Connection, revisions: Sequence[RecordId]) -> dict[str, str]:
    """Give of revisions which one each of them follows; those that changed nothing are left out."""
    found: dict[str, str] = {}
    for some in chunks(revisions):
        query = select(changes.c.revision, changes.c.before)
        rows = conn.execute(query.where(changes.c.revision.in_(some), changes.c.gone == false()))
        found.update({revision: before for revision, before in rows})  # noqa: C416 - rows are no pairs to mypy
    return found


def put(conn: Connection, rows: Sequence[Noted]) -> None:
    """Note changes in order; one between the same two revisions as ever keeps its place, and takes what is new of it.

    A revision that followed another one till now is another change, and has another place.
    """
    known: dict[tuple[str, str], int] = {}
    ids = [each.revision for each in rows]
    for some in chunks(ids):
        query = select(changes.c.revision, changes.c.before, changes.c.noted).where(changes.c.revision.in_(some))
        known.update({(revision, before): noted for revision, before, noted in conn.execute(query)})
    forget(conn, ids)
    last = conn.scalar(select(func.max(changes.c.noted))) or 0
    for each in rows:
        place = known.get((each.revision, each.before))
        if place is None:
            place = last = last + 1
        told = {"article": each.article, "at": each.at, "flags": list(each.flags), "noted": place, "gone": False}
        conn.execute(upsert(conn, changes), {"revision": each.revision, "before": each.before, **told})


def forget(conn: Connection, revisions: Sequence[RecordId]) -> None:
    """Note that what was noted of revisions is no change any more; its place stays taken."""
    for some in chunks(revisions):
        conn.execute(update(changes).where(changes.c.revision.in_(some)).values(gone=True))


def every(
    conn: Connection,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    behind: int = 0,
    sites: Sequence[str] | None = None,
) -> Iterator[Noted]:
    """Give changes seen in a time and noted behind a place, in the order of time, of some sites or all."""
    query = select(changes).where(changes.c.gone == false(), changes.c.noted > behind)
    query = query.where(*within(changes.c.at, since, until))
    if sites is not None:
        query = query.join(articles, articles.c.id == changes.c.article).where(articles.c.site.in_(sites))
    return map(_noted, stream(conn, query.order_by(changes.c.at, changes.c.noted)))


def shown(conn: Connection, reader: str) -> Places:
    """Give the places of what a reader was shown; none for one who never looked."""
    return Places.read(conn.scalar(select(cursors.c.position).where(cursors.c.reader == reader)) or "")


def show(conn: Connection, reader: str, places: Iterable[int], at: datetime) -> None:
    """Note that a reader was shown some changes more, by their places."""
    now = shown(conn, reader).and_also(places)
    conn.execute(upsert(conn, cursors), {"reader": reader, "position": now.text(), "at": at})


def _noted(row: object) -> Noted:
    told = row._mapping  # type: ignore[attr-defined]
    return Noted(**{name: told[name] for name in Noted.__slots__ if name != "flags"}, flags=tuple(told["flags"]))
