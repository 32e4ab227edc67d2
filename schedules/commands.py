"""The verbs that decide when, and the demo that shows all of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from archive.errors import Misuse


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
