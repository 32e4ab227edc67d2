"""The verbs that decide when, and the demo that shows all of it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import click

from archive import config, terminal, timing
from archive.cli import INTERRUPTED, Place, archive_options
from archive.errors import Misuse, NothingDone

PARTLY = 5
PACE = 60
"""How fast time runs in the demo: five seconds between two requests are a twelfth of one there."""
FASTER = 720
"""How fast time runs while the demo's scheduler is at work: an hour takes five seconds."""
WATCH = 20
"""Real seconds in which it is."""
SHOWN = ("blog.lantern.test", "tideline.test", "gauge.test", "vestnik-delty.test", "newsdock.test")
"""The blogs the demo watches: feeds in RSS, RDF and JSON, sitemaps, one that has moved, one in Russian."""


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
    """Show the whole story on a made-up news web on this machine: watch blogs, crawl them, and crawl again a day later.

    Makes an archive in DIR (else press, press-2, ...), which stays for you to look at. Nothing leaves this machine.
    """
    from crawler.newsstand import Newsstand
    from crawler.newsstand.expected import WATCHED
    from crawler.newsstand.stories import LEVEE_POSTED, OPENING

    home = Path(folder or _free("press")).absolute()
    if home.exists() and any(home.iterdir()):
        raise Misuse(f"{home} is there already: give another folder, `variorum demo elsewhere`, or remove it")
    clock = timing.ScaledClock(OPENING, PACE)

    def run(*words: str) -> None:
        click.echo(f"\n$ variorum {' '.join(words)}")
        sys.stdout.flush()
        call = [sys.executable, "-m", "archive.cli", *words]
        env = os.environ | {"VARIORUM_HOME": str(home), timing.VARIABLE: str(clock)}
        # A verb that ends with a code of its own says so itself; the story goes on.
        subprocess.run(call, env=env, check=False)

    def run_for(seconds: int, *words: str) -> None:
        click.echo(f"\n$ variorum {' '.join(words)}")
        sys.stdout.flush()
        env = os.environ | {"VARIORUM_HOME": str(home), timing.VARIABLE: str(clock)}
        process = subprocess.Popen([sys.executable, "-m", "archive.cli", *words], env=env)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.terminate()
            process.wait()

    with Newsstand(now=lambda: clock.now()) as stand:  # noqa: PLW0108 - the clock is another one on the second day
        click.echo(
            f"The newsstand is open: {len(stand.connect_map)} made-up hosts on this machine. There it is"
            f" {clock.now():%Y-%m-%d %H:%M}, and a minute takes a second."
        )
        run("init", str(home), "--contact", "you@example.org")
        mapped = "".join(f'"{host}" = "{address}"\n' for host, address in stand.connect_map.items())
        with (home / config.FILE).open("a", encoding="utf-8") as settings:
            settings.write(f"\n# Where the newsstand was, as long as it was open.\n[network.connect_map]\n{mapped}")
        click.echo(f"\n$ cd {home.name}")
        run("watch", *(site.url for site in WATCHED if site.site in SHOWN))
        run("crawl")
        clock = timing.ScaledClock(LEVEE_POSTED + timedelta(minutes=30), PACE)
        click.echo(
            f"\nA day goes by; it is {clock.now():%Y-%m-%d %H:%M}. A story was corrected, and there is a new post."
            "\nWhat is due is asked for again, on condition that it has changed where the server knows such conditions."
        )
        run("due", "--limit", "5", "--explain")
        run("crawl")
        click.echo("\nWhat had not changed was not sent again:")
        run("log", "--outcome", "unchanged")
        story = "http://blog.lantern.test/2025/03/02/flood-room.html"
        click.echo("\nThe corrected story has two revisions, each read out of a capture that is kept:")
        run("history", story)
        click.echo("\nThis is how it stood before the correction:")
        run("show", f"{story}@1")
        click.echo("\nWhat the correction did, word by word, and what a newsroom would call it:")
        run("changes", "--since", "last", "--flag", "number,quote,correction,stealth")
        run("diff", story)
        click.echo("\nOn whose word the story rests, and what became of the pages it links to:")
        run("cites", story)
        run("outlets", "--limit", "8")
        run("cited-by", "www.quaycourier.test")
        click.echo("\nAnd the proof: the chain from the words shown down to the bytes on disk, checked just now:")
        run("evidence", f"{story}@1")
        run("captures", story)
        clock = timing.ScaledClock(LEVEE_POSTED + timedelta(hours=2), FASTER)
        click.echo(
            "\nNobody need call crawl. `variorum start` asks feeds every hour, goes back when an edit is likely, and"
            f"\nsweeps each site once a night, until it is stopped. Here it runs for {WATCH} seconds, and an hour takes"
            f" {3600 // FASTER}."
        )
        run_for(WATCH, "start")
        run("due", "--limit", "5", "--explain")
        run("sites")
        run("runs")
        run("verify")
    click.echo(
        f"\nThe archive is in {home}: cd {home.name}, then try variorum serve, which shows it in your browser,"
        "\nvariorum log or variorum captures --all, or read sites/blog-lantern-test.toml."
        "\nThe newsstand is closed now; nothing more can be crawled there."
    )
    return 0


def _free(name: str) -> str:
    """Give the first of name, name-2, name-3 ... that nothing is called here."""
    number = 1
    while Path(found := name if number == 1 else f"{name}-{number}").exists():
        number += 1
    return found
