"""What follows from the revisions of an article: its changes, citations, sentences, and what search knows of it.

All of it is a function of revisions and of the names of outlets, so it is made where a chain is folded, in the same
transaction, and only for revisions that are not as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path

from archive import cite, diff, gazetteer
from archive.errors import Misuse
from archive.model import Article, Outlet, RecordId, Revision
from archive.naming import Names, key
from archive.store import (
    Connection,
    articles,
    changes,
    citations,
    derived,
    extractions,
    kept,
    search,
    sightings,
)
from archive.store.changes import Noted
from archive.store.citations import Named
from archive.store.schema import json_text
from archive.timing import stamp

RULES = 1
"""Counts up when citations, flags or the search are made otherwise, so that they are made anew."""
FILE = "outlets.toml"
"""An archive's own list of outlets, beside the one we ship."""
MADE_WITH = "derived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The names of outlets, and what stands for the lists they are of."""

    names: Names
    digest: str


def known(home: Path, conn: Connection) -> Known:
    """Give the names of the list we ship, of the archive's own file, and those that people resolved.

    Raises Misuse where the file cannot be read.
    """
    own = outlets_of(home)
    names = Names.of(gazetteer.shipped(), citations.resolved(conn), own)
    return Known(names=names, digest=_digest(own))


def outlets_of(home: Path) -> tuple[Outlet, ...]:
    """Give the outlets of an archive's own file; none where there is no such file."""
    try:
        text = (home / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise Misuse(f"{home / FILE} cannot be read ({error}); it is a text in UTF-8, or not there at all") from error
    return gazetteer.read_toml(text, FILE)


@cache
def _digest(own: tuple[Outlet, ...]) -> str:
    return f"{RULES}:{gazetteer.digest_of((*own, *gazetteer.shipped()))}"


def is_made_with(conn: Connection, own: tuple[Outlet, ...]) -> bool:
    """Tell whether all that is derived was made with an archive's own outlets and those that we ship."""
    return kept.get(conn, MADE_WITH) == _digest(own)


def done(conn: Connection, known: Known) -> None:
    """Note that all is derived with these names."""
    kept.put(conn, MADE_WITH, known.digest)


def derive(
    conn: Connection, before: Article | None, after: Article | None, known: Known, *, anew: bool = False
) -> None:
    """Make what follows from an article's revisions; what is as it was is left, unless it is to be made ``anew``."""
    held = {each.id for each in after.revisions} if after is not None else set()
    had = {**_of(conn, before), **_of(conn, after)}
    _forget(conn, [id for id in had if id not in held])
    if after is None:
        return
    seen = first_seen(conn, after)
    stands = {each.id: _sign(each, after, known, seen) for each in after.revisions}
    moved = [each for each in after.revisions if anew or had.get(each.id) != stands[each.id]]
    for each in moved:
        search.put(conn, each.id, each.extraction)
        _cite(conn, after, each, known)
    derived.put(conn, after.id, {each.id: stands[each.id] for each in moved})
    _note(conn, after, {each.id for each in moved}, seen)


def first_seen(conn: Connection, article: Article) -> datetime:
    """Give when an article was first sighted: in a feed or on a page, or else captured."""
    keys = sorted({article.id, *articles.members(conn, article.id)})
    return min([article.revisions[0].seen_from, *sightings.first(conn, keys)])


def _of(conn: Connection, article: Article | None) -> dict[RecordId, str]:
    return derived.of_article(conn, article.id) if article is not None else {}


def _forget(conn: Connection, gone: Sequence[RecordId]) -> None:
    if gone:
        derived.forget(conn, gone)
        search.delete(conn, gone)
        citations.forget(conn, gone)
        citations.unlearn(conn, gone)
        changes.forget(conn, gone)


def _sign(revision: Revision, article: Article, known: Known, seen: datetime) -> str:
    """Give what stands for all that a revision's rows are made of."""
    told = json_text([extractions.data(revision.extraction), revision.url, article.id, known.digest, stamp(seen)])
    return blake2b(told.encode(), digest_size=12).hexdigest()


def _cite(conn: Connection, article: Article, revision: Revision, known: Known) -> None:
    found = cite.cite(revision.extraction, revision.url, known.names)
    citations.put(conn, article.id, revision.id, found)
    taught = [
        Named(
            name=key(each.outlet),
            domain=each.domain,
            origin="learned",
            subject=revision.id,
            written=each.outlet,
            at=revision.seen_from,
        )
        for each in found
        if each.how == "link" and each.role == "attribution" and each.outlet and each.domain
        if each.outlet != each.domain and known.names.of_domain(each.domain) is None
    ]
    citations.learn(conn, revision.id, taught)


def _note(conn: Connection, article: Article, moved: set[RecordId], seen: datetime) -> None:
    """Note what each revision changed, where it or the one before it is not as it was."""
    had = changes.of_article(conn, article.id)
    pairs = list(zip(article.revisions, article.revisions[1:], strict=False))
    changes.forget(conn, sorted(set(had) - {after.id for _, after in pairs}))
    rows = []
    for before, after in pairs:
        known = had.get(after.id)
        if known is None or known.before != before.id or known.at != after.seen_from or {before.id, after.id} & moved:
            flags = diff.between(before, after, seen).flags
            rows.append(Noted(revision=after.id, before=before.id, article=article.id, at=after.seen_from, flags=flags))
    if rows:
        changes.put(conn, rows)
