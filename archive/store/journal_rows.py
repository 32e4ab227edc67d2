"""Rows of the journal: what people and the program decided, as ``archive.journal`` wrote it to the WARC files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, delete, select

from archive.model import Entry, Locator
from archive.store.schema import journal
from archive.store.statements import AnyRow, insert_new, stream


def insert(conn: Connection, entries: Sequence[Entry]) -> None:
    """Add entries; one whose id is there already is left as it is."""
    if entries:
        conn.execute(insert_new(conn, journal), [_values(entry) for entry in entries])


def every(conn: Connection, kind: str | None = None, subject: str | None = None) -> Iterator[Entry]:
    """Give entries, oldest first, of one kind or about one subject."""
    query = select(journal).order_by(journal.c.at, journal.c.id)
    if kind is not None:
        query = query.where(journal.c.kind == kind)
    if subject is not None:
        query = query.where(journal.c.subject == subject)
    return map(_entry, stream(conn, query))


def forget_warc(conn: Connection, warc: str) -> None:
    """Delete the entries that lie in a WARC file."""
    conn.execute(delete(journal).where(journal.c.warc == warc))


def _values(entry: Entry) -> dict[str, object]:
    place = entry.locator
    return {
        "id": entry.id,
        "kind": entry.kind,
        "at": entry.at,
        "subject": entry.subject,
        "data": dict(entry.data),
        "warc": None if place is None else place.warc,
        "offset": None if place is None else place.offset,
        "length": None if place is None else place.length,
    }


def _entry(row: AnyRow) -> Entry:
    id, kind, at, subject, data, warc, offset, length = row
    place = None if warc is None else Locator(warc=warc, offset=offset, length=length)
    return Entry(id=id, kind=kind, at=at, subject=subject, data=data, locator=place)
