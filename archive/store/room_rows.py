"""What pages of the web server show beside single captures: counts, days, neighbours of a URL, what was tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, literal_column, select

from archive.journal import NOTES
from archive.model import Capture, Outcome, RecordId, Url, UrlKey
from archive.store import captures as capture_rows
from archive.store.schema import EPOCH, articles, captures, revisions, visits
from archive.store.statements import chunks

_DAY = 86_400_000_000
_ARTICLE = articles.c.id, articles.c.url, articles.c.site
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What an archive holds; ``newest`` is the time of its last capture of the web."""

    captures: int
    urls: int
    articles: int
    revisions: int
    newest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """An article by its newest revision: when that was first seen, and how many it has."""

    article: UrlKey
    url: Url
    site: str | None
    headline: str | None
    seen_from: datetime
    revisions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A URL that was captured: as it was asked for last, how often, and when last."""

    urlkey: UrlKey
    url: Url
    captures: int
    newest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A visit that brought no capture, and why."""

    at: datetime
    url: Url
    outcome: Outcome
    detail: str | None


def totals(conn: Connection) -> Totals:
    """Count captures, URLs, articles and revisions; every row is looked at."""
    of_web = captures.c.urlkey.not_like(f"{NOTES}%")
    count, newest = conn.execute(select(func.count(), func.max(captures.c.at)).where(of_web)).one()
    urls = conn.scalar(select(func.count(captures.c.urlkey.distinct())).where(of_web))
    return Totals(
        captures=count,
        urls=urls or 0,
        articles=conn.scalar(select(func.count()).select_from(articles)) or 0,
        revisions=conn.scalar(select(func.count()).select_from(revisions)) or 0,
        newest=newest,
    )


def sites(conn: Connection) -> list[str]:
    """Give the sites that articles here are of."""
    return [each for each in conn.scalars(select(articles.c.site).distinct().order_by(articles.c.site)) if each]


def lately(conn: Connection, limit: int, site: str | None = None) -> list[Lately]:
    """Give the articles with the newest revisions, the newest first, among the last ``limit`` revisions.

    With ``site`` those of it that were seen last.
    """
    if site is None:
        recent = select(revisions.c.article).order_by(revisions.c.seen_from.desc()).limit(limit)
    else:
        recent = select(articles.c.id).where(articles.c.site == site).order_by(articles.c.last_seen.desc()).limit(limit)
    ids = list(dict.fromkeys(conn.scalars(recent)))
    found = []
    for some in chunks(ids):
        last = (
            select(revisions.c.article, func.max(revisions.c.number).label("number"))
            .where(revisions.c.article.in_(some))
            .group_by(revisions.c.article)
            .subquery()
        )
        query = (
            select(
                articles.c.id,
                articles.c.url,
                articles.c.site,
                revisions.c.headline,
                revisions.c.seen_from,
                last.c.number,
            )
            .join(last, last.c.article == articles.c.id)
            .join(revisions, (revisions.c.article == last.c.article) & (revisions.c.number == last.c.number))
        )
        found += [
            Lately(article=id, url=url, site=of, headline=headline, seen_from=at, revisions=number)
            for id, url, of, headline, at, number in conn.execute(query)
        ]
    return sorted(found, key=lambda each: each.seen_from, reverse=True)


def captured(conn: Connection, urlkey: UrlKey) -> int:
    """Count the captures of a URL."""
    return conn.scalar(select(func.count()).select_from(captures).where(captures.c.urlkey == urlkey)) or 0


def newest_first(conn: Connection, urlkey: UrlKey, *, offset: int, limit: int) -> list[Capture]:
    """Give some of a URL's captures, the newest first."""
    query = select(captures.c.id).where(captures.c.urlkey == urlkey)
    query = query.order_by(captures.c.at.desc(), captures.c.id.desc()).offset(offset).limit(limit)
    found = (capture_rows.by_id(conn, RecordId(id)) for id in conn.scalars(query))
    return [each for each in found if each is not None]


def by_day(conn: Connection, urlkey: UrlKey) -> list[tuple[date, int]]:
    """Give how many captures of a URL were made on each day (UTC), oldest first; days without any are left out."""
    day: ColumnElement[int] = literal_column(f"captures.at / {_DAY}")
    query = select(day, func.count()).where(captures.c.urlkey == urlkey).group_by(day).order_by(day)
    return [((EPOCH + timedelta(days=int(number))).date(), count) for number, count in conn.execute(query)]


def begin_so(conn: Connection, prefix: str, limit: int, leave: Sequence[UrlKey] = ()) -> list[Known]:
    """Give captured URLs whose keys begin so, in the order of their keys, ``limit`` at most."""
    query = select(captures.c.urlkey, func.count(), func.max(captures.c.at)).where(captures.c.urlkey >= prefix)
    query = query.where(captures.c.urlkey < prefix + _LAST)
    query = query.where(captures.c.urlkey.not_in(leave), captures.c.urlkey.not_like(f"{NOTES}%"))
    rows = conn.execute(query.group_by(captures.c.urlkey).order_by(captures.c.urlkey).limit(limit)).all()
    found = []
    for key, count, at in rows:
        url = conn.scalar(select(captures.c.url).where(captures.c.urlkey == key, captures.c.at == at).limit(1))
        found.append(Known(urlkey=UrlKey(key), url=Url(url or key), captures=count, newest=at))
    return found


def tried(conn: Connection, urlkey: UrlKey, limit: int) -> list[Tried]:
    """Give the last visits to a URL that brought no capture, the newest first."""
    columns = visits.c.at, visits.c.url, visits.c.outcome, visits.c.detail
    query = select(*columns).where(visits.c.urlkey == urlkey, visits.c.capture.is_(None))
    rows = conn.execute(query.order_by(visits.c.at.desc()).limit(limit))
    return [Tried(at=at, url=url, outcome=outcome, detail=detail) for at, url, outcome, detail in rows]
