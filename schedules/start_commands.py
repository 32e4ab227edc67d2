"""The verbs that go on: ``start``, the scheduler with its workers, and ``work``, workers for another one's run."""

from __future__ import annotations

import os

import click

from archive import terminal, timing
from archive.cli import Place, archive_options


@click.command()
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Worker processes; default crawl.workers.")
@click.option(
    "--stop-within",
    type=click.FloatRange(min=0),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long what is in flight may take when it is stopped.",
)
@archive_options
def start(place: Place, workers: int | None, stop_within: float) -> int:
    """Watch all sites until stopped: find new posts, go back when an edit is likely, sweep each site at its time.

    SIGTERM or Ctrl-C ends it once what is in flight has ended; SIGHUP has it read settings and site files again. Under
    systemd it says when it is ready, and that it lives.
    """
    from schedules import systemd
    from schedules.daemon import Daemon, Wished

    supervisor = systemd.from_environment(os.environ)
    wished = Wished(home=place.settings.home, overrides=place.overrides, workers=workers, stop_within=stop_within)
    daemon = Daemon(wished, timing.from_environment(os.environ), supervisor, terminal.step)
    with daemon.signals():
        daemon.run()
    return 0
