"""The verbs that fetch."""

from __future__ import annotations

import codecs
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import terminal, timing
from archive.cli import INTERRUPTED, Place, archive_options
from archive.errors import Misuse, NothingDone

if TYPE_CHECKING:
    from archive.model import Exchange
    from archive.recording import Recorded


@click.command()
@click.argument("urls", nargs=-1, metavar="URL...")
@click.option(
    "--from", "source", type=click.Path(dir_okay=False), help="A file with one URL a line; - for standard input."
)
@click.option("--method", type=click.Choice(["GET", "HEAD"]), default="GET", show_default=True, help="What to ask.")
@click.option("--max-body", metavar="BYTES", type=click.IntRange(min=1), help="Cut longer bodies off, and say so.")
@click.option(
    "--requisites",
    is_flag=True,
    help="Capture what the pages need too: style sheets, fonts, pictures; as a crawl does.",
)
@click.option("--requested", is_flag=True, help="Capture what was asked for in the reading room.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a visit.")
@archive_options
def capture(
    place: Place,
    urls: tuple[str, ...],
    source: str | None,
    method: str,
    max_body: int | None,
    requisites: bool,
    requested: bool,
    as_json: bool,
) -> int:
    """Capture these pages now: the exact bytes of each exchange, redirect hops and failures included.

    Exit code 0 when at least one URL got a response, 1 when none did.
    """
    given = [*urls, *_lines(source)] if source else list(urls)
    if requested and (given or method != "GET"):
        raise Misuse("--requested captures what was asked for in the reading room; give no URL and no --method with it")
    if requisites and method != "GET":
        raise Misuse(f"--requisites needs the pages themselves, which --method {method} does not ask for")
    if not given and not requested:
        raise Misuse("no URL given: name some, or a file of them with --from")
    from archive.commands import visit_json
    from crawler import asked_captures, run

    def told(exchange: Exchange, recorded: Recorded) -> None:
        visit = recorded.visit
        assert visit is not None
        if as_json:
            terminal.emit_json(visit_json(visit))
            return
        what = f"{visit.outcome} {visit.status}" if visit.status is not None else visit.outcome
        why = f"  ({visit.detail})" if visit.detail else ""
        terminal.step(f"{what:<14} {exchange.response.size:>9,} B  {visit.url}{why}")

    clock = timing.from_environment(os.environ)
    if requested:
        report = asked_captures.capture(place.settings, clock, told=told, max_body=max_body, requisites=requisites)
        if report is None:
            terminal.step("nothing is asked for")
            return 0
    else:
        report = run.capture(
            place.settings, clock, given, told=told, method=method, max_body=max_body, requisites=requisites
        )
    if not as_json:
        counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(report.run.outcomes.items()))
        click.echo(f"run {report.run.id}: {report.run.visits} visits ({counts})")
    if report.run.state == "interrupted":
        terminal.step("broken off; what was captured until then is kept")
        return INTERRUPTED
    if report.answered == 0:
        what = "asked for" if requested else "given"
        raise NothingDone(f"no URL {what} got a response; `variorum log` says why for each")
    return 0


def _lines(source: str) -> list[str]:
    """Read URLs, one a line, from a file or standard input (``-``); blank lines and comments are left out."""
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise Misuse(f"cannot read URLs from {source}: {error.strerror}; give a text file, one URL a line") from error
    found = []
    # As bytes, because text would be parted at characters too that a URL may hold by mistake.
    for number, line in enumerate(data.removeprefix(codecs.BOM_UTF8).splitlines(), 1):
        try:
            text = line.decode().strip()
        except UnicodeDecodeError as error:
            raise Misuse(f"line {number} of {source} is not UTF-8 text; give a text file, one URL a line") from error
        if text and not text.startswith("#"):
            found.append(text)
    return found
