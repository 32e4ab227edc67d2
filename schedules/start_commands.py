"""The verbs that go on: ``start``, the scheduler with its workers, and ``work``, workers for another one's run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from archive import terminal, timing
from archive.cli import Place, archive_options
from schedules import endpoint

if TYPE_CHECKING:
    from archive.timing import Clock
    from schedules.daemon import Daemon


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
@click.option(
    "--metrics", metavar="ADDRESS", help="Serve numbers for Prometheus at a port of this machine, or HOST:PORT."
)
@archive_options
def start(place: Place, workers: int | None, stop_within: float, metrics: str | None) -> int:
    """Watch all sites until stopped: find new posts, go back when an edit is likely, sweep each site at its time.

    SIGTERM or Ctrl-C ends it once what is in flight has ended; SIGHUP has it read settings and site files again. Under
    systemd it says when it is ready, and that it lives.
    """
    from schedules import systemd
    from schedules.daemon import Daemon, Wished

    address = endpoint.read_address(metrics) if metrics is not None else None
    clock = timing.from_environment(os.environ)
    supervisor = systemd.from_environment(os.environ)
    wished = Wished(home=place.settings.home, overrides=place.overrides, workers=workers, stop_within=stop_within)
    daemon = Daemon(wished, clock, supervisor, terminal.step)
    with ExitStack() as stack:
        stack.enter_context(daemon.signals())
        if address is not None:
            stack.enter_context(_metrics(daemon, clock, address))
        daemon.run()
    return 0


@contextmanager
def _metrics(daemon: Daemon, clock: Clock, address: tuple[str, int]) -> Iterator[None]:
    from archive.store import open_store
    from schedules import metrics

    def gauges() -> metrics.Gauges:
        told = daemon.gauges
        return metrics.Gauges(revisit_budget_left=told.tokens, workers=told.workers, broken_files=len(daemon.broken))

    store = open_store(daemon.settings.store.database, create=True)
    served = endpoint.serve(
        address, metrics.renderer(store, lambda: daemon.settings, clock, gauges), metrics.CONTENT_TYPE
    )
    terminal.step(f"metrics are at http://{endpoint.written(served.address)}{endpoint.PATH}")
    try:
        yield
    finally:
        served.close()
        store.close()


@click.command()
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Worker processes; default crawl.workers.")
@archive_options
def work(place: Place, workers: int | None) -> int:
    """Lend workers to the daemon of this archive, which runs elsewhere, until stopped.

    Database and WARC folder must be the same for both.
    """
    import signal
    import threading

    from schedules.working import work as take_part

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    clock = timing.from_environment(os.environ)
    take_part(place.settings.home, place.overrides, clock, workers, stopped=stopped, said=terminal.step)
    return 0
