"""What was changed in articles, and what people said of it: asked of an archive by verbs and notebooks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from archive import deriving, diff, words_of_people
from archive.asked import Asked
from archive.errors import Damaged
from archive.journal import FOLLOW
from archive.model import Article, Change, Flag, RecordId, Revision, UrlKey
from archive.showing import Said as Beside
from archive.store import Connection, articles, changes, journal_rows
from archive.store.changes import Noted, Places
from archive.urls import urlkey
from archive.words_of_people import Said


def compared(asked: Asked, article: Article, before: Revision, after: Revision) -> Change:
    """Give what differs between two revisions of an article."""
    with asked.store.read() as conn:
        return diff.between(before, after, deriving.first_seen(conn, article))


def listed(
    asked: Asked,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    sites: Sequence[str] | None = None,
    reader: str | None = None,
) -> list[tuple[Noted, Said]]:
    """Give what was changed, with what people said of it; with ``reader`` only what that one was not shown yet."""
    with asked.store.read() as conn:
        shown = changes.shown(conn, reader) if reader is not None else Places()
        rows = changes.every(conn, since=since, until=until, behind=shown.whole, sites=sites)
        found = [each for each in rows if each.noted not in shown]
        said = spoken(conn)
    nothing = Said()
    # A note on an article stands with the article; a case it is in holds for all of its changes.
    return [
        (each, replace(said.get(each.revision, nothing), cases=said.get(each.article, nothing).cases)) for each in found
    ]


def chosen(
    found: Iterable[tuple[Noted, Said]],
    *,
    flags: Collection[str] = (),
    case: str | None = None,
    unreviewed: bool = False,
) -> Iterator[tuple[Noted, Said, tuple[Flag, ...]]]:
    """Choose changes with one of some flags, of a case, that nobody reviewed; a flag called wrong does not count. Pure.

    Gives the flags that count with each.
    """
    for noted, said in found:
        right = words_of_people.right_flags(noted.flags, said.wrong_flags)
        if (flags and not set(flags) & set(right)) or (case is not None and case not in said.cases):
            continue
        if not (unreviewed and said.reviewed):
            yield noted, said, right


def between(asked: Asked, noted: Noted) -> tuple[Article, Revision, Revision, Change]:
    """Give a change with the article and the revisions it is between."""
    with asked.store.read() as conn:
        article = articles.get(conn, noted.article)
    by_id = {each.id: each for each in article.revisions} if article is not None else {}
    if article is None or noted.revision not in by_id or noted.before not in by_id:
        raise Damaged(f"the index has a change of {noted.article} that no chain has; run `variorum reread`")
    before, after = by_id[noted.before], by_id[noted.revision]
    return article, before, after, compared(asked, article, before, after)


def show(asked: Asked, reader: str, some: Collection[Noted]) -> None:
    """Note that a reader was shown some changes."""
    now, places = asked.clock.now(), [each.noted for each in some]
    asked.recording().work_and_wait(lambda conn: changes.show(conn, reader, places, now))


# ------------------------------------------------------------------------------------------------- words of people


def said_of(asked: Asked, subject: str) -> Said:
    """Give what people said of a revision or an article."""
    with asked.store.read() as conn:
        return spoken(conn).get(subject, Said())


def beside(asked: Asked, article: Article) -> dict[str, Beside]:
    """Give what stands beside the revisions of an article in its history: flags that nobody called wrong, notes."""
    with asked.store.read() as conn:
        noted = changes.of_article(conn, article.id)
        said = spoken(conn)
    found = {}
    for id in (article.id, *(each.id for each in article.revisions)):
        told = said.get(id, Said())
        flags = noted[RecordId(id)].flags if id in noted else ()
        right = words_of_people.right_flags(flags, told.wrong_flags)
        shown = tuple(flag for flag in right if flag != "typographic")
        found[id] = Beside(flags=shown, notes=tuple(note.text for note in told.notes))
    return found


def spoken(conn: Connection) -> dict[str, Said]:
    """Give all that people said, by the id of the revision or article it is about."""
    kinds = (words_of_people.REVIEW, words_of_people.NOTE, words_of_people.CASE)
    entries = [entry for kind in kinds for entry in journal_rows.every(conn, kind=kind)]
    entries += [replace(each, subject=urlkey(each.subject)) for each in journal_rows.every(conn, kind=FOLLOW)]
    # An article may have another id by now than when it was spoken of.
    now = {each.subject: each.subject for each in entries if each.subject.startswith("urn:")}
    for each in entries:
        if each.subject not in now:
            now[each.subject] = articles.id_of(conn, UrlKey(each.subject)) or each.subject
    reviewed = sorted({RecordId(each.subject) for each in entries if each.kind == words_of_people.REVIEW})
    before = changes.followed(conn, reviewed)
    return words_of_people.said([replace(each, subject=now[each.subject]) for each in entries], before)
