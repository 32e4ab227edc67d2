"""The rows of an article's chain: its revisions with the captures that showed them, and its events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, select

from archive.model import Article, Event, RecordId, Revision, UrlKey
from archive.store import extractions
from archive.store.schema import articles, events, revision_captures, revisions
from archive.store.statements import AnyRow, names_of, upsert

_EVENT = [column for column in events.columns if column.name in Event.__slots__]


def insert(conn: Connection, article: Article) -> None:
    """Write the chain of an article that has none here."""
    # Over what another article still has of them: it is folded again, and a record id is never in the way.
    conn.execute(upsert(conn, revisions), [_values(article.id, each) for each in article.revisions])
    shown = [(capture, each.id) for each in article.revisions for capture in each.captures]
    if shown:
        rows = [
            {"capture": capture, "revision": revision, "article": article.id, "position": position}
            for position, (capture, revision) in enumerate(shown)
        ]
        conn.execute(upsert(conn, revision_captures), rows)
    if article.events:
        conn.execute(upsert(conn, events), [_told(article.id, *each) for each in enumerate(article.events)])


def delete_of(conn: Connection, id: UrlKey) -> None:
    """Delete the chain of an article."""
    for table in (revisions, revision_captures, events):
        conn.execute(delete(table).where(table.c.article == id))


def of(conn: Connection, id: UrlKey) -> Article | None:
    """Give an article with its chain by the id it has now."""
    row = conn.execute(select(articles.c.url, articles.c.extractor).where(articles.c.id == id)).first()
    if row is None:
        return None
    shown = _captures(conn, id)
    chain = conn.execute(select(revisions).where(revisions.c.article == id).order_by(revisions.c.number))
    happened = conn.execute(select(*_EVENT).where(events.c.article == id).order_by(events.c.number))
    return Article(
        id=id,
        url=row[0],
        extractor=row[1],
        revisions=tuple(_revision(each, shown) for each in chain),
        events=tuple(Event(**each._mapping) for each in happened),
    )


def revision(conn: Connection, id: RecordId) -> tuple[UrlKey, Revision] | None:
    """Give a revision and its article's id, by the revision's id or by any capture that showed it."""
    opened = conn.execute(select(revisions).where(revisions.c.id == id)).first()
    if opened is None:
        of_capture = select(revision_captures.c.revision).where(revision_captures.c.capture == id)
        opened = conn.execute(select(revisions).where(revisions.c.id == of_capture.scalar_subquery())).first()
    if opened is None:
        return None
    shown = _captures(conn, UrlKey(opened.article))
    return UrlKey(opened.article), _revision(opened, shown)


def _values(article: UrlKey, revision: Revision) -> dict[str, object]:
    extraction = revision.extraction
    told = extraction.headline or extraction.seo_title
    row = {name: getattr(revision, name) for name in names_of(revisions) if name in Revision.__slots__}
    return {
        **row,
        "article": article,
        "headline": None if told is None else _storable(told),
        "extraction": extractions.data(extraction),
    }


def _told(article: UrlKey, number: int, event: Event) -> dict[str, object]:
    return {
        "article": article,
        "number": number,
        "at": event.at,
        "event": event.event,
        "url": event.url,
        "capture": event.capture,
        "visit": event.visit,
        "detail": None if event.detail is None else _storable(event.detail),
    }


def _storable(text: str) -> str:
    """Give a text that has UTF-8: half a character, which a page's metadata can hold, is spelled out."""
    return text.encode("utf-8", "backslashreplace").decode()


def _captures(conn: Connection, id: UrlKey) -> Mapping[RecordId, Sequence[RecordId]]:
    """Give the captures of each revision of an article, in their order."""
    columns = revision_captures.c.revision, revision_captures.c.capture
    query = select(*columns).where(revision_captures.c.article == id).order_by(revision_captures.c.position)
    found: dict[RecordId, list[RecordId]] = {}
    for opened_by, capture in conn.execute(query):
        found.setdefault(opened_by, []).append(capture)
    return found


def _revision(row: AnyRow, shown: Mapping[RecordId, Sequence[RecordId]]) -> Revision:
    told = dict(zip(names_of(revisions), row, strict=True))
    told = {name: value for name, value in told.items() if name in Revision.__slots__}
    told["extraction"] = extractions.extraction(told["extraction"])
    return Revision(**{**told, "captures": tuple(shown.get(told["id"], ()))})
