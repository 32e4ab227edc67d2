"""The captures of a range of keys, read in pieces: what an index server answers from.

Each piece is read in a transaction of its own and begins behind the last row of the piece before, along the primary
key (urlkey, at, id). A slow client therefore holds no transaction open, and captures that arrive meanwhile may be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    literal,
    not_,
    select,
    tuple_,
)
from sqlalchemy import type_coerce as as_type

from archive.journal import NOTES, NOTES_END
from archive.model import Capture, Locator, RecordId, UrlKey
from archive.store.engine import Store
from archive.store.schema import captures, instant, micros
from archive.store.statements import Prepared, within

PIECE = 2000
"""Captures read at a time, at most."""

_NOTES = (NOTES, NOTES_END)
"""Our own notes are no captures of the web and never told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a capture stands in the order of the index; ``at`` in microseconds since 1970."""

    urlkey: str
    at: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part of the index: keys from ``low`` to before ``high``, or ``low`` alone where ``high`` is None.

    ``gaps`` are ranges of keys in it that are left out. Times are from ``since`` to before ``until``; places from
    ``first`` to before ``end``.
    """

    low: str
    high: str | None = None
    gaps: tuple[tuple[str, str], ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    first: Place | None = None
    end: Place | None = None


_key, _id = captures.c.urlkey, captures.c.id
_at: ColumnElement[Any] = as_type(captures.c.at, BigInteger)
_ROW = (
    _key, _at.label("at"), _id, captures.c.url, captures.c.status, captures.c.mime, captures.c.digest,
    captures.c.kind, captures.c.warc, captures.c.offset, captures.c.length,
)  # fmt: skip

# What a replay asks for each part of a page; putting a statement together takes longer than running it.
_of_key = select(*_ROW).where(
    _key == bindparam("urlkey"), _at >= bindparam("since", type_=BigInteger), _at < bindparam("until", type_=BigInteger)
)
_most = bindparam("most", type_=BigInteger)
_FORWARD = Prepared(lambda _: _of_key.order_by(captures.c.at, _id).limit(_most))
_BACKWARD = Prepared(lambda _: _of_key.order_by(captures.c.at.desc(), _id.desc()).limit(_most))


def place(capture: Capture) -> Place:
    """Give where a capture stands."""
    return Place(urlkey=capture.urlkey, at=micros(capture.at), id=capture.id)


def batches(store: Store, span: Span, *, reverse: bool = False, first: int = 100) -> Iterator[list[Capture]]:
    """Give the captures of a span in the order of the index, or in reverse, in lists of growing length.

    ``first`` is how many are read at first. The captures have what an index line tells, and no more.
    """
    most, last = min(max(first, 1), PIECE), None
    while True:
        with store.read() as conn:
            found = piece(conn, span, after=last, most=most, reverse=reverse)
        if found:
            yield found
        if len(found) < most:
            return
        last, most = place(found[-1]), min(most * 2, PIECE)


def piece(
    conn: Connection, span: Span, *, after: Place | None = None, most: int = PIECE, reverse: bool = False
) -> list[Capture]:
    """Give the first captures of a span behind a place, ``most`` of them at most."""
    if span.high is None and not (after or span.first or span.end or _meet(span, *_NOTES)):
        given = {
            "urlkey": span.low,
            "since": -(2**62) if span.since is None else micros(span.since),
            "until": 2**62 if span.until is None else micros(span.until),
            "most": most,
        }
        return [_capture(row) for row in (_BACKWARD if reverse else _FORWARD).rows(conn, given)]
    query = select(*_ROW).where(*_conditions(span))
    if after is not None:
        columns, values = _compared(span, after)
        query = query.where(columns < values if reverse else columns > values)
    return [_capture(row) for row in conn.execute(_ordered(query, reverse).limit(most))]


def count(conn: Connection, span: Span) -> int:
    """Give how many captures a span has."""
    return int(conn.scalar(select(func.count()).select_from(captures).where(*_conditions(span))) or 0)


def place_at(conn: Connection, span: Span, number: int) -> Place | None:
    """Give where the capture of this number (from 0) in a span stands; None where the span has no more than that."""
    query = _ordered(select(_key, _at.label("at"), _id).where(*_conditions(span)), reverse=False)
    row = conn.execute(query.offset(number).limit(1)).first()
    return None if row is None else Place(urlkey=row[0], at=row[1], id=row[2])


def page(conn: Connection, span: Span, number: int, size: int) -> Span | None:
    """Give the part of a span that is its page of this number (from 0), of ``size`` captures; None behind the last."""
    first = place_at(conn, span, number * size)
    if first is None:
        return None
    return replace(span, first=first, end=place_at(conn, replace(span, first=first), size))


def _conditions(span: Span) -> Iterator[ColumnElement[bool]]:
    if span.high is None:
        yield _key == span.low
    else:
        yield _key >= span.low
        yield _key < span.high
    for low, high in (_NOTES, *span.gaps):
        if _meet(span, low, high):
            yield not_(and_(_key >= low, _key < high))
    yield from within(captures.c.at, span.since, span.until)
    if span.first is not None:
        columns, values = _compared(span, span.first)
        yield columns >= values
    if span.end is not None:
        columns, values = _compared(span, span.end)
        yield columns < values


def _meet(span: Span, low: str, high: str) -> bool:
    return low <= span.low < high if span.high is None else span.low < high and low < span.high


def _compared(span: Span, place: Place) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Give the columns and the values of a place to compare; of one key only time and id differ."""
    if span.high is None and place.urlkey == span.low:
        return tuple_(_at, _id), tuple_(literal(place.at, BigInteger), literal(place.id))
    return tuple_(_key, _at, _id), tuple_(literal(place.urlkey), literal(place.at, BigInteger), literal(place.id))


def _ordered(query: Select[Any], reverse: bool) -> Select[Any]:
    if reverse:
        return query.order_by(_key.desc(), captures.c.at.desc(), _id.desc())
    return query.order_by(_key, captures.c.at, _id)


def _capture(row: Any) -> Capture:
    urlkey, at, id, url, status, mime, digest, kind, warc, offset, length = row
    return Capture(
        id=RecordId(id),
        urlkey=UrlKey(urlkey),
        url=url,
        at=instant(at),
        status=status,
        mime=mime,
        digest=digest,
        kind=kind,
        locator=Locator(warc=warc, offset=offset, length=length),
    )
