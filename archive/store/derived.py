"""What stands for the state in which a revision was when its citations, sentences and search text were made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, or_, select

from archive.model import RecordId, UrlKey
from archive.store.schema import article_redirects, derived
from archive.store.statements import chunks, upsert


def of_article(conn: Connection, article: UrlKey) -> dict[RecordId, str]:
    """Give the states of the revisions of an article, and of those that it took over from others."""
    former = select(article_redirects.c.former).where(article_redirects.c.article == article)
    query = select(derived.c.revision, derived.c.state)
    mine = or_(derived.c.article == article, derived.c.article.in_(former.scalar_subquery()))
    return {RecordId(revision): state for revision, state in conn.execute(query.where(mine))}


def put(conn: Connection, article: UrlKey, states: Mapping[RecordId, str]) -> None:
    """Note the states of revisions of an article over those they had."""
    rows = [{"revision": revision, "article": article, "state": state} for revision, state in states.items()]
    if rows:
        conn.execute(upsert(conn, derived), rows)


def forget(conn: Connection, revisions: Sequence[RecordId]) -> None:
    """Drop revisions that are none any more."""
    for some in chunks(revisions):
        conn.execute(delete(derived).where(derived.c.revision.in_(some)))
