"""The verb that serves an archive to browsers and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from archive import terminal
from archive.cli import Place, archive_options

if TYPE_CHECKING:
    from archive.web.addresses import Roots


@click.command()
@click.option("--host", metavar="ADDRESS", help="Listen at this address; else serve.host, 127.0.0.1 by default.")
@click.option("--port", type=click.IntRange(0, 65535), help="Of lists, diffs, CDX and Memento; else serve.port, 8080.")
@click.option(
    "--replay-port", type=click.IntRange(0, 65535), help="Of archived pages; else serve.replay_port, 8081. 0: any."
)
@archive_options
def serve(place: Place, host: str | None, port: int | None, replay_port: int | None) -> int:
    """Show the archive in a browser, safely, and serve CDX and Memento, until stopped.

    Archived pages come from a port of their own and run no scripts. Nothing is written but what visitors ask for.
    """
    import os

    from archive.config import load
    from archive.timing import from_environment
    from archive.web import serving

    given = {"host": host, "port": port, "replay_port": replay_port}
    named = tuple(f"serve.{key}={value}" for key, value in given.items() if value is not None)
    settings = load(place.home, (*place.overrides, *named))
    serving.serve(settings, from_environment(os.environ), overrides=place.overrides, ready=_told)
    return 0


def _told(roots: Roots) -> None:
    terminal.step(f"the archive is at {roots.room}/ (archived pages at {roots.replay}/); Ctrl-C ends it")
