"""Readings: what each extractor made of each capture."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    true,
    type_coerce,
)

from archive.errors import Damaged
from archive.model import Capture, Reading, RecordId, Url, UrlKey, Verdict, Why
from archive.store import captures as capture_rows
from archive.store import extractions, layouts
from archive.store.schema import Instant, Json, captures, instant, json_text, micros, readings, visits
from archive.store.statements import Prepared, chunks, names_of, stream, upsert, within

NOT_READ: tuple[Why, ...] = ("robots", "feed", "sitemap", "front page", "archive page", "requisite")
"""Reasons of a visit whose capture is no page that a reader would read as an article."""
HTML = "text/html", "application/xhtml+xml"

_NAMES = names_of(readings)
_INSERT = Prepared(lambda conn: upsert(conn, readings))
_SAME = and_(
    captures.c.urlkey == readings.c.urlkey, captures.c.at == readings.c.at, captures.c.id == readings.c.capture
)
# As the database has them: what a prepared statement gives.
_RAW = [
    type_coerce(c, BigInteger if isinstance(c.type, Instant) else Text) if isinstance(c.type, Instant | Json) else c
    for c in readings.columns
]
_newest = (
    select(*_RAW, captures.c.url)
    .join(captures, _SAME)
    .where(readings.c.urlkey == bindparam("key"), readings.c.verdict == "article", readings.c.layout.is_not(None))
    .order_by(readings.c.at.desc(), readings.c.capture.desc(), readings.c.extractor.desc())
    .limit(1)
)
_NEWEST = Prepared(lambda _: _newest)
_NEWEST_OF_URL = Prepared(lambda _: _newest.where(captures.c.url == bindparam("wanted")))


def insert(conn: Connection, batch: Sequence[Reading]) -> None:
    """Add readings; a new one of the same capture by the same extractor takes the place of the old."""
    if batch:
        _INSERT.write(conn, _NAMES, [_values(reading) for reading in batch])


def of_capture(conn: Connection, capture: RecordId) -> list[Reading]:
    """Give the readings of a capture, one for each extractor."""
    return [_reading(row) for row in conn.execute(_query().where(readings.c.capture == capture))]


def of_url(conn: Connection, urlkey: UrlKey) -> list[Reading]:
    """Give the readings of a URL's captures, oldest capture first."""
    return [_reading(row) for row in conn.execute(_query().where(readings.c.urlkey == urlkey))]


