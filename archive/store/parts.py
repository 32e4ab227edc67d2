"""What pages need to be shown and the archive lacks: which pages were looked through, and what was missing then.

A part that has been captured since is left out whenever somebody asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    type_coerce,
)

from archive.judge import HTML
from archive.model import Outcome, RecordId, Url, UrlKey
from archive.store.schema import captures, citations, instant, looked, missing, sightings, visits
from archive.store.statements import Prepared, chunks, stream, upsert
from archive.urls import urlkey

ROBOTS = "%)/robots.txt"
"""Keys of files that are no pages, whatever type a server gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A part that pages need and no capture shows.

    ``modifier`` says what for, as an address of the archive has it (``im_`` a picture, ``cs_`` a style sheet, ``if_`` a
    frame). ``pages`` counts the pages that need it. ``outcome``, ``tried`` and ``detail`` are those of the last visit;
    None where it was never asked for.
    """

    url: Url
    urlkey: UrlKey
    modifier: str
    pages: int
    outcome: Outcome | None = None
    status: int | None = None
    tried: datetime | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it was looked through: the capture whose bytes these are, and when they were looked at."""

    urlkey: UrlKey
    url: Url
    capture: RecordId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """A part that a page names and that is in no capture."""

    url: Url
    urlkey: UrlKey
    modifier: str


def to_look(
    conn: Connection,
    *,
    after: str = "",
    limit: int,
    site: str | None = None,
    keys: Sequence[UrlKey] | None = None,
    again: bool = False,
) -> list[RecordId]:
    """Give the newest whole HTML capture of pages nobody has looked through, by urlkey, from behind ``after`` on.

    A capture with the payload of another stands for that. Of a page whose missing style sheet has come since, the
    newest is given too: what the sheet loads is not known yet. ``again`` gives those that were looked through as well.
    """
    is_page = and_(captures.c.status == 200, captures.c.mime.in_(HTML), captures.c.urlkey.not_like(ROBOTS))
    bytes_of = func.coalesce(captures.c.refers_to, captures.c.id)
    query = select(captures.c.urlkey, captures.c.id, bytes_of, looked.c.capture)
    query = query.select_from(captures.outerjoin(looked, looked.c.urlkey == captures.c.urlkey))
    query = query.where(is_page, captures.c.urlkey > after)
    if site is not None:
        query = query.where(captures.c.site == site)
    if keys is not None:
        query = query.where(captures.c.urlkey.in_(list(keys)))
    found: list[RecordId] = []
    for _, id, original, before in _last_of_each(stream(conn, query.order_by(*_ORDER))):
        if again or before != original or _has_new_sheet(conn, id):
            found.append(RecordId(id))
            if len(found) >= limit:
                break
    return found


_ORDER = (captures.c.urlkey, captures.c.at, captures.c.id)
_shows = or_(captures.c.status < 400, captures.c.status.is_(None))


