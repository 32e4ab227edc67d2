"""The verbs that decide when, and the demo that shows all of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from archive import terminal, timing
from archive.cli import INTERRUPTED, Place, archive_options
from archive.errors import Misuse, NothingDone

PARTLY = 5


@click.command()
@click.argument("sites", metavar="[SITE]...", nargs=-1)
@click.option("--since", metavar="TIME", help="Leave out items that are dated before.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many pages of each site.")
@click.option("--recheck", is_flag=True, help="Every known page, due or not.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Worker processes; default crawl.workers.")
@click.option("--json", "as_json", is_flag=True, help="The report as one JSON object.")
@archive_options
def crawl(
    place: Place,
    sites: tuple[str, ...],
    since: str | None,
    limit: int | None,
    recheck: bool,
    workers: int | None,
    as_json: bool,
) -> int:
    """Make one run over SITE (else every watched site): find new posts, visit what is due, follow what posts cite.

    Exit code 5 when some sites could not be crawled, 1 when none could.
    """
    from crawler import sites as site_files
    from crawler.report import report_json, report_lines
    from schedules import worker
    from schedules.showing import Shower

    settings = place.settings
    folder = settings.home / "sites"
    chosen = site_files.by_names(folder, settings.home, sites) if sites else site_files.every(folder, settings.home)
    asked = worker.Asked(
        workers=workers or settings.crawl.workers,
        since=timing.parse_time(since) if since else None,
        limit=limit,
        recheck=recheck,
        overrides=place.overrides,
    )
    with Shower() as shower:
        report = worker.crawl(settings, timing.from_environment(os.environ), chosen, asked, shower.told)
    if as_json:
        terminal.emit_json(report_json(report))
    else:
        for line in report_lines(report):
            click.echo(terminal.printable(line))
    if report.run.state == "interrupted":
        return INTERRUPTED
    if len(report.unanswered) == len(report.run.sites):
        raise NothingDone("no site answered; `variorum log --outcome failed` says why for each")
    return PARTLY if report.unanswered else 0


@click.command()
@click.argument("folder", metavar="[DIR]", required=False)
def demo(folder: str | None) -> int:
    """Show the whole story on a made-up news web on this machine: capture it, look at the ledger, verify.

    Makes an archive in DIR (else press, press-2, ...), which stays for you to look at. Nothing leaves this machine.
    """
    from crawler.newsstand import Newsstand

    home = Path(folder or _free("press")).absolute()
    if home.exists() and any(home.iterdir()):
        raise Misuse(f"{home} is there already: give another folder, `variorum demo elsewhere`, or remove it")

    def run(*words: str) -> None:
        shown = " ".join(words[: words.index("--set")] if "--set" in words else words)
        click.echo(
            f"\n$ variorum {shown if len(shown) < 200 else f'{words[0]} URL ... ({len(shown.split()) - 1} of them)'}"
        )
        sys.stdout.flush()
        call = [sys.executable, "-m", "archive.cli", *words]
        subprocess.run(call, env=os.environ | {"VARIORUM_HOME": str(home)}, check=False)

    with Newsstand() as stand:
        mapped = ",".join(f"{host}={address}" for host, address in stand.connect_map.items())
        connect = ("--set", f"network.connect_map={mapped}", "--set", "polite.delay=200ms")
        click.echo("the newsstand is open: a dozen made-up hosts on this machine, good pages and bad ones")
        run("init", str(home), "--contact", "you@example.org", "--label", "press")
        run("capture", *stand.urls, *connect)
        story = next(url for url in stand.urls if "flood-room.html" in url)
        click.echo("\nthe same story once more: an equal payload is stored as a revisit of the first")
        run("capture", story, *connect)
        run("captures", story)
        run("log", "--outcome", "failed")
        run("runs")
        run("verify")
    click.echo(f"\nThe archive is in {home}: try `variorum --help`, then `cd {home.name} && variorum captures --all`")
    return 0


def _free(name: str) -> str:
    """Give the first of name, name-2, name-3 ... that nothing is called here."""
    number = 1
    while Path(found := name if number == 1 else f"{name}-{number}").exists():
        number += 1
    return found
