"""The verbs that tell what was edited: ``diff`` and ``changes``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import click

from archive import terminal
from archive.article_commands import PARTLY, asking, numbered, told_of, wished
from archive.cli import Place, archive_options
from archive.colour import colour_option, put
from archive.colour import paper as paper_of
from archive.commands import JSON, UNTIL
from archive.errors import Misuse, NothingDone
from archive.review_commands import case_name

if TYPE_CHECKING:
    from archive.asked import Asked, Wish
    from archive.model import Article, Flag, Revision
    from archive.store.changes import Noted
    from archive.words_of_people import Said

    _Step = tuple[Revision, Revision]

TYPOGRAPHIC = click.option("--typographic", is_flag=True, help="Show what differs in quotes, dashes and blanks too.")


@click.command()
@click.argument("urls", nargs=-1, metavar="URL...")
@click.option(
    "--between", metavar="A..B", help="Two revisions by number, record id or time; B is the newest if left out."
)
@click.option("--each", "each_step", is_flag=True, help="Every step between the two, not only what they come to.")
@TYPOGRAPHIC
@colour_option
@JSON
@archive_options
def diff(
    place: Place,
    urls: tuple[str, ...],
    between: str | None,
    each_step: bool,
    typographic: bool,
    colour: bool | None,
    as_json: bool,
) -> int:
    """Show what was changed between two revisions of articles: by default the newest and the one before it.

    URL@N shows what revision N changed. Flags say what the edits did: a quote, a number, an attribution, a stealth
    edit; those that a person called wrong are named. Without colour, removed words stand in [-...-] and added ones in
    {+...+}. Exit code 1 when there is only one revision.
    """
    if not urls:
        raise Misuse("name the URLs whose changes you want, such as URL or URL@3")
    missed: list[NothingDone] = []
    shown = 0
    with asking(place) as asked:
        for text in urls:
            try:
                article, steps = _steps(asked, text, between, each_step)
            except NothingDone as error:
                missed.append(error)
                continue
            for before, after in steps:
                if shown and not as_json:
                    click.echo()
                _show(asked, article, before, after, as_json=as_json, typographic=typographic, colour=colour)
                shown += 1
    return PARTLY if told_of(missed, shown) else 0


def _show(
    asked: Asked,
    article: Article,
    before: Revision,
    after: Revision,
    *,
    as_json: bool,
    typographic: bool,
    colour: bool | None,
) -> None:
    from archive import asked_changes, change_json, showing_changes

    change = asked_changes.compared(asked, article, before, after)
    # People speak of what one revision changed, not of what several came to.
    said = asked_changes.said_of(asked, after.id) if after.number == before.number + 1 else None
    if as_json:
        terminal.emit_json(change_json.diff_json(article, before, after, change, said))
        return
    paper = paper_of(colour)
    for line in showing_changes.diff_lines(article, before, after, change, paper, typographic=typographic, said=said):
        put(line, paper)


def _steps(
    asked: Asked, text: str, between: str | None, each_step: bool
) -> tuple[Article, list[tuple[Revision, Revision]]]:
    """Find the revisions that are to be compared."""
    from archive.asked import is_record_id

    wish = asked.wish(text)
    if between is not None and (wish.revision is not None or wish.at is not None or is_record_id(text)):
        raise Misuse(f"{text} names a revision already; leave it out there or --between here")
    article, after, _, _ = wished(asked, wish)
    if between is None:
        return article, [_with_earlier(article, after)]
    first, found, last = between.partition("..")
    if not found:
        raise Misuse(f"--between takes two revisions, such as 2..5, not {between!r}")
    before = _one(asked, wish, article, first.strip() or "1")
    after = _one(asked, wish, article, last.strip() or str(len(article.revisions)))
    if before.id == after.id:
        raise NothingDone(f"--between {between} names revision {before.number} twice: nothing differs")
    if not each_step:
        return article, [(before, after)]
    low, high = sorted((before.number, after.number))
    some = article.revisions[low - 1 : high]
    return article, list(pairwise(some))


def _with_earlier(article: Article, after: Revision) -> tuple[Revision, Revision]:
    if after.number == 1:
        only = "it has only this one" if len(article.revisions) == 1 else "give --between 1..2 for what followed"
        raise NothingDone(f"revision 1 of {article.url} changed nothing: {only}")
    return article.revisions[after.number - 2], after


def _one(asked: Asked, wish: Wish, article: Article, text: str) -> Revision:
    from dataclasses import replace

    from archive.asked import is_record_id
    from archive.timing import parse_time

    if text.isdecimal():
        return numbered(article, replace(wish, revision=text, at=None))
    if is_record_id(text):
        return wished(asked, replace(wish, revision=text, at=None))[1]
    return wished(asked, replace(wish, revision=None, at=parse_time(text)))[1]


# ------------------------------------------------------------------------------------------------------------- changes

_LAST = "last"


@click.command()
@click.option(
    "--since",
    metavar="TIME",
    help='Seen from this time, or the start of this date, on; "last": what this reader was not shown yet.',
)
@UNTIL
@click.option("--site", "sites", metavar="NAME", multiple=True, help="Of a watched site; may be given again.")
@click.option("--tag", metavar="TAG", help="Of sites with this tag.")
@click.option("--case", metavar="NAME", help="Of articles of a case (`variorum mark URL --case NAME`).")
@click.option("--flag", "flags", metavar="FLAG,...", multiple=True, help="With one of these flags.")
@click.option("--reader", metavar="NAME", default="default", show_default=True, help='Who looks, for "--since last".')
@click.option("--unreviewed", is_flag=True, help="Only what nobody has marked as reviewed.")
@colour_option
@JSON
@archive_options
def changes(
    place: Place,
    since: str | None,
    until: datetime | None,
    sites: tuple[str, ...],
    tag: str | None,
    case: str | None,
    flags: tuple[str, ...],
    reader: str,
    unreviewed: bool,
    colour: bool | None,
    as_json: bool,
) -> int:
    """List what was changed in articles, oldest first, with its flags.

    "--since last" lists what the same reader was not shown before, whatever its time: what became known since, and
    what only now is of the case, the tag or the flag asked for. It counts for each set of --site, --tag, --case, --flag
    and --unreviewed by itself. A flag that a person marked as wrong does not count, nor does stealth when no edit is
    left that it is about. Exit code 1 when there is nothing to list.
    """
    from archive import asked_changes

    wanted = _flags(flags)
    case = case_name(case) if case is not None else None
    when = _beginning(since) if since is not None and since != _LAST else None
    shown: list[Noted] = []
    with asking(place) as asked:
        asked.ids(None)
        named = _sites(place, sites, tag)
        # What one question leaves out, another still shows.
        asking_for = _question(reader, sites, tag, case, wanted, unreviewed=unreviewed)
        found = asked_changes.listed(
            asked, since=when, until=until, sites=named, reader=asking_for if since == _LAST else None
        )
        for noted, said, _ in asked_changes.chosen(found, flags=wanted, case=case, unreviewed=unreviewed):
            _tell(asked, noted, said, as_json=as_json, colour=colour, first=not shown)
            shown.append(noted)
        if since == _LAST and shown:
            asked_changes.show(asked, asking_for, shown)
    if not shown:
        raise NothingDone(_nothing(since, reader, bool(wanted or case or sites or tag or unreviewed)))
    return 0


def _beginning(since: str) -> datetime:
    from archive.timing import parse_time

    # A bare date stands for the end of its day everywhere else; a window that begins with it should hold it.
    return parse_time(f"{since}T00:00:00Z" if len(since) == len("2026-11-22") else since)


def _question(
    reader: str, sites: Sequence[str], tag: str | None, case: str | None, flags: set[Flag], *, unreviewed: bool
) -> str:
    """Name a reader with what is asked: by a tag, not by the sites that have it now."""
    named = {"tag": tag, "case": case, "unreviewed": unreviewed or None}
    told = [f"{name}={value}" for name, value in named.items() if value]
    told += [f"site={each}" for each in sorted(set(sites))] + [f"flag={each}" for each in sorted(flags)]
    return json.dumps([reader, *told])


def _nothing(since: str | None, reader: str, is_filtered: bool) -> str:
    if since == _LAST:
        return f"nothing that is asked for is new to reader {reader}"
    if is_filtered:
        return "no change is as you ask; leave some options out to see more"
    return "no article was changed in that time" if since else "no article here was changed so far"


def _flags(given: Sequence[str]) -> set[Flag]:
    from typing import get_args

    from archive import model

    known: tuple[Flag, ...] = get_args(model.Flag)
    asked = [flag.strip() for each in given for flag in each.split(",") if flag.strip()]
    for flag in asked:
        if flag not in known:
            raise Misuse(f"{flag!r} is no flag; they are {', '.join(known)}")
    return {flag for flag in known if flag in asked}


def _sites(place: Place, sites: Sequence[str], tag: str | None) -> tuple[str, ...] | None:
    from archive.tags import sites_with

    if tag is None:
        return tuple(sites) or None
    tagged = sites_with(place.settings.home / "sites", tag)
    return tuple(each for each in tagged if each in sites) if sites else tagged


def _tell(asked: Asked, noted: Noted, said: Said, *, as_json: bool, colour: bool | None, first: bool) -> None:
    from archive import asked_changes, change_json, showing_changes

    article, before, after, change = asked_changes.between(asked, noted)
    if as_json:
        terminal.emit_json(change_json.change_json(article, before, after, change, said))
        return
    paper = paper_of(colour)
    if not first:
        click.echo()
    for line in showing_changes.change_lines(article, after, change, said, paper):
        put(line, paper)