def _last_of_each(rows: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    last: Sequence[Any] | None = None
    for row in rows:
        if last is not None and last[0] != row[0]:
            yield last
        last = row
    if last is not None:
        yield last


def _has_new_sheet(conn: Connection, page: str) -> bool:
    key = select(captures.c.urlkey).where(captures.c.id == page).limit(1).scalar_subquery()
    query = select(1).where(missing.c.page == key, missing.c.modifier == "cs_", _is_held(missing.c.urlkey))
    return conn.execute(query.limit(1)).first() is not None


def put(
    conn: Connection, page: UrlKey, capture: RecordId, *, site: str | None, at: datetime, lacks: Sequence[Lack]
) -> None:
    """Note what a page was found to lack, in place of what was noted before."""
    conn.execute(upsert(conn, looked), {"urlkey": page, "capture": capture, "at": at, "site": site})
    conn.execute(delete(missing).where(missing.c.page == page))
    rows = {
        lack.urlkey: {"urlkey": lack.urlkey, "page": page, "url": lack.url, "modifier": lack.modifier}
        for lack in reversed(lacks)
    }
    if rows:
        conn.execute(insert(missing), list(rows.values()))


def every(conn: Connection, *, site: str | None = None, pages: Sequence[UrlKey] | None = None) -> Iterator[Missing]:
    """Give what pages (of a site, or those of the keys) lack, as it is read, what most of them need first."""
    of = () if pages is None else (missing.c.page.in_(list(pages)),)
    return _told(conn, _grouped((*_of_site(site), *of)))


def wipe(conn: Connection) -> None:
    """Forget what was found: every page is looked through again when somebody asks."""
    conn.execute(delete(missing))
    conn.execute(delete(looked))


def missing_parts(
    conn: Connection, *, site: str | None = None, limit: int | None = None, offset: int = 0
) -> list[Missing]:
    """Give what pages (of a site) lack, what most of them need first."""
    return list(_told(conn, _grouped(_of_site(site)).limit(limit).offset(offset)))


def missing_of(conn: Connection, page: UrlKey) -> list[Missing]:
    """Give what a page lacks."""
    return list(_told(conn, _grouped((missing.c.page == page,))))


def count_missing(conn: Connection, *, site: str | None = None) -> int:
    """Count the parts that pages (of a site) lack."""
    query = select(func.count(missing.c.urlkey.distinct())).where(*_of_site(site), ~_is_held(missing.c.urlkey))
    return int(conn.scalar(query) or 0)


def count_looked(conn: Connection, *, site: str | None = None) -> int:
    """Count the pages that were looked through."""
    query = select(func.count()).select_from(looked)
    return int(conn.scalar(query if site is None else query.where(looked.c.site == site)) or 0)


def are_looked(conn: Connection, pages: Sequence[UrlKey]) -> bool:
    """Tell whether one of the keys is a page that was looked through."""
    return conn.execute(select(1).where(looked.c.urlkey.in_(list(pages))).limit(1)).first() is not None


def pages_of(conn: Connection, part: UrlKey, limit: int = 20) -> list[Page]:
    """Give pages that need a part, by urlkey."""
    newest = select(captures.c.url).where(captures.c.urlkey == looked.c.urlkey).order_by(captures.c.at.desc()).limit(1)
    query = (
        select(looked.c.urlkey, newest.scalar_subquery(), looked.c.capture, looked.c.at)
        .select_from(missing.join(looked, looked.c.urlkey == missing.c.page))
        .where(missing.c.urlkey == part)
        .order_by(looked.c.urlkey)
        .limit(limit)
    )
    rows = conn.execute(query).fetchall()
    return [Page(urlkey=key, url=url, capture=capture, at=at) for key, url, capture, at in rows if url is not None]


def lacking(conn: Connection, urls: Collection[str]) -> set[str]:
    """Give those of the URLs of which there is no capture that shows something."""
    keys = {url: urlkey(url) for url in urls}
    there = held(conn, keys.values())
    return {url for url, key in keys.items() if key not in there}


def held(conn: Connection, keys: Collection[UrlKey]) -> set[UrlKey]:
    """Give those of the keys of which there is a capture that shows something: no error, no refusal."""
    found: set[UrlKey] = set()
    for some in chunks(sorted(set(keys))):
        query = select(captures.c.urlkey).where(captures.c.urlkey.in_(some), _shows).distinct()
        found.update(map(UrlKey, conn.scalars(query)))
    return found


def is_named(conn: Connection, part: UrlKey, url: Url) -> bool:
    """Tell whether a page that was looked through names exactly this URL as a part it needs."""
    query = select(1).where(missing.c.urlkey == part, missing.c.url == url)
    return conn.execute(query.limit(1)).first() is not None


def named_as(conn: Connection, part: UrlKey, page: UrlKey, url: Url) -> str | None:
    """Give as what a page that was looked through names exactly this URL; None where it does not."""
    query = select(missing.c.modifier).where(missing.c.urlkey == part, missing.c.page == page, missing.c.url == url)
    found = conn.scalar(query)
    return None if found is None else str(found)


def is_known(conn: Connection, key: UrlKey, url: Url) -> bool:
    """Tell whether something in the archive led to exactly this URL: a page's part, a visit, a list, a citation."""
    if is_named(conn, key, url):
        return True
    known = (
        select(1).where(visits.c.urlkey == key, visits.c.url == url),
        select(1).where(sightings.c.urlkey == key, sightings.c.url == url),
        select(1).where(citations.c.target_urlkey == key, citations.c.target == url),
    )
    return any(conn.execute(query.limit(1)).first() is not None for query in known)


def _of_site(site: str | None) -> tuple[ColumnElement[bool], ...]:
    if site is None:
        return ()
    return (missing.c.page.in_(select(looked.c.urlkey).where(looked.c.site == site)),)


def _is_held(key: ColumnElement[Any]) -> ColumnElement[bool]:
    return exists(select(1).where(captures.c.urlkey == key, _shows))


def _grouped(of: tuple[ColumnElement[bool], ...]) -> Select[Any]:
    number = func.count().label("number")
    query = select(missing.c.urlkey, func.min(missing.c.url), func.min(missing.c.modifier), number)
    query = query.where(*of, ~_is_held(missing.c.urlkey))
    return query.group_by(missing.c.urlkey).order_by(number.desc(), missing.c.urlkey)


_last_visit = (
    select(visits.c.outcome, visits.c.status, type_coerce(visits.c.at, BigInteger), visits.c.detail)
    .where(visits.c.urlkey == bindparam("urlkey"))
    .order_by(visits.c.at.desc(), visits.c.id.desc())
    .limit(1)
)
_LAST_VISIT = Prepared(lambda _: _last_visit)


def _told(conn: Connection, query: Select[Any]) -> Iterator[Missing]:
    for key, url, modifier, pages in stream(conn, query):
        tried = _LAST_VISIT.rows(conn, {"urlkey": key})
        outcome, status, at, detail = tried[0] if tried else (None, None, None, None)
        yield Missing(
            url=Url(url),
            urlkey=UrlKey(key),
            modifier=modifier,
            pages=pages,
            outcome=outcome,
            status=status,
            tried=None if at is None else instant(at),
            detail=detail,
        )
