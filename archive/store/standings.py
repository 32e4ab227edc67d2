"""What the scheduler knows of articles, sites and neighbours: standings, learned ways, prices, what was expected.

The values are the scheduler's own; here they are plain JSON. Times are given, never asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, Text, bindparam, delete, func, select, type_coerce, update

from archive.model import RecordId, UrlKey
from archive.store.schema import (
    expected,
    frontier,
    instant,
    learned,
    micros,
    prices,
    revisions,
    sightings,
    standings,
    unfolded,
)
from archive.store.statements import Prepared, chunks, names_of, stream, upsert


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is known of one article, up to the visit ``at``, as plain values."""

    urlkey: UrlKey
    site: str
    at: datetime
    data: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An article that waits for its next visit, planned for ``next_at``; ``data`` is None where nothing is known."""

    urlkey: UrlKey
    site: str
    neighbour: str
    next_at: datetime
    data: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A revisit that was made: how many edits were expected, the chance of any, and whether there was one."""

    visit: RecordId
    site: str
    at: datetime
    edits: float
    chance: float
    changed: bool


# ---------------------------------------------------------------------------------------------------------- articles

_PUT = Prepared(lambda conn: upsert(conn, standings))
_STANDINGS = names_of(standings)


def of(conn: Connection, keys: Sequence[UrlKey]) -> dict[UrlKey, Row]:
    """Give what is known of articles."""
    found = {}
    for some in chunks(keys):
        for key, site, at, data in conn.execute(select(standings).where(standings.c.urlkey.in_(some))):
            found[key] = Row(urlkey=key, site=site, at=at, data=data)
    return found


def put(conn: Connection, rows: Iterable[Row]) -> None:
    """Write down what is known of articles now."""
    given = [(row.urlkey, row.site, micros(row.at), json.dumps(row.data, separators=(",", ":"))) for row in rows]
    if given:
        _PUT.write(conn, _STANDINGS, given)


def forget_after(conn: Connection, at: datetime) -> int:
    """Drop what was learned from visits dated after a time; give how many articles that concerns."""
    return conn.execute(delete(standings).where(standings.c.at > at)).rowcount


def counts(conn: Connection) -> dict[str, int]:
    """Count the articles of each site that something is known of."""
    query = select(standings.c.site, func.count()).group_by(standings.c.site)
    return {row[0]: row[1] for row in conn.execute(query)}


_DATA = type_coerce(standings.c.data, Text)
# Which run a row is in is asked so that no index answers it: the one by state and site does.
_IS_FREE = func.coalesce(frontier.c.run, "") == ""
_WAITING = (
    select(frontier.c.urlkey, frontier.c.site, frontier.c.neighbour, type_coerce(frontier.c.next_at, BigInteger), _DATA)
    .join(standings, standings.c.urlkey == frontier.c.urlkey, isouter=True)
    .where(
        frontier.c.state == "waiting",
        _IS_FREE,
        frontier.c.attempt == 1,
        frontier.c.what == "article",
        frontier.c.why == "recheck",
    )
)
MICRO = timedelta(microseconds=1)
HEARD = timedelta(days=1)
"""What is said of an edit so long before the last visit tells whether that visit's find had been announced."""


def waiting(conn: Connection, site: str, until: datetime | None = None) -> Iterator[Waiting]:
    """Give the articles of a site that wait for their next visit in no run, those that are planned before a time."""
    query = _WAITING.where(frontier.c.site == site)
    return map(_waiting, stream(conn, query if until is None else query.where(frontier.c.next_at <= until)))


def due(conn: Connection, site: str, now: datetime) -> list[Waiting]:
    """Give the articles of a site whose next visit is due and in no run."""
    return list(waiting(conn, site, now))


def _waiting(row: Sequence[Any]) -> Waiting:
    key, site, neighbour, at, data = row
    told = None if data is None else json.loads(data)
    return Waiting(urlkey=key, site=site, neighbour=neighbour, next_at=instant(at), data=told)


_MOVED = Prepared(
    lambda _: (
        update(frontier)
        .where(
            frontier.c.urlkey == bindparam("key"),
            frontier.c.state == "waiting",
            frontier.c.run.is_(None),
        )
        .values(next_at=bindparam("when", type_=BigInteger))
    )
)


