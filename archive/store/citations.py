"""Citations of revisions, and who is cited by whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, distinct, func, or_, select

from archive.model import Citation, RecordId, UrlKey
from archive.naming import key
from archive.store.schema import articles, citations, outlet_names, revisions
from archive.store.statements import AnyRow, chunks, stream
from archive.urls import urlkey

_CITATION = [column for column in citations.columns if column.name in Citation.__slots__]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A citation where it stands: which revision of which article, and its place among that one's."""

    revision: RecordId
    position: int
    article: UrlKey
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How often an outlet is cited: citations in newest revisions, and the articles and outlets that these are of."""

    domain: str | None
    name: str
    category: str
    cited: int
    citing: int


def put(conn: Connection, article: UrlKey, revision: RecordId, found: Sequence[Citation]) -> None:
    """Write the citations of a revision over those it had."""
    forget(conn, [revision])
    if not found:
        return
    rows = [
        {
            **{column.name: getattr(each, column.name) for column in _CITATION},
            "revision": revision,
            "position": position,
            "article": article,
            "name": key(each.outlet) if each.outlet else None,
            "target_urlkey": urlkey(each.target) if each.target else None,
        }
        for position, each in enumerate(found)
    ]
    conn.execute(citations.insert(), rows)


def forget(conn: Connection, gone: Sequence[RecordId]) -> None:
    """Delete the citations of revisions."""
    for some in chunks(gone):
        conn.execute(delete(citations).where(citations.c.revision.in_(some)))


def of_revision(conn: Connection, revision: RecordId) -> list[Cited]:
    """Give the citations of a revision in the order of its text."""
    query = select(citations).where(citations.c.revision == revision).order_by(citations.c.position)
    return [_cited(row) for row in conn.execute(query)]


def of_outlet(conn: Connection, domains: Sequence[str], names: Sequence[str]) -> Iterator[Cited]:
    """Give who cites an outlet, by its domains or names: in the order of articles, then of revisions.

    A name that is known as another outlet's is not taken.
    """
    query = select(citations).join(revisions, revisions.c.id == citations.c.revision)
    unknown = citations.c.domain.is_(None) & citations.c.name.in_(list(names))
    query = query.where(or_(citations.c.domain.in_(list(domains)), unknown))
    return map(_cited, stream(conn, query.order_by(citations.c.article, revisions.c.number, citations.c.position)))


def of_target(conn: Connection, keys: Sequence[UrlKey]) -> Iterator[Cited]:
    """Give who cites some URLs: in the order of articles, then of revisions."""
    query = select(citations).join(revisions, revisions.c.id == citations.c.revision)
    query = query.where(citations.c.target_urlkey.in_(list(keys)))
    return map(_cited, stream(conn, query.order_by(citations.c.article, revisions.c.number, citations.c.position)))


def counts(conn: Connection, site: str | None = None) -> Iterator[Count]:
    """Count by outlet, in any revision; most cited first. An anonymous source is nobody's."""
    who = func.coalesce(citations.c.domain, citations.c.name)
    query = (
        select(
            func.max(citations.c.domain),
            func.min(citations.c.outlet),
            func.min(citations.c.category),
            func.count(distinct(citations.c.article)),
            func.count(distinct(articles.c.outlet)),
        )
        .select_from(citations.join(articles, articles.c.id == citations.c.article))
        .where(who.is_not(None))
        .group_by(who)
        .order_by(func.count(distinct(citations.c.article)).desc(), who)
    )
    if site is not None:
        query = query.where(articles.c.site == site)
    for domain, name, category, cited, citing in conn.execute(query):
        yield Count(domain=domain, name=name or domain, category=category, cited=cited, citing=citing)


def _cited(row: AnyRow) -> Cited:
    told = row._mapping  # type: ignore[attr-defined]
    citation = Citation(**{column.name: told[column.name] for column in _CITATION})
    return Cited(
        revision=told["revision"], position=told["position"], article=UrlKey(told["article"]), citation=citation
    )


# ------------------------------------------------------------------------------------------------ names of outlets


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name that an outlet goes by here: ``learned`` from a revision's link, or ``by hand`` in a journal's entry."""

    name: str
    domain: str
    origin: str
    subject: str
    written: str
    at: datetime


def learn(conn: Connection, subject: str, found: Sequence[Named]) -> None:
    """Write the names that a revision or an entry of the journal teaches over those it taught."""
    conn.execute(delete(outlet_names).where(outlet_names.c.subject == subject))
    for each in {(each.name, each.domain): each for each in found}.values():
        conn.execute(outlet_names.insert(), {name: getattr(each, name) for name in Named.__slots__})


def unlearn(conn: Connection, subjects: Sequence[str]) -> None:
    """Forget what revisions taught."""
    for some in chunks(subjects):
        conn.execute(delete(outlet_names).where(outlet_names.c.subject.in_(some)))


def resolved(conn: Connection) -> Mapping[str, str]:
    """Give the names that a person said whose they are, as written, each with its domain; the last word holds."""
    query = select(outlet_names).where(outlet_names.c.origin == "by hand").order_by(outlet_names.c.at)
    return {row.written: row.domain for row in conn.execute(query)}


def learned(conn: Connection) -> Mapping[str, str]:
    """Give the names that links have taught, as they are compared, each with its domain; none that two share."""
    query = select(outlet_names.c.name, func.min(outlet_names.c.domain), func.count(distinct(outlet_names.c.domain)))
    query = query.where(outlet_names.c.origin == "learned").group_by(outlet_names.c.name)
    return {name: domain for name, domain, count in conn.execute(query) if count == 1}
