"""The verb that prints the chain behind a revision, and checks each link as it prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from archive import terminal
from archive.article_commands import PARTLY, asking, told_of, wished
from archive.cli import Place, archive_options
from archive.colour import colour_option, paper, put
from archive.commands import JSON
from archive.errors import Misuse, NothingDone

if TYPE_CHECKING:
    from archive.asked import Asked, Wish
    from archive.evidence import Step
    from archive.model import Article, Revision
    from archive.proving import Proving
    from archive.styled import Paper

BROKEN = 3
WIDEST = 100
"""Columns of a line at most."""
_WORD, _STEP = len("not checked") + 2, len("connection") + 2
"""Columns of the word that says how a link stands, and of its name."""
_FACT = " " * 4
_COLOURS = {"ok": "green", "FAILED": "red", "warning": "yellow"}


@click.command()
@click.argument("urls", nargs=-1, metavar="URL...")
@click.option("--at", "at", metavar="TIME", help="Of what stood then; a bare date is the end of that day, UTC.")
@click.option("--revision", metavar="N", help="Of the revision of this number, or of this record id.")
@click.option("--all-revisions", is_flag=True, help="Of every revision, oldest first.")
@click.option("--whole", is_flag=True, help="Hash the WARC files too; a file may have a gigabyte.")
@JSON
@colour_option
@archive_options
def evidence(
    place: Place,
    urls: tuple[str, ...],
    at: str | None,
    revision: str | None,
    all_revisions: bool,
    whole: bool,
    as_json: bool,
    colour: bool | None,
) -> int:
    """Print what a revision rests on, down to the bytes, and check it anew: URL@N is short for --revision N.

    Extractor, capture, WARC record, request, robots.txt, run and file, each read from the WARC files now. Without a
    number it is the newest revision. Exit code 3 when a link fails; 5 when some URLs have no revision to prove, 1 when
    none has.
    """
    from archive.proving import Proving

    on = paper(colour)
    told = failed = 0
    missed: list[NothingDone] = []
    with asking(place) as asked:
        wishes = _wishes(asked, urls, at, revision, all_revisions=all_revisions)
        proving = Proving(place.settings, asked.store, whole=whole)
        try:
            for wish in wishes:
                try:
                    article, found, _, note = wished(asked, wish)
                except NothingDone as error:
                    missed.append(error)
                    continue
                if note is not None:
                    terminal.step(note)
                for each in article.revisions if all_revisions else (found,):
                    if told and not as_json:
                        click.echo()
                    holds = _as_json(proving, article, each) if as_json else _to_be_read(proving, article, each, on)
                    told, failed = told + 1, failed + (not holds)
        finally:
            proving.close()
    partly = told_of(missed, told)
    return BROKEN if failed else PARTLY if partly else 0


def _wishes(
    asked: Asked, urls: tuple[str, ...], at: str | None, revision: str | None, *, all_revisions: bool
) -> list[Wish]:
    """Give what is asked for, as ``show`` takes it; raise Misuse where it is said twice."""
    from archive.asked import Wish, is_record_id
    from archive.timing import parse_time

    if (at is not None) + (revision is not None) + all_revisions > 1:
        raise Misuse("give one of --at, --revision and --all-revisions")
    if not urls and revision is not None and is_record_id(revision):
        urls, revision = (revision,), None
    if not urls:
        raise Misuse("name the URLs whose evidence you want, such as URL@2 or URL@2026-11-01")
    if at is None and revision is None and not all_revisions:
        return [asked.wish(text) for text in urls]
    when = parse_time(at) if at is not None else None
    for text in urls:
        if (twice := asked.wish(text)).name != text:
            raise Misuse(f"{text} names a revision or time already; leave it out there or here: {twice.name}")
    return [Wish(name=text, at=when, revision=revision) for text in urls]


def _as_json(proving: Proving, article: Article, revision: Revision) -> bool:
    holds = True
    for step in proving.steps(article, revision):
        holds = holds and step.ok is not False
        terminal.emit_json(
            {
                "url": revision.url,
                "article": article.id,
                "step": step.step,
                "subject": step.subject,
                "ok": step.ok,
                "detail": step.detail,
            }
        )
    return holds


def _to_be_read(proving: Proving, article: Article, revision: Revision, on: Paper) -> bool:
    from archive import evidence as links
    from archive.wrapping import wrapped

    width = min(on.width, WIDEST)
    told = revision.extraction
    for line in wrapped(told.headline or told.seo_title or "(no headline)", width):
        put(click.style(line, bold=True), on)
    put(terminal.printable(revision.url), on)
    put("", on)
    done: list[Step] = []
    for step in proving.steps(article, revision):
        done.append(step)
        for line in _lines(step, links.word(step), width):
            put(line, on)
    put("", on)
    holds = all(each.ok is not False for each in done)
    end = links.ending(revision, done)
    for line in wrapped(end[0].upper() + end[1:], width):
        put(click.style(line, fg=_COLOURS["ok" if holds else "FAILED"], bold=True), on)
    return holds


def _lines(step: Step, word: str, width: int) -> Iterator[str]:
    """Write a link: how it stands, its name and what it is about; below, what was found, a fact a line."""
    from archive.evidence import WARNING
    from archive.wrapping import wrapped

    colour = _COLOURS.get("warning" if step.ok and WARNING in step.detail else word)
    head = f"{word:<{_WORD}}{step.step:<{_STEP}}"
    first, *rest = wrapped(step.subject, width, head, " " * len(head))
    named = click.style(word, fg=colour, dim=True if step.ok is None else None) + " " * (_WORD - len(word))
    yield named + click.style(step.step, bold=True) + first[_WORD + len(step.step) :]
    yield from rest
    detail = step.detail.removeprefix(f"{word}: ") if step.ok is None else step.detail
    for number, fact in enumerate(detail.split("; ")):
        marked = fact.startswith(WARNING) or (step.ok is False and number == 0)
        for line in wrapped(fact, width, _FACT, _FACT + "  "):
            yield click.style(line, fg=colour) if marked else line