def every(
    conn: Connection,
    *,
    verdict: Verdict | None = None,
    extractor: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> Iterator[Reading]:
    """Give readings, oldest capture first, of captures made from ``since`` on and before ``until``."""
    query = _query().where(*within(readings.c.at, since, until))
    for column, wanted in ((readings.c.verdict, verdict), (readings.c.extractor, extractor)):
        if wanted is not None:
            query = query.where(column == wanted)
    return map(_reading, stream(conn, query.limit(limit)))


def of_captures(conn: Connection, ids: Sequence[RecordId], extractor: str | None = None) -> list[Reading]:
    """Give the readings of some captures, by all extractors or by one, oldest capture first."""
    found: list[Reading] = []
    for some in chunks(ids):
        query = _query().where(readings.c.capture.in_(some))
        if extractor is not None:
            query = query.where(readings.c.extractor == extractor)
        found += map(_reading, conn.execute(query))
    return sorted(found, key=lambda each: (each.at, each.capture, each.extractor))


def newest_article(conn: Connection, urlkey: UrlKey, url: Url | None = None) -> Reading | None:
    """Give the reading of the newest capture of a URL that is an article and has a layout; exactly ``url`` if given."""
    if url is None:
        rows = _NEWEST.rows(conn, {"key": urlkey})
    else:
        rows = _NEWEST_OF_URL.rows(conn, {"key": urlkey, "wanted": url})
    if not rows:
        return None
    row = list(rows[0])
    for name, given in (("at", instant), ("reasons", json.loads), ("extraction", json.loads)):
        place = _NAMES.index(name)
        row[place] = None if row[place] is None else given(row[place])
    return _reading(row)


def is_overtaken(conn: Connection, urlkey: UrlKey, same_as: RecordId) -> bool:
    """Tell whether a page was read anew after the capture that a later one repeats: it went back to what it was."""
    first = capture_rows.by_id(conn, same_as)
    if first is None:
        return False
    later = (readings.c.urlkey == urlkey, readings.c.at > first.at, readings.c.verdict == "article")
    return conn.execute(select(readings.c.capture).where(*later).limit(1)).first() is not None


def missing(
    conn: Connection, limit: int, after: tuple[datetime, RecordId] | None = None, *, again: bool = False
) -> list[Capture]:
    """Give the oldest captures that a reader would read and that have no reading, ``limit`` at most.

    With ``again`` a reading that came to no end, for want of time or memory, is none. ``after`` is
    time and id of the last one given before. A call looks at every capture, so ask for many at once.
    """
    # A visit tells the time and the URL of its capture, so the index by both finds it.
    elsewise = exists().where(
        visits.c.urlkey == captures.c.urlkey,
        visits.c.at == captures.c.at,
        visits.c.capture == captures.c.id,
        visits.c.why.in_(NOT_READ),
    )
    status = captures.c.status
    query = select(captures.c.id).where(
        captures.c.kind.in_(("response", "revisit")),
        or_(captures.c.mime.is_(None), captures.c.mime.in_(HTML), status.is_(None), status < 200, status > 299),
        captures.c.refers_to.is_(None),  # what repeats another says nothing of its own
        ~exists().where(
            readings.c.capture == captures.c.id,
            ~and_(readings.c.verdict == "other", readings.c.score == 0) if again else true(),
        ),
        ~elsewise,
    )
    if after is not None:
        at, id = after
        query = query.where(or_(captures.c.at > at, and_(captures.c.at == at, captures.c.id > id)))
    query = query.order_by(captures.c.at, captures.c.id).limit(limit)
    # A record id that was wrongly given twice is one capture here, as it is for its readings.
    ids = dict.fromkeys(map(RecordId, conn.scalars(query)))
    return [found for id in ids if (found := capture_rows.by_id(conn, id)) is not None]


def verdicts(conn: Connection, run: str) -> Mapping[str, int]:
    """Give how many captures of a run were read as what, the most frequent first."""
    query = (
        select(readings.c.verdict, func.count())
        .join(captures, captures.c.id == readings.c.capture)
        .where(captures.c.run == run)
        .group_by(readings.c.verdict)
        .order_by(func.count().desc(), readings.c.verdict)
    )
    return {row[0]: row[1] for row in conn.execute(query)}


def _query() -> Select[Any]:
    """Select readings with the URL of their capture; one whose capture is not in the index is not given."""
    order = readings.c.at, readings.c.capture, readings.c.extractor
    return select(readings, captures.c.url).join(captures, _SAME).order_by(*order)


def _values(reading: Reading) -> tuple[object, ...]:
    return (
        reading.capture,
        reading.extractor,
        reading.urlkey,
        micros(reading.at),
        reading.verdict,
        reading.score,
        json_text(list(reading.reasons)),
        reading.text_digest,
        None if reading.extraction is None else json_text(extractions.data(reading.extraction)),
        reading.same_as,
        None if reading.layout is None else layouts.pack(reading.layout),
        reading.claims,
    )


def _reading(row: Sequence[Any]) -> Reading:
    (
        capture, extractor, urlkey, at, verdict, score, reasons, text_digest, extraction, same_as, layout, claims, url,
    ) = row  # fmt: skip
    try:
        unpacked = None if layout is None else layouts.unpack(layout)
    except ValueError as error:
        raise Damaged(
            f"the layout in the reading of {capture} is unreadable ({error}); move variorum.db away, then run"
            " `variorum reindex` and `variorum reread`"
        ) from error
    return Reading(
        capture=capture,
        urlkey=urlkey,
        url=url,
        at=at,
        extractor=extractor,
        verdict=verdict,
        score=score,
        reasons=tuple(reasons),
        text_digest=text_digest,
        extraction=None if extraction is None else extractions.extraction(extraction),
        same_as=same_as,
        layout=unpacked,
        claims=claims,
    )
