"""Captures and visits as an export asks for them: each capture with the record that tells how it was made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, select

from archive.model import Capture, Locator, RecordId, UrlKey, Visit, Why
from archive.store.schema import captures, visits
from archive.store.statements import chunks, names_of, stream, within

_NAMES = names_of(captures)
_VISIT = (visits.c.id, visits.c.warc, visits.c.offset, visits.c.length, visits.c.why)
_LEADS: tuple[Why, ...] = ("redirect", "requisite", "citation")
# A visit tells the time of its capture, so the index by times finds it whatever the capture's key.
_OF_CAPTURE = and_(visits.c.at == captures.c.at, visits.c.capture == captures.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A capture, and the place of the record of its visit; None where that is not ours to know (an import)."""

    capture: Capture
    visit: RecordId | None = None
    place: Locator | None = None
    why: Why | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which captures are meant: of sites, of URLs by their keys, or all; of one run and time. Empty: no such bound."""

    sites: tuple[str, ...] = ()
    keys: tuple[UrlKey, ...] = ()
    run: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def chosen(conn: Connection, choice: Choice) -> Iterator[Told]:
    """Give the captures of a choice, in no order."""
    for bounds in _bounds(choice, captures.c.site, captures.c.urlkey, captures.c.run, captures.c.at):
        yield from map(_told, stream(conn, _query().where(*bounds)))


def by_ids(conn: Connection, ids: Sequence[RecordId]) -> Iterator[Told]:
    """Give the captures of record ids; of an id that was wrongly given twice, both."""
    for some in chunks(ids):
        yield from map(_told, conn.execute(_query().where(captures.c.id.in_(some))).fetchall())


def unanswered(conn: Connection, choice: Choice) -> Iterator[Visit]:
    """Give the visits of a choice that brought no capture."""
    for bounds in _bounds(choice, visits.c.site, visits.c.urlkey, visits.c.run, visits.c.at):
        yield from map(_visit, stream(conn, select(visits).where(visits.c.capture.is_(None), *bounds)))


def leads(conn: Connection) -> Iterator[tuple[str, RecordId, Why]]:
    """Give where redirects, requisites and citations were fetched from, what that brought, and which of them it was."""
    query = select(visits.c.came_from, visits.c.capture, visits.c.why).where(
        visits.c.came_from.is_not(None), visits.c.capture.is_not(None), visits.c.why.in_(_LEADS)
    )
    for came_from, capture, why in stream(conn, query):
        yield came_from, RecordId(capture), why


def _bounds(
    choice: Choice, site: Column[Any], key: Column[Any], run: Column[Any], at: Column[Any]
) -> Iterator[list[ColumnElement[bool]]]:
    bounds = list(within(at, choice.since, choice.until))
    if choice.sites:
        bounds.append(site.in_(choice.sites))
    if choice.run is not None:
        bounds.append(run == choice.run)
    if not choice.keys:
        yield bounds
    for some in chunks(choice.keys):
        yield [*bounds, key.in_(some)]


def _query() -> Select[Any]:
    return select(captures, *_VISIT).select_from(captures.outerjoin(visits, _OF_CAPTURE))


def _told(row: Sequence[Any]) -> Told:
    values = dict(zip(_NAMES, row, strict=False))
    visit, warc, offset, length, why = row[len(_NAMES) :]
    place = Locator(warc=values.pop("warc"), offset=values.pop("offset"), length=values.pop("length"))
    return Told(
        capture=Capture(**values, locator=place),
        visit=visit,
        place=None if visit is None else Locator(warc=warc, offset=offset, length=length),
        why=why,
    )


def _visit(row: Sequence[Any]) -> Visit:
    values = dict(zip(names_of(visits), row, strict=True))
    place = Locator(warc=values.pop("warc"), offset=values.pop("offset"), length=values.pop("length"))
    return Visit(**values, locator=place)
