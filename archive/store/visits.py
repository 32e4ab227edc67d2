"""Visits: the ledger of every exchange and every refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from archive.model import Capture, Locator, Outcome, RecordId, Url, UrlKey, Visit
from archive.store.schema import micros, visits
from archive.store.statements import Prepared, insert_new, names_of, stream, within
from archive.urls import urlkey as key_of

_NAMES = names_of(visits)
_INSERT = Prepared(lambda conn: insert_new(conn, visits))


def insert(conn: Connection, batch: Sequence[Visit]) -> None:
    """Add visits; one whose id is there already is left as it is."""
    if batch:
        _INSERT.write(conn, _NAMES, [_values(visit) for visit in batch])


def every(
    conn: Connection,
    *,
    outcome: Outcome | None = None,
    run: str | None = None,
    urlkey: UrlKey | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> Iterator[Visit]:
    """Give visits, oldest first, from ``since`` on and before ``until``, ``limit`` at most."""
    query = select(visits).where(*within(visits.c.at, since, until))
    for column, wanted in ((visits.c.outcome, outcome), (visits.c.run, run), (visits.c.urlkey, urlkey)):
        if wanted is not None:
            query = query.where(column == wanted)
    return map(_visit, stream(conn, query.order_by(visits.c.at, visits.c.id).limit(limit)))


def of_capture(conn: Connection, capture: Capture) -> Visit | None:
    """Give the visit that made a capture, which began in the same instant; None where others made it."""
    query = select(visits).where(
        visits.c.urlkey == key_of(capture.url), visits.c.at == capture.at, visits.c.capture == capture.id
    )
    row = conn.execute(query.limit(1)).first()
    return None if row is None else _visit(row)


def newest(conn: Connection, urlkey: UrlKey, url: Url, *, since: datetime) -> Visit | None:
    """Give the last visit to exactly this URL, not older than ``since``."""
    query = select(visits).where(visits.c.urlkey == urlkey, visits.c.url == url, visits.c.at >= since)
    row = conn.execute(query.order_by(visits.c.at.desc(), visits.c.id).limit(1)).first()
    return None if row is None else _visit(row)


def counts(conn: Connection, run: str) -> Mapping[str, int]:
    """Give how many visits of a run had each outcome; outcomes that never happened are left out."""
    query = select(visits.c.outcome, func.count()).where(visits.c.run == run).group_by(visits.c.outcome)
    return {row[0]: row[1] for row in conn.execute(query.order_by(visits.c.outcome))}


def whys(conn: Connection, run: str) -> Mapping[str, int]:
    """Give how many visits of a run had each reason, the most frequent first."""
    query = select(visits.c.why, func.count().label("number")).where(visits.c.run == run).group_by(visits.c.why)
    return {row[0]: row[1] for row in conn.execute(query.order_by(func.count().desc(), visits.c.why))}


def considered(conn: Connection, run: str) -> int:
    """Count the URLs that a run has visits of."""
    return int(conn.execute(select(func.count(visits.c.url.distinct())).where(visits.c.run == run)).scalar() or 0)


ANSWERED: tuple[Outcome, ...] = (
    "captured", "unchanged", "redirected", "gone", "refused", "limited", "truncated",
)  # fmt: skip
"""Outcomes in which a server answered."""


def has_answer(conn: Connection, run: str, site: str) -> bool:
    """Tell whether anything of a site was answered in a run, other than for its robots.txt."""
    mine = (visits.c.run == run, visits.c.site == site, visits.c.why != "robots")
    query = select(visits.c.id).where(*mine, visits.c.outcome.in_(ANSWERED))
    return conn.execute(query.limit(1)).first() is not None


def was_asked(conn: Connection, run: str, site: str) -> bool:
    """Tell whether anything of a site was visited in a run, other than its robots.txt."""
    mine = (visits.c.run == run, visits.c.site == site, visits.c.why != "robots")
    return conn.execute(select(visits.c.id).where(*mine).limit(1)).first() is not None


def of_warc(conn: Connection, warc: str) -> Iterator[tuple[RecordId, int, int]]:
    """Give record id, offset and length of the metadata records in a WARC file that tell visits, in file order."""
    query = select(visits.c.id, visits.c.offset, visits.c.length).where(visits.c.warc == warc)
    for id, offset, length in stream(conn, query.order_by(visits.c.offset)):
        yield RecordId(id), offset, length


def _values(visit: Visit) -> tuple[object, ...]:
    return (
        visit.id,
        visit.url,
        visit.urlkey,
        micros(visit.at),
        visit.why,
        visit.attempt,
        visit.outcome,
        visit.status,
        visit.detail,
        visit.came_from,
        visit.capture,
        visit.run,
        visit.site,
        visit.ms,
        visit.locator.warc,
        visit.locator.offset,
        visit.locator.length,
    )


def _visit(row: Sequence[Any]) -> Visit:
    (
        id, url, urlkey, at, why, attempt, outcome, status, detail, came_from, capture, run, site, ms, warc, offset,
        length,
    ) = row  # fmt: skip
    return Visit(
        id=id,
        url=url,
        urlkey=urlkey,
        at=at,
        why=why,
        attempt=attempt,
        outcome=outcome,
        status=status,
        detail=detail,
        came_from=came_from,
        capture=capture,
        run=run,
        site=site,
        ms=ms,
        locator=Locator(warc=warc, offset=offset, length=length),
    )
