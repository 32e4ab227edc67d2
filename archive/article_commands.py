"""The verbs that tell of articles: their history, and how they stood."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

from archive import terminal
from archive.cli import Place, archive_options
from archive.commands import JSON, SINCE, UNTIL
from archive.errors import Misuse, NothingDone

if TYPE_CHECKING:
    from archive.asked import Asked, Wish
    from archive.model import Article, Revision, UrlKey
    from archive.showing import Window

PARTLY = 5


@click.command()
@click.argument("urls", nargs=-1, metavar="[URL...]")
@click.option("--site", metavar="NAME", help="Every article of a watched site.")
@click.option("--all", "everything", is_flag=True, help="Every article of the archive.")
@SINCE
@UNTIL
@JSON
@archive_options
def history(
    place: Place,
    urls: tuple[str, ...],
    site: str | None,
    everything: bool,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
) -> int:
    """List the revisions of articles and what else happened to them, oldest first, times in UTC.

    What was captured and never read is read first. Exit code 1 when there is no article, 5 when some of the URLs are
    of none.
    """
    from archive import article_json, asked_changes, showing
    from archive.wrapping import wrapped

    if bool(urls) + (site is not None) + everything != 1:
        raise Misuse("name the URLs whose history you want, or give --site or --all")
    width, told = _width(), 0

    def tell(article: Article) -> None:
        nonlocal told
        shown = showing.happened(article, asked.marks(article), since, until)
        if not shown:
            return
        told += 1
        if as_json:
            for each in shown:
                terminal.emit_json(article_json.happened_json(article, each))
            return
        if told > 1:
            click.echo()
        for line in showing.head_lines(article, asked.others(article), width):
            click.echo(line)
        click.echo()
        said = asked_changes.beside(asked, article)
        for line in showing.history_lines(article, shown, width, said):
            click.echo(line)
        for note in said.get(article.id, showing.Said()).notes:
            click.echo()
            for line in wrapped(note, width, "Note: ", "  "):
                click.echo(line)

    with asking(place) as asked:
        if urls:
            missed = _each(asked, urls, tell)
        else:
            missed = 0
            for id in asked.ids(site):
                if (article := asked.article(id)) is not None:
                    tell(article)
    if not told:
        if since is not None or until is not None:
            raise NothingDone("nothing happened in that time; leave --since and --until out to see all")
        what = f"site {site}" if site is not None else "archive"
        raise NothingDone(f"no article of this {what} yet: `variorum captures --all` lists what was captured")
    return PARTLY if missed else 0


def _each(asked: Asked, urls: Sequence[str], tell: Callable[[Article], None]) -> int:
    """Tell of the articles of URLs, of each once; give how many URLs have none, and raise where all have none."""
    from archive.urls import urlkey

    seen: set[UrlKey] = set()
    missed: list[NothingDone] = []
    for url in dict.fromkeys(urls):
        key = urlkey(url)
        article = asked.article(key)
        if article is None:
            missed.append(asked.why_none(key, url))
        elif article.id not in seen:
            seen.add(article.id)
            tell(article)
    return told_of(missed, len(seen))


def told_of(missed: Sequence[NothingDone], found: int) -> int:
    if missed and not found and len(missed) == 1:
        raise missed[0]
    for each in missed:
        terminal.step(str(each))
    if missed and not found:
        raise NothingDone("none of these URLs is of an article here")
    return len(missed)


@click.command()
@click.argument("urls", nargs=-1, metavar="URL...")
@click.option("--at", "at", metavar="TIME", help="As it stood then; a bare date is the end of that day, UTC.")
@click.option("--revision", metavar="N", help="The revision of this number, or of this record id.")
@click.option("--links", is_flag=True, help="Number the links, and list them under the text.")
@JSON
@archive_options
def show(place: Place, urls: tuple[str, ...], at: str | None, revision: str | None, links: bool, as_json: bool) -> int:
    """Show articles as they stood: URL@N and URL@TIME are short for --revision N and --at TIME.

    A record id in place of a URL shows the revision that this capture belongs to. Exit code 5 when some cannot be
    shown, 1 when none can.
    """
    from archive import article_json, showing
    from archive.asked import Wish, is_record_id
    from archive.timing import parse_time

    if at is not None and revision is not None:
        raise Misuse("give --at or --revision, not both")
    if not urls and revision is not None and is_record_id(revision):
        urls, revision = (revision,), None
    if not urls:
        raise Misuse("name the URLs to show, such as URL@2 or URL@2026-11-01")
    when = parse_time(at) if at is not None else None
    width, shown = _width(), 0
    missed: list[NothingDone] = []
    with asking(place) as asked:
        for text in urls:
            if when is not None or revision is not None:
                if (twice := asked.wish(text)).name != text:
                    raise Misuse(f"{text} names a revision or time already; leave it out there or here: {twice.name}")
                wish = Wish(name=text, at=when, revision=revision)
            else:
                wish = asked.wish(text)
            try:
                article, found, around, note = wished(asked, wish)
            except NothingDone as error:
                missed.append(error)
                continue
            if as_json:
                terminal.emit_json(article_json.shown_json(article, found, around))
            else:
                if shown:
                    click.echo(f"\n{'-' * min(width, showing.WIDEST)}\n")
                for line in showing.show_lines(article, found, around, width, links=links):
                    click.echo(line)
            if note is not None:
                terminal.step(note)
            shown += 1
    return PARTLY if told_of(missed, shown) else 0


def wished(asked: Asked, wish: Wish) -> tuple[Article, Revision, Window | None, str | None]:
    """Find what is asked for, with the visits around its time and a note; raise NothingDone where it is not there."""
    from archive import showing
    from archive.asked import is_record_id, record_id
    from archive.urls import urlkey

    if is_record_id(wish.name):
        if wish.at is not None or wish.revision is not None:
            raise Misuse(f"{wish.name} is one revision already; leave --at and --revision out")
        return _with_note(asked.of_record(record_id(wish.name)))
    key = urlkey(wish.name)
    article = asked.article(key)
    if article is None:
        raise asked.why_none(key, wish.name)
    if wish.revision is not None and is_record_id(wish.revision):
        found = asked.of_record(record_id(wish.revision))
        if found[0].id != article.id:
            raise NothingDone(f"{wish.revision} is a revision of {found[0].url}, not of {wish.name}")
        return _with_note(found)
    if wish.revision is not None:
        return article, numbered(article, wish), None, None
    if wish.at is None:
        return article, article.revisions[-1], None, None
    stood = [each for each in article.revisions if each.seen_from <= wish.at]
    if not stood:
        first = article.revisions[0].seen_from
        raise NothingDone(
            f"{wish.name} was first seen on {first:%Y-%m-%d at %H:%M:%S} UTC; what stood there before is not known"
        )
    held, visited = asked.times_of(article)
    return article, stood[-1], showing.window(stood[-1], wish.at, held, visited), None


def _with_note(found: tuple[Article, Revision, str | None]) -> tuple[Article, Revision, None, str | None]:
    article, revision, note = found
    return article, revision, None, note


def numbered(article: Article, wish: Wish) -> Revision:
    wanted = wish.revision or ""
    if not wanted.isdecimal():
        raise Misuse(
            f"{wanted!r} is no revision; give its number, or its record id as `variorum history --json` has it"
        )
    number = int(wanted)
    if not 1 <= number <= len(article.revisions):
        last = len(article.revisions)
        have = "only revision 1" if last == 1 else f"revisions 1 to {last}"
        raise NothingDone(f"{wish.name} has no revision {number}: it has {have}")
    return article.revisions[number - 1]


# --------------------------------------------------------------------------------------------------- what verbs share


@contextmanager
def asking(place: Place) -> Iterator[Asked]:
    """Give what articles can be asked of; what it has to read first it says on standard error."""
    from archive.asked import Asked
    from archive.timing import from_environment

    asked = Asked(place.settings, from_environment(os.environ), terminal.step)
    try:
        yield asked
    finally:
        asked.close()


def _width() -> int:
    return max(60, shutil.get_terminal_size((80, 24)).columns)
