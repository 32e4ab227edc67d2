"""The answer to an index query: captures as they are read, sifted and written as lines. Pure.

Everything runs over lists of rows as they come, one list at a time; an empty list says that some were read and none
was kept, so that whoever waits can see that the client is still there. No more is held than a query's limit allows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from heapq import merge, nsmallest
from itertools import chain, groupby, islice
from typing import NamedTuple

from archive.cdx import fields
from archive.cdx import written as cdxj_line
from archive.model import Capture
from archive.store.cdx_rows import Place, place
from archive.web.cdx_fields import NAMES, PUBLIC, Dialect, word
from archive.web.cdx_filter import Collapse
from archive.web.cdx_query import MOST_HELD, Query, resume_key

CLOSEST_UNASKED = 1000
"""Lines of a range of keys sorted by closeness that are told where no limit is given."""
ALIKE = 1000
"""Captures equally near that are sorted among themselves; more than that in one second come in groups of so many."""


class Row(NamedTuple):
    """A capture and the fields of its line."""

    capture: Capture
    fields: dict[str, str]


Batches = Iterator[list[Row]]
Near = tuple[int, bool, datetime, str]


def rows(batches: Iterable[Iterable[Capture]]) -> Batches:
    """Give captures with their fields."""
    for batch in batches:
        yield [Row(capture, fields(capture)) for capture in batch]


def filtered(batches: Batches, query: Query) -> Batches:
    """Give the rows that all filters of a query keep."""
    for batch in batches:
        yield [row for row in batch if all(one.keeps(row.fields) for one in query.filters)]


def collapsed(batches: Batches, by: Collapse, *, reverse: bool) -> Batches:
    """Give the first of neighbours that are alike; the last as they come where they come in reverse."""
    last: tuple[str, ...] | None = None
    held: list[Row] = []
    for batch in batches:
        kept: list[Row] = []
        for row in batch:
            token = by.token(row.fields)
            if token != last:
                kept += held if reverse else [row]
            held, last = [row], token
        yield kept
    if reverse:
        yield held


def nearest(
    before: Iterable[Iterable[Capture]], after: Iterable[Iterable[Capture]], query: Query, *, most: int
) -> Batches:
    """Give captures of one URL by closeness, in lists of ``most``.

    ``before`` are those before the time, newest first, ``after`` those from it on, oldest first.
    """

    def distance(capture: Capture) -> int:
        return nearness(capture, query)[0]

    def in_order() -> Iterator[Capture]:
        both = merge(chain.from_iterable(before), chain.from_iterable(after), key=distance)
        for _, alike in groupby(both, key=distance):
            while some := sorted(islice(alike, ALIKE), key=lambda capture: nearness(capture, query)):
                yield from some

    all_of_them = in_order()
    while batch := list(islice(all_of_them, most)):
        yield [Row(capture, fields(capture)) for capture in batch]


def nearest_of_many(batches: Batches, query: Query) -> Batches:
    """Give rows of any URLs by closeness: as many as are asked for, which are held."""
    wanted = min(query.offset + (query.limit or CLOSEST_UNASKED), MOST_HELD)
    best: list[Row] = []
    for batch in batches:
        best = nsmallest(wanted, chain(best, batch), key=lambda row: nearness(row.capture, query))
        yield []
    yield best


def nearness(capture: Capture, query: Query) -> Near:
    """Give what closeness sorts by: seconds to the time asked for, then exactly the URL asked for, then time."""
    assert query.closest is not None
    away = abs(capture.at.replace(microsecond=0) - query.closest.replace(microsecond=0))
    return away.days * 86_400 + away.seconds, capture.url != query.url, capture.at, capture.id


def resumed(batches: Batches, query: Query) -> Batches:
    """Give the rows behind the one at which an earlier answer stopped, which is the first if it comes at all."""
    first = query.resume is not None
    for batch in batches:
        told = first and bool(batch) and place(batch[0].capture) == query.resume
        first = first and not batch
        yield batch[1:] if told else batch


def cut(batches: Batches, offset: int, limit: int | None) -> Batches:
    """Give the rows behind the first ``offset``, ``limit`` at most."""
    left = limit
    for batch in batches:
        skipped = min(offset, len(batch))
        offset -= skipped
        wanted = batch[skipped : None if left is None else skipped + left]
        yield wanted
        if left is not None:
            left -= len(wanted)
            if left == 0:
                return


def turned(batches: Batches) -> Batches:
    """Give rows in the opposite order; all are held."""
    held: list[Row] = []
    for batch in batches:
        held += batch
        yield []
    yield held[::-1]


def sifted(found: Batches, query: Query, *, reverse: bool) -> Batches:
    """Give the rows that a query wants of those that its span has, read forward or in reverse."""
    kept = filtered(found, query) if query.filters else found
    for by in query.collapses:
        kept = collapsed(kept, by, reverse=reverse)
    if query.order == "closest" and (query.match != "exact" or query.collapses):
        kept = nearest_of_many(kept, query)
    limit = query.limit
    # One row more tells whether there is anything to resume.
    more = 1 if limit is not None and limit > 0 and query.shows_resume else 0
    offset = query.offset if query.resume is None else 0  # it was left out when the answer began
    kept = cut(resumed(kept, query), offset, None if limit is None else abs(limit) + more)
    return turned(kept) if limit is not None and limit < 0 else kept


def written(batches: Batches, query: Query, dialect: Dialect) -> Iterator[bytes]:
    """Write the rows of an answer, a piece for each list of them; a piece may be empty."""
    told = _Resumable(batches, query)
    if dialect == "wayback" and query.output == "json":
        yield from _table(told, query)
        return
    for batch in told:
        yield "".join(_line(row, query, dialect) + "\n" for row in batch).encode()
    if told.key is not None:
        yield f"\n{told.key}\n".encode()


class _Resumable:
    """The rows up to the limit; afterwards ``key`` is what to resume with, if there were more and it was asked for."""

    def __init__(self, batches: Batches, query: Query) -> None:
        self._batches = batches
        self._left = query.limit if query.shows_resume and query.order != "closest" and query.limit else None
        self.key: str | None = None

    def __iter__(self) -> Batches:
        last: Place | None = None
        for batch in self._batches:
            if self._left is None or self._left < 0:
                yield batch
                continue
            if len(batch) > self._left:
                before = batch[self._left - 1].capture if self._left else None
                stopped = last if before is None else place(before)
                self.key = None if stopped is None else resume_key(stopped)
            told = batch[: self._left]
            self._left -= len(told)
            last = place(told[-1].capture) if told else last
            yield told


def _table(told: _Resumable, query: Query) -> Iterator[bytes]:
    names = query.fields or PUBLIC
    begun = False
    for batch in told:
        lines = [json.dumps([_value(row, name) or "-" for name in names]) for row in batch]
        if lines and not begun:
            lines.insert(0, json.dumps(list(names)))
        yield (("" if not lines else ",\n" if begun else "[") + ",\n".join(lines)).encode()
        begun = begun or bool(lines)
    if told.key is not None:
        yield f",\n[],\n{json.dumps([told.key])}".encode()
    yield b"]\n" if begun else b"[]\n"


def _line(row: Row, query: Query, dialect: Dialect) -> str:
    if dialect == "wayback" and query.output == "text":
        return _words(row, query.fields or PUBLIC)
    if query.output == "text" and query.fields:
        return _words(row, query.fields)
    if query.output == "json":
        return json.dumps(_asked(row, query.fields) if query.fields else row.fields)
    if query.fields:
        values = json.dumps(_asked(row, query.fields))
        return f"{row.fields['urlkey']} {row.fields['timestamp']} {values}"
    return cdxj_line(row.fields)


def _words(row: Row, names: Sequence[str]) -> str:
    return " ".join(word(_value(row, name)) for name in names)


def _asked(row: Row, names: Sequence[str]) -> dict[str, str]:
    return {name: value for name in names if (value := _value(row, name)) is not None}


def _value(row: Row, name: str) -> str | None:
    return row.fields.get(NAMES.get(name, ""))
