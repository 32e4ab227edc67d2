"""Articles with their chains, under the id they have now; every id they ever had still leads to them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Text, bindparam, delete, exists, func, or_, select, type_coerce, update

from archive.model import Article, RecordId, Revision, UrlKey
from archive.store import chain_rows
from archive.store.schema import article_redirects, article_urls, articles, micros, pins, revisions, unfolded
from archive.store.statements import Prepared, chunks, insert_new, upsert, within

Membership = tuple[str, datetime, RecordId | None]
"""Why a URL belongs to an article, since when, and on which capture's word."""

PAGE = 500
"""Ids read at a time by ``every``."""

_MARK = Prepared(lambda conn: insert_new(conn, unfolded))
_MARK_AGAIN = Prepared(
    lambda _: update(unfolded).where(unfolded.c.urlkey == bindparam("key")).values(marks=unfolded.c.marks + 1)
)


def put(
    conn: Connection,
    article: Article,
    members: Mapping[UrlKey, Membership],
    *,
    site: str | None,
    outlet: str | None,
) -> None:
    """Write an article and its chain over what was known of it; ``members`` are all of its URLs.

    A URL that it no longer has, and those left to an article that it took one from, are marked as not folded; an
    article that has no URL left leads to this one from now on. Sentences and citations are left alone.
    """
    if not article.revisions or article.id not in members:
        raise ValueError(f"{article.id} is no article: it has no revision, or is not among its own URLs")
    keys = sorted(members)
    taken = {key: owner for key, owner in _owners(conn, keys).items() if owner != article.id}
    now = max(at for _, at, _ in members.values())
    lost = [key for key in _urls_of(conn, article.id) if key not in members]
    for some in chunks(lost):
        conn.execute(delete(article_urls).where(article_urls.c.urlkey.in_(some)))
    rows = [
        {"urlkey": key, "article": article.id, "reason": reason, "at": at, "capture": capture}
        for key, (reason, at, capture) in sorted(members.items())
    ]
    conn.execute(upsert(conn, article_urls), rows)
    conn.execute(delete(article_redirects).where(article_redirects.c.former == article.id))
    for former in sorted(set(taken.values())):
        moved = [members[key] for key, owner in taken.items() if owner == former]
        reason, at, _ = max(moved, key=lambda member: (member[1], member[0]))
        lost += _left_to(conn, former, article.id, reason, at)
    chain_rows.delete_of(conn, article.id)
    chain_rows.insert(conn, article)
    _insert_article(conn, article, keys, site=site, outlet=outlet)
    mark_stale(conn, lost, now)
    _note_stale(conn, {article.id})


def of_urlkey(conn: Connection, urlkey: UrlKey) -> Article | None:
    """Give the article that a URL belongs to or once was the id of; None where there is none."""
    id = id_of(conn, urlkey)
    return None if id is None else chain_rows.of(conn, id)


def get(conn: Connection, id: UrlKey) -> Article | None:
    """Give the article of an id, also of one it no longer has."""
    return chain_rows.of(conn, id) or chain_rows.of(conn, _now(conn, id))


def id_of(conn: Connection, urlkey: UrlKey) -> UrlKey | None:
    """Give the id of the article that a URL belongs to or once was the id of; None where there is none."""
    owner = conn.scalar(select(article_urls.c.article).where(article_urls.c.urlkey == urlkey))
    id = UrlKey(owner) if owner is not None else _now(conn, urlkey)
    return id if conn.scalar(select(articles.c.id).where(articles.c.id == id)) is not None else None


def members(conn: Connection, id: UrlKey) -> Mapping[UrlKey, Membership]:
    """Give the URLs of an article, and why each belongs to it."""
    columns = article_urls.c.urlkey, article_urls.c.reason, article_urls.c.at, article_urls.c.capture
    query = select(*columns).where(article_urls.c.article == id).order_by(article_urls.c.urlkey)
    return {UrlKey(urlkey): (reason, at, capture) for urlkey, reason, at, capture in conn.execute(query)}


