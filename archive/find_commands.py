"""The verb that searches the text of all revisions."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

import click

from archive import terminal
from archive.article_commands import asking
from archive.cli import Place, archive_options
from archive.commands import JSON, SINCE, UNTIL
from archive.errors import Misuse, NothingDone

if TYPE_CHECKING:
    from archive.asked import Asked
    from archive.finding import Hit, Piece

HITS = 50
"""Hits that are told where nobody says how many."""

# A word that must not be there begins with a dash, as options do.
_DASHES = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


@click.command(context_settings=_DASHES)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="WORDS...")
@click.option("--gone", is_flag=True, help="Only text that no current revision of any article has.")
@click.option("--outlet", metavar="DOMAIN", help="Only articles of this outlet, such as example.org.")
@click.option("--site", metavar="NAME", help="Only articles of a watched site.")
@SINCE
@UNTIL
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help=f"At most so many hits, the newest; {HITS} if not given."
)
@JSON
@archive_options
def find(
    place: Place,
    words: tuple[str, ...],
    gone: bool,
    outlet: str | None,
    site: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
    as_json: bool,
) -> int:
    """Search the text of all revisions, newest first; times are UTC.

    A revision is found that has all of the words, in any order. "Words in quotes" are a phrase, room* is any word
    that begins so, and -word must not be there. Words are found in their other forms too, by the language of the
    text; those of a phrase and before a * only as they are written, case and accents aside.

    Revisions of an article that follow one another and say the same are one hit, an object each with --json. What was
    captured and never read is read first. Exit code 1 when nothing is found.
    """
    from archive.finding import parse, typed
    from archive.store import search

    if option := next((each for each in words if each.startswith("--")), None):
        raise Misuse(f"there is no option {option}; see variorum find --help")
    query = typed(words)
    parse(query)  # before anything is read for it
    width, most, told = max(60, shutil.get_terminal_size((80, 24)).columns), limit or HITS, 0
    with asking(place) as asked:
        asked.ids(None)
        catch_up(asked)
        with asked.store.read() as conn:
            domain = _domain(outlet) if outlet is not None else None
            hits = search.find(conn, query, since=since, until=until, outlet=domain, site=site, gone=gone)
            for told, hit in enumerate(islice(hits, most), 1):
                _tell(hit, width, is_first=told == 1, as_json=as_json)
            more = next(hits, None) is not None
    if not told:
        bounds = {"--outlet": outlet, "--site": site, "--since": since, "--until": until}
        raise _nothing(query, [name for name, value in bounds.items() if value is not None], gone=gone)
    if more:
        terminal.step(f"these are the newest {told}; there are more: --limit {told * 4}, or --until for earlier ones")
    return 0


def _domain(outlet: str) -> str:
    """Give the registrable domain, by which an outlet is known, of what a person calls it."""
    from archive.chains import outlet_of

    named = outlet.strip().lower()
    return outlet_of(named if "://" in named else f"http://{named}/") or named


def catch_up(asked: Asked) -> None:
    """Index what revisions are not yet in the index, in bounded transactions."""
    from archive.store import search

    with asked.store.read() as conn:
        if not search.behind(conn):
            return
    asked.said("what revisions say is indexed first")
    while True:
        with asked.store.write() as conn:
            if not search.catch_up(conn):
                return


def _tell(hit: Hit, width: int, *, is_first: bool, as_json: bool) -> None:
    from archive.finding import hit_json, hit_lines

    if as_json:
        for each in hit_json(hit):
            terminal.emit_json(each)
        return
    if not is_first:
        click.echo()
    for line in hit_lines(hit, width):
        click.echo(_styled(line))


def _styled(line: Sequence[Piece]) -> str:
    return "".join(click.style(text, bold=True) if asked else text for text, asked in line)


def _nothing(query: str, bounds: Sequence[str], *, gone: bool) -> NothingDone:
    what = f"no revision has {query}"
    if gone:
        what = f"no text that is gone has {query}: leave --gone out to search what articles still say too"
    if bounds:
        what += f"{';' if gone else ' there:'} leave {' and '.join(bounds)} out to search all"
    elif not gone:
        what += "; fewer words find more, and so does the beginning of one with a * behind it"
    return NothingDone(what)