def move(conn: Connection, moved: Iterable[tuple[UrlKey, datetime]]) -> int:
    """Put off or bring forward visits that wait in no run; give how many were moved."""
    rows = [{"key": key, "when": micros(at)} for key, at in moved]
    return _MOVED.each(conn, rows) if rows else 0


def bumps(conn: Connection, site: str, since: datetime) -> list[tuple[UrlKey, datetime, datetime]]:
    """Give what lists that were read from ``since`` on say of known articles: the key, when it was seen, and the time
    of a change, later than ``HEARD`` before the last visit. The newest word of each comes last."""
    query = (
        select(sightings.c.urlkey, sightings.c.seen_at, sightings.c.lastmod)
        .join(standings, standings.c.urlkey == sightings.c.urlkey)
        .where(
            sightings.c.site == site,
            sightings.c.seen_at >= since,
            type_coerce(sightings.c.lastmod, BigInteger) > type_coerce(standings.c.at, BigInteger) - HEARD // MICRO,
        )
        .order_by(sightings.c.seen_at)
    )
    return [(key, seen, said) for key, seen, said in conn.execute(query)]


# ------------------------------------------------------------------------------------------------------ what was found


def opened(conn: Connection, captures: Sequence[RecordId]) -> set[RecordId]:
    """Give those captures that opened a revision after the first."""
    found: set[RecordId] = set()
    for some in chunks(captures):
        found.update(conn.scalars(select(revisions.c.id).where(revisions.c.id.in_(some), revisions.c.number > 1)))
    return found


def unfolded_of(conn: Connection, keys: Sequence[UrlKey]) -> set[UrlKey]:
    """Give those URLs whose chains wait to be folded: what a visit found is not known yet."""
    found: set[UrlKey] = set()
    for some in chunks(keys):
        found.update(conn.scalars(select(unfolded.c.urlkey).where(unfolded.c.urlkey.in_(some))))
    return found


_EXPECTED = Prepared(lambda conn: upsert(conn, expected))


def note_expected(conn: Connection, rows: Sequence[Expected]) -> None:
    """Write down what was expected of revisits, and what was found."""
    given = [(row.visit, row.site, micros(row.at), row.edits, row.chance, row.changed) for row in rows]
    if given:
        _EXPECTED.write(conn, names_of(expected), given)


def forget_expected(conn: Connection, before: datetime) -> None:
    """Drop what was expected of revisits made before a time."""
    conn.execute(delete(expected).where(expected.c.at < before))


def found_and_expected(conn: Connection, since: datetime) -> tuple[int, float, float]:
    """Give, of the revisits since a time, how many found an edit, how many had been expected to, and the edits."""
    query = select(
        func.count().filter(expected.c.changed), func.sum(expected.c.chance), func.sum(expected.c.edits)
    ).where(expected.c.at >= since)
    found, chance, edits = conn.execute(query).one()
    return found or 0, chance or 0.0, edits or 0.0


# --------------------------------------------------------------------------------------------------- sites, neighbours


def learned_of(conn: Connection) -> dict[str, Any]:
    """Give what was learned of the ways of sites, by their names."""
    return {row[0]: row[1] for row in conn.execute(select(learned.c.site, learned.c.data))}


def put_learned(conn: Connection, given: Mapping[str, Any], now: datetime) -> None:
    """Write down what was learned of sites."""
    if given:
        rows = [{"site": site, "at": now, "data": data} for site, data in given.items()]
        conn.execute(upsert(conn, learned), rows)


def prices_of(conn: Connection) -> dict[str, float]:
    """Give what a visit costs at each neighbour."""
    return {row[0]: row[1] for row in conn.execute(select(prices.c.neighbour, prices.c.price))}


def put_prices(conn: Connection, given: Mapping[str, float], now: datetime) -> None:
    """Write down what a visit costs at neighbours now."""
    if given:
        rows = [{"neighbour": name, "price": price, "at": now} for name, price in given.items()]
        conn.execute(upsert(conn, prices), rows)