def is_stale(conn: Connection, id: UrlKey) -> bool:
    """Tell whether one of its URLs waits to be folded again."""
    return bool(conn.scalar(select(articles.c.stale).where(articles.c.id == id)))


def every(
    conn: Connection,
    site: str | None = None,
    outlet: str | None = None,
    since: datetime | None = None,
    *,
    after: UrlKey | None = None,
) -> Iterator[UrlKey]:
    """Give the ids of articles in their order, from after one on; ``since``: seen at that time or later.

    They are read in pages, between which the same connection may write.
    """
    query = select(articles.c.id).where(*within(articles.c.last_seen, since, None)).order_by(articles.c.id)
    for column, wanted in ((articles.c.site, site), (articles.c.outlet, outlet)):
        if wanted is not None:
            query = query.where(column == wanted)
    while True:
        page = query if after is None else query.where(articles.c.id > after)
        ids = [UrlKey(id) for id in conn.scalars(page.limit(PAGE))]
        yield from ids
        if len(ids) < PAGE:
            return
        after = ids[-1]


def mentioning(conn: Connection, texts: Collection[str]) -> list[UrlKey]:
    """Give the ids of articles that have one of some texts in any revision; all chains are looked through.

    Case is looked over only in the letters of ASCII.
    """
    # As text: the column would look for each in quotation marks. JSON writes a quote as an escape, and where a text
    # holds half a character all that is not ASCII.
    held = type_coerce(revisions.c.extraction, Text)
    written = sorted({json.dumps(each, ensure_ascii=bare)[1:-1] for each in texts for bare in (True, False)})
    found = or_(*(held.icontains(each, autoescape=True) for each in written))
    return list(map(UrlKey, conn.scalars(select(revisions.c.article).where(found).distinct().order_by("article"))))


def count(conn: Connection, outlet: str) -> int:
    """Count the articles of an outlet."""
    return conn.scalar(select(func.count()).select_from(articles).where(articles.c.outlet == outlet)) or 0


def revision(conn: Connection, id: RecordId) -> tuple[UrlKey, Revision] | None:
    """Give a revision and its article's id, by the revision's id or by any capture that showed it."""
    return chain_rows.revision(conn, id)


def redirect(conn: Connection, former: UrlKey, article: UrlKey, reason: str, at: datetime) -> None:
    """Let an id that an article once had lead to the one it has now; so do those that led to the former."""
    target = _now(conn, article)
    if target == former:
        return
    row = {"former": former, "article": target, "reason": reason, "at": at}
    conn.execute(upsert(conn, article_redirects), row)
    conn.execute(update(article_redirects).where(article_redirects.c.article == former).values(article=target))


def forget(conn: Connection, id: UrlKey) -> None:
    """Delete an article, its chain and what URLs it has; ids that led to it lead nowhere until it comes back."""
    chain_rows.delete_of(conn, id)
    conn.execute(delete(article_urls).where(article_urls.c.article == id))
    conn.execute(delete(articles).where(articles.c.id == id))


# --------------------------------------------------------------------------------------------- what waits to be folded


def mark_stale(conn: Connection, urlkeys: Collection[UrlKey], at: datetime) -> None:
    """Note that the chains of URLs must be folded again; one that waits already waits since then."""
    if not urlkeys:
        return
    keys = sorted(set(urlkeys))
    _MARK.write(conn, ("urlkey", "since", "marks"), [(key, micros(at), 0) for key in keys])
    _MARK_AGAIN.each(conn, [{"key": key} for key in keys])
    _note_stale(conn, set(_owners(conn, keys).values()))


def stale(conn: Connection, limit: int) -> list[UrlKey]:
    """Give URLs whose chains wait to be folded, those that wait longest first."""
    query = select(unfolded.c.urlkey).order_by(unfolded.c.since, unfolded.c.urlkey).limit(limit)
    return list(map(UrlKey, conn.scalars(query)))


