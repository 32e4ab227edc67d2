"""Full text over all revisions: the only place that knows FTS5, and where the sentences of revisions are kept.

What is indexed are folded words (``archive.folding``), so FTS5 parts at blanks only; ``¶`` parts paragraphs, so that no
phrase leads from one into the next. The index keeps no text of its own and takes nothing out, for which it would have
to be shown what was put in: a row of ``searched`` says under which number a revision is indexed, and what no such row
names is not found. When more numbers are left over than are in use, all is indexed anew.

What differs by database: how the index is made and written (``make``, ``put``), and ``expression`` with the one
subquery that asks it (``_NUMBERS``). With PostgreSQL there is no index yet: only sentences are kept.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from hashlib import blake2b
from importlib.metadata import version
from itertools import islice
from typing import Any

from sqlalchemy import Connection, insert, select, text
from sqlalchemy import delete as delete_rows

from archive.errors import Misuse
from archive.finding import (
    Found,
    Hit,
    Passage,
    Query,
    Stood,
    Term,
    found_in,
    fullest,
    parse,
    passage_of,
    snippet,
    texts_of,
    whole,
)
from archive.folding import DIGRAPHS, code_of, words
from archive.model import Extraction, RecordId, UrlKey
from archive.sentences import spans
from archive.store import extractions
from archive.store.schema import instant, kept, micros, revisions, sentences
from archive.store.statements import chunks, upsert
from archive.wording import mark

LAYOUT = 1
"""To be counted up when words are folded otherwise: an index of another layout is made anew."""
BETWEEN = "¶"
_KEPT = "search"
_REMEMBERED = 10_000  # revisions read for one question: runs look at their neighbours

_TABLES = (
    # Nothing is ranked, so no lengths of texts; contentless, since the text is in revisions already.
    "CREATE VIRTUAL TABLE search USING fts5(words, forms, content='', columnsize=0, tokenize='ascii')",
    # AUTOINCREMENT: what is left in the index of a number never comes to stand for another revision.
    "CREATE TABLE searched (number INTEGER PRIMARY KEY AUTOINCREMENT, revision TEXT NOT NULL UNIQUE,"
    " digest BLOB NOT NULL, language TEXT NOT NULL)",
    "CREATE INDEX ix_searched_language ON searched (language)",
)
_PUT = "INSERT OR REPLACE INTO searched (revision, digest, language) VALUES (:revision, :digest, :language)"
_INDEX = "INSERT INTO search (rowid, words, forms) VALUES (:number, :words, :forms)"
SPARE = 1000  # numbers that may be left over in any case


# ------------------------------------------------------------------------------------------------ what is put in it


def make(conn: Connection) -> None:
    """Make the index where there is none; one of another layout is dropped, and ``catch_up`` fills the new one."""
    if _is_sqlite(conn) and not _is_made(conn):
        wipe(conn)
        for statement in _TABLES:
            conn.execute(text(statement))
        conn.execute(upsert(conn, kept), {"name": _KEPT, "value": _layout()})


def wipe(conn: Connection) -> None:
    """Drop the index; the sentences stay."""
    if _is_sqlite(conn):
        for name in ("search", "searched"):
            conn.execute(text(f"DROP TABLE IF EXISTS {name}"))
        conn.execute(delete_rows(kept).where(kept.c.name == _KEPT))


def put(conn: Connection, id: RecordId, told: Extraction) -> None:
    """Index what a revision says, and keep the marks of its sentences; one that is there unchanged is left."""
    make(conn)
    if _is_sqlite(conn):
        digest = _digest(told)
        known = conn.scalar(text("SELECT digest FROM searched WHERE revision = :id"), {"id": id})
        if known == digest and _has_sentences(conn, id):
            return
        row = {"revision": id, "digest": digest, "language": code_of(told.language)}
        number = conn.execute(text(_PUT), row).lastrowid
        folded, forms = _indexed(told)
        conn.execute(text(_INDEX), {"number": number, "words": folded, "forms": forms})
    conn.execute(delete_rows(sentences).where(sentences.c.revision == id))
    paragraphs = map(whole, told.paragraphs)
    marks = [mark(paragraph[start:end]) for paragraph in paragraphs for start, end in spans(paragraph)]
    rows = [{"mark": each, "revision": id, "position": at} for at, each in enumerate(marks)]
    if rows:
        conn.execute(insert(sentences), rows)


def delete(conn: Connection, ids: Collection[RecordId]) -> None:
    """Take revisions out of the index, with their sentences; one that is not there is passed over."""
    for some in chunks(sorted(ids)):
        conn.execute(delete_rows(sentences).where(sentences.c.revision.in_(some)))
    if _is_sqlite(conn) and _is_made(conn):
        for each in ids:
            conn.execute(text("DELETE FROM searched WHERE revision = :id"), {"id": each})


def behind(conn: Connection) -> bool:
    """Tell whether the index has more or fewer revisions than there are; it is then to be caught up."""
    if not _is_sqlite(conn):
        return False
    held = conn.scalar(text("SELECT count(*) FROM searched")) if _is_made(conn) else 0
    return bool(held != conn.scalar(text("SELECT count(*) FROM revisions"))) or _is_worn(conn)


def catch_up(conn: Connection, most: int = 200) -> int:
    """Index revisions that are not yet, and take out what is no revision any more, so many; give how many it were."""
    make(conn)
    if _is_worn(conn):
        wipe(conn)
        make(conn)
    no_more = conn.scalars(
        text("SELECT revision FROM searched EXCEPT SELECT id FROM revisions LIMIT :most"), {"most": most}
    ).all()
    delete(conn, no_more)
    missing = conn.scalars(
        text("SELECT id FROM revisions EXCEPT SELECT revision FROM searched LIMIT :most"), {"most": most}
    ).all()
    for some in chunks(missing):
        rows = conn.execute(select(revisions.c.id, revisions.c.extraction).where(revisions.c.id.in_(some))).all()
        for id, stored in rows:
            put(conn, id, extractions.extraction(stored))
    return len(no_more) + len(missing)


def _is_worn(conn: Connection) -> bool:
    """Tell whether more numbers are left over than are in use."""
    if not _is_made(conn):
        return False
    given = conn.scalar(text("SELECT max(number) FROM searched")) or 0
    return bool(given > SPARE + 2 * (conn.scalar(text("SELECT count(*) FROM searched")) or 0))


def _indexed(told: Extraction) -> tuple[str, str]:
    """Give the folded words of all that is searched, and their loose forms, each once."""
    forms: set[str] = set()
    parts = []
    for each in texts_of(told):
        read = words(each.text, told.language)
        parts.append(" ".join(word.folded for word in read))
        forms.update(*(word.forms for word in read))
    return f" {BETWEEN} ".join(parts), " ".join(sorted(forms))


def _digest(told: Extraction) -> bytes:
    said = [told.language or "", *(each.text for each in texts_of(told)), *told.paragraphs]
    return blake2b(json.dumps(said).encode(), digest_size=16).digest()


def _has_sentences(conn: Connection, id: RecordId) -> bool:
    return conn.scalar(select(sentences.c.mark).where(sentences.c.revision == id).limit(1)) is not None


def _is_sqlite(conn: Connection) -> bool:
    return conn.dialect.name == "sqlite"


def _is_made(conn: Connection) -> bool:
    return conn.scalar(select(kept.c.value).where(kept.c.name == _KEPT)) == _layout()


@cache
def _layout() -> str:
    """Name how words were folded: stems may differ from one version of Snowball to the next."""
    return f"{LAYOUT} snowball {'.'.join(version('snowballstemmer').split('.')[:2])}"


# ------------------------------------------------------------------------------------------------- what is asked of it

_TAKEN = "SELECT e.event FROM events e WHERE e.article = {0} AND e.event IN ('removed', 'reinstated')"
_IS_REMOVED = f"coalesce(({_TAKEN} ORDER BY e.number DESC LIMIT 1) = 'removed', 0)"
_IS_LAST = "{0}.number = (SELECT max(l.number) FROM revisions l WHERE l.article = {0}.article)"
_NUMBERS = "(SELECT rowid FROM search WHERE search MATCH :asked)"
_HITS = f"""
SELECT r.id, r.article, r.number, r.seen_from, a.outlet
FROM searched s JOIN revisions r ON r.id = s.revision JOIN articles a ON a.id = r.article
WHERE s.number IN {_NUMBERS}"""
# Where the article has been removed, or its newest revision has nothing of what is asked for any more. (The plus:
# whether one row is among the found is to be looked up, not all found rows to be gone through.)
_ONCE = f"""({_IS_REMOVED.format("r.article")} OR NOT EXISTS (
    SELECT 1 FROM revisions n JOIN searched t ON t.revision = n.id
    WHERE n.article = r.article AND {_IS_LAST.format("n")} AND +t.number IN {_NUMBERS}))"""
_CONDITIONS = {
    "since": "r.seen_until >= :since",
    "until": "r.seen_from < :until",
    "outlet": "a.outlet = :outlet",
    "site": "a.site = :site",
    "after": "(r.seen_from, r.id) < (:after, :after_id)",
}
_REVISION = """
SELECT r.id, r.number, r.url, r.seen_from, r.seen_until, r.extraction FROM revisions r
WHERE r.article = :article AND r.number = :number"""
_LAST = "SELECT max(number) FROM revisions WHERE article = :article"
_REMOVED = f"SELECT {_IS_REMOVED.format(':article')}"
_STANDS = f"""
SELECT 1 FROM sentences s JOIN revisions r ON r.id = s.revision
WHERE s.mark = :mark AND NOT {_IS_REMOVED.format("r.article")} AND {_IS_LAST.format("r")} LIMIT 1"""


def find(
    conn: Connection,
    query: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    outlet: str | None = None,
    site: str | None = None,
    gone: bool = False,
    limit: int | None = None,
    after: tuple[datetime, RecordId] | None = None,
) -> Iterator[Hit]:
    """Give what revisions have of a query (``archive.finding``), the newest first; those that say the same are one hit.

    ``since`` and ``until`` bound when a revision was seen. ``gone``: only what no current revision of any article has;
    one that has been removed has none. ``after`` is the ``place`` of the last hit of an earlier call.

    Raises ``Misuse`` for a query without a word to find, and on PostgreSQL.
    """
    if not _is_sqlite(conn):
        raise Misuse("search is not available with PostgreSQL yet")
    read = parse(query, _languages(conn))
    if not _is_made(conn):
        return iter(())
    given = {
        "since": None if since is None else micros(since),
        "until": None if until is None else micros(until),
        "outlet": outlet,
        "site": site,
        "after": None if after is None else micros(after[0]),
    }
    conditions = [_CONDITIONS[name] for name, value in given.items() if value is not None] + [_ONCE] * gone
    values = {name: value for name, value in given.items() if value is not None}
    if after is not None:
        values["after_id"] = after[1]
    sql = " AND ".join((_HITS, *conditions)) + " ORDER BY r.seen_from DESC, r.id DESC"
    rows = conn.execute(text(sql), {"asked": expression(read), **values}, execution_options={"yield_per": 200})
    hits = _Runs(conn, read, since, until).hits(rows)
    return islice((hit for hit in hits if hit.gone or not gone), limit)


def _languages(conn: Connection) -> list[str]:
    """Give the codes of the languages of what is indexed, with the empty one."""
    found = [""]
    if _is_made(conn):
        # One look-up a language: DISTINCT would go through all rows.
        query = text("SELECT min(language) FROM searched WHERE language > :last")
        while (code := conn.scalar(query, {"last": found[-1]})) is not None:
            found.append(code)
    return found


def expression(query: Query) -> str:
    """Write a query as FTS5 has it; words are folded, so that nothing in them means anything to it."""
    wanted = " AND ".join(map(_term, query.wanted))
    unwanted = " OR ".join(map(_term, query.unwanted))
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _term(term: Term) -> str:
    ways = [f'words : "{" ".join(way.words)}"{" *" * term.prefix}' for way in term.ways if not way.digraphs]
    ways += [
        f'(words : "{" ".join(way.words)}"{" *" * term.prefix} AND forms : "{DIGRAPHS}")'
        for way in term.ways
        if way.digraphs
    ]
    ways += [f'forms : "{each}"' for each in sorted(term.forms)]
    return f"({' OR '.join(ways)})"


@dataclass(frozen=True, slots=True)
class _Read:
    """What a revision has of a query; ``said`` are the marks of the sentences that have most of it."""

    stood: Stood
    found: tuple[Found, ...]
    said: frozenset[int]
    headline: Passage


class _Runs:
    """Puts revisions of an article together that follow one another and have the same sentences of a query."""

    def __init__(self, conn: Connection, query: Query, since: datetime | None, until: datetime | None) -> None:
        self._conn = conn
        self._query = query
        self._since, self._until = since, until
        self._read = lru_cache(_REMEMBERED)(self._read_one)

    def hits(self, rows: Iterable[Sequence[Any]]) -> Iterator[Hit]:
        for _, article, number, _, outlet in rows:
            last = self._read(article, number)
            if last is None:
                continue
            above = self._read(article, number + 1)
            if above is not None and above.said == last.said:
                continue  # it was told with the one above
            run = [last.stood]
            while (below := self._read(article, run[0].number - 1)) is not None and below.said == last.said:
                run.insert(0, below.stood)
            gone = self._gone(article, last)
            yield Hit(
                article=article,
                outlet=outlet,
                headline=last.headline,
                snippet=snippet(last.found, gone or last.said),
                revisions=tuple(run),
                gone=bool(gone),
            )

    def _gone(self, article: UrlKey, read: _Read) -> frozenset[int]:
        """Give the marks of the sentences that no current revision has; none where the article still says it."""
        if not self._scalar(_REMOVED, article=article):
            newest = self._scalar(_LAST, article=article)
            if newest == read.stood.number or self._read_any(article, newest) is not None:
                return frozenset()
        return frozenset(each for each in read.said if not self._scalar(_STANDS, mark=each))

    def _read_one(self, article: UrlKey, number: int) -> _Read | None:
        """Read a revision of the time asked for; None where there is none, or nothing is found in it."""
        read = self._read_any(article, number)
        if read is None or (self._since is not None and read.stood.seen_until < self._since):
            return None
        return None if self._until is not None and read.stood.seen_from >= self._until else read

    def _read_any(self, article: UrlKey, number: int) -> _Read | None:
        row = self._conn.execute(text(_REVISION), {"article": article, "number": number}).first()
        if row is None:
            return None
        told = extractions.extraction(json.loads(row[5]))
        found = found_in(self._query, told)
        if not found:
            return None
        headline = passage_of(self._query, told.headline or told.seo_title or "(no headline)", told.language)
        stood = Stood(id=row[0], number=row[1], url=row[2], seen_from=instant(row[3]), seen_until=instant(row[4]))
        return _Read(stood, found, frozenset(each.mark for each in fullest(found)), headline)

    def _scalar(self, sql: str, **values: object) -> Any:
        return self._conn.scalar(text(sql), values)
