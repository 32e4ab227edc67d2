"""The verb that lists what pages need and the archive lacks."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Self

import click

from archive import terminal
from archive.cli import Place, archive_options
from archive.commands import JSON, SHOWN
from archive.errors import Misuse, NothingDone

if TYPE_CHECKING:
    from archive.parts import Looked
    from archive.store.parts import Missing

NEEDED_BY = 1_000
"""Pages that are named for one part."""
SOME = 1_000
"""Pages between two lines that tell how far we are."""


@click.command()
@click.argument("urls", nargs=-1, metavar="[URL]...")
@click.option("--site", metavar="NAME", help="Only what pages of a watched site need.")
@click.option("--again", is_flag=True, help="Look through pages again that were looked through before.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many parts; all if not given.")
@JSON
@archive_options
def missing(
    place: Place, urls: tuple[str, ...], site: str | None, again: bool, limit: int | None, as_json: bool
) -> int:
    """List the pictures, style sheets and frames that pages need and that are in no capture, most needed first.

    Pages that nobody has looked through yet are looked through first, each in its newest capture; broken off, the next
    call goes on. OUTCOME says how the last try to capture it ended. Capture what is listed with variorum capture.
    """
    from archive import parts, timing
    from archive.store import open_store
    from archive.store import parts as rows
    from archive.urls import urlkey
    from archive.warc.files import WarcFolder

    if urls and site:
        raise Misuse("--site and URLs do not go together; name pages, or a site")
    keys = [urlkey(url) for url in urls] if urls else None
    clock = timing.from_environment(os.environ)
    folder = WarcFolder(place.settings.store.warcs)
    store = open_store(place.settings.store.database, create=not folder.names())
    try:
        with _Progress() as progress:
            parts.look_through(store, folder, clock, site=site, keys=keys, again=again, told=progress.told)
        with store.read() as conn:
            if urls and not rows.are_looked(conn, keys or []):
                raise NothingDone(f"no page captured here is at {urls[0]}; `variorum captures` tells what is")
            told = 0
            for part in islice(rows.every(conn, site=site, pages=keys), limit):
                if as_json:
                    pages = rows.pages_of(conn, part.urlkey, NEEDED_BY)
                    terminal.emit_json(missing_json(part, [page.url for page in pages]))
                else:
                    _tell(part, is_first=not told)
                told += 1
    finally:
        store.close()
    if not told:
        terminal.step("nothing is missing")
    return 0


def missing_json(part: Missing, pages: Sequence[str]) -> dict[str, object]:
    """Give a missing part as plain values; ``needed_by`` names ``NEEDED_BY`` pages at most, ``pages`` counts all."""
    return {
        "url": part.url,
        "kind": _kind(part.modifier),
        "pages": part.pages,
        "tried": part.tried,
        "outcome": part.outcome,
        "status": part.status,
        "detail": part.detail,
        "needed_by": list(pages),
    }


def _kind(modifier: str) -> str:
    from archive.parts import KINDS

    return KINDS.get(modifier, "other")


def _tell(part: Missing, *, is_first: bool) -> None:
    if is_first:
        click.echo(f"{'pages':>7}  {'kind':<11}  {'tried':<16}  {'outcome':<12}  url")
    tried = f"{part.tried:%Y-%m-%d %H:%M}" if part.tried is not None else "-"
    outcome = "never asked" if part.outcome is None else part.outcome
    url = terminal.printable(part.url if len(part.url) <= SHOWN else f"{part.url[: SHOWN - 3]}...")
    click.echo(f"{part.pages:>7,}  {_kind(part.modifier):<11}  {tried:<16}  {outcome:<12}  {url}")


class _Progress:
    """One line that is written over on a terminal, and now and then a line where it is none."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._next = SOME
        self._wrote = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._wrote:
            sys.stderr.write("\n")
            sys.stderr.flush()

    def told(self, looked: Looked) -> None:
        """Say how many pages were looked through."""
        text = f"{terminal.counted(looked.pages, 'page')} looked through"
        if looked.unread:
            text += f", {looked.unread:,} cannot be read"
        if self._live:
            sys.stderr.write(f"\r{text}")
            sys.stderr.flush()
            self._wrote = True
        elif looked.pages >= self._next:
            terminal.step(text)
            self._next = looked.pages + SOME