def marks_of(conn: Connection, urlkeys: Collection[UrlKey]) -> Mapping[UrlKey, int]:
    """Give for URLs that wait how often they were marked: to be taken before a chain is read, for ``folded``."""
    found: dict[UrlKey, int] = {}
    for some in chunks(sorted(urlkeys)):
        query = select(unfolded.c.urlkey, unfolded.c.marks).where(unfolded.c.urlkey.in_(some))
        found.update({UrlKey(urlkey): marks for urlkey, marks in conn.execute(query)})
    return found


def folded(conn: Connection, urlkeys: Collection[UrlKey], marks: Mapping[UrlKey, int] | None = None) -> None:
    """Note that the chains of URLs have been folded; with ``marks`` one that was marked since then still waits."""
    keys = sorted(set(urlkeys))
    now = marks_of(conn, keys)
    done = [key for key in keys if marks is None or now.get(key) == marks.get(key)]
    for some in chunks(done):
        conn.execute(delete(unfolded).where(unfolded.c.urlkey.in_(some)))
    _note_stale(conn, set(_owners(conn, keys).values()))


def _note_stale(conn: Connection, ids: Collection[UrlKey]) -> None:
    waits = exists().where(article_urls.c.article == articles.c.id, article_urls.c.urlkey == unfolded.c.urlkey)
    for some in chunks(sorted(ids)):
        conn.execute(update(articles).where(articles.c.id.in_(some)).values(stale=waits))


# ------------------------------------------------------------------------------------------------- whose URL is whose


def _owners(conn: Connection, keys: Sequence[UrlKey]) -> dict[UrlKey, UrlKey]:
    found: dict[UrlKey, UrlKey] = {}
    for some in chunks(keys):
        query = select(article_urls.c.urlkey, article_urls.c.article).where(article_urls.c.urlkey.in_(some))
        found.update({UrlKey(urlkey): UrlKey(article) for urlkey, article in conn.execute(query)})
    return found


def _urls_of(conn: Connection, id: UrlKey) -> list[UrlKey]:
    query = select(article_urls.c.urlkey).where(article_urls.c.article == id).order_by(article_urls.c.urlkey)
    return list(map(UrlKey, conn.scalars(query)))


def _left_to(conn: Connection, former: UrlKey, id: UrlKey, reason: str, at: datetime) -> list[UrlKey]:
    """Give the URLs that an article still has; one that has none any more is deleted and leads on."""
    left = _urls_of(conn, former)
    if not left:
        forget(conn, former)
        columns = article_urls.c.article, article_urls.c.reason, article_urls.c.at
        own = conn.execute(select(*columns).where(article_urls.c.urlkey == former)).first()
        redirect(conn, former, *((id, reason, at) if own is None else own))
    return left


def _now(conn: Connection, id: UrlKey) -> UrlKey:
    """Give the id that a former one leads to; an id that leads nowhere is given back."""
    # Redirects are kept one step long, but a row of an id that came to life again may stand behind another.
    seen = {id}
    while (to := conn.scalar(select(article_redirects.c.article).where(article_redirects.c.former == id))) is not None:
        if to in seen:
            break
        seen.add(id := UrlKey(to))
    return id


def _insert_article(
    conn: Connection, article: Article, keys: Sequence[UrlKey], *, site: str | None, outlet: str | None
) -> None:
    pinned = [
        at
        for some in chunks(keys)
        if (at := conn.scalar(select(func.max(pins.c.at)).where(pins.c.urlkey.in_(some)))) is not None
    ]
    row = {
        "id": article.id,
        "url": article.url,
        "site": site,
        "outlet": outlet,
        "extractor": article.extractor,
        "pinned_at": max(pinned, default=None),
        "first_seen": min(each.seen_from for each in article.revisions),
        "last_seen": max(each.seen_until for each in article.revisions),
        "stale": False,
    }
    conn.execute(upsert(conn, articles), row)
