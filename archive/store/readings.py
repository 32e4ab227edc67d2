"""Readings: what each extractor made of each capture."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from archive.model import Extraction, Link, Reading, RecordId, UrlKey, Verdict
from archive.store.schema import captures, micros, readings
from archive.store.statements import Prepared, names_of, stream, upsert, within

_NAMES = names_of(readings)
_INSERT = Prepared(lambda conn: upsert(conn, readings))


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
    same = and_(
        captures.c.urlkey == readings.c.urlkey, captures.c.at == readings.c.at, captures.c.id == readings.c.capture
    )
    order = readings.c.at, readings.c.capture, readings.c.extractor
    return select(readings, captures.c.url).join(captures, same).order_by(*order)


def _values(reading: Reading) -> tuple[object, ...]:
    return (
        reading.capture,
        reading.extractor,
        reading.urlkey,
        micros(reading.at),
        reading.verdict,
        reading.score,
        _text(list(reading.reasons)),
        reading.text_digest,
        None if reading.extraction is None else _text(asdict(reading.extraction)),
    )


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _reading(row: Sequence[Any]) -> Reading:
    capture, extractor, urlkey, at, verdict, score, reasons, text_digest, extraction, url = row
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
        extraction=None if extraction is None else _extraction(extraction),
    )


def _extraction(stored: Mapping[str, Any]) -> Extraction:
    lists = {name: tuple(stored[name]) for name in ("bylines", "paragraphs", "tags")}
    return Extraction(**{**stored, **lists, "links": tuple(Link(**link) for link in stored["links"])})
