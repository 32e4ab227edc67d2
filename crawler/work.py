"""One worker process of a run: ``python -m crawler.work FD``, its order in an open file once a line says so, its end
when standard input closes.

Whoever started it keeps standard input open for as long as the run is to go on: a worker whose starter died stops by
itself, as after Ctrl-C.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from archive import config, terminal, timing
from archive.errors import VariorumError
from archive.recording import Recording
from archive.timing import Clock, parse_time
from crawler import settings as scrapy_settings
from crawler import sites
from crawler.logs import keep, limits_of
from crawler.order import Order
from crawler.reach import proxies_of, scrapy_settings_for
from crawler.reactor import Deliveries, install
from crawler.shift import Shift

INTERRUPTED = 130
GARBAGE = 20_000
"""Objects made and not freed before the collector looks for cycles."""


def work(order: Order, clock: Clock) -> bool:
    """Take part in a run until it is over; tell whether it was broken off. Raises what stopped it."""
    settings = config.load(Path(order.home), order.overrides, order.settings)
    folder = settings.home / "sites"
    if order.files:
        given = [sites.read(folder / f"{name}.toml", settings.home, order.files[name]) for name in order.sites]
    else:
        given = sites.by_names(folder, settings.home, order.sites)
    watched = {site.name: site for site in given}
    read = {name: sites.session_of(site) for name, site in watched.items() if name not in order.sessions}
    reactor = install()
    deliveries = Deliveries(reactor)
    recording = Recording(settings, clock, run=order.run, sign=False, deliver=deliveries).start()
    try:
        shift = Shift(
            run=order.run,
            worker=order.worker,
            began=parse_time(order.began),
            settings=settings,
            clock=clock,
            recording=recording,
            sites=watched,
            pages=dict(zip(order.sites, order.pages, strict=True)),
            workers=order.workers,
            proxies={name: url for name, (url, _) in proxies_of(watched.values()).items()},
            sessions={**read, **order.sessions},
            since=parse_time(order.since) if order.since is not None else None,
            lease=timedelta(seconds=order.lease),
            standing=order.standing,
        )
        stopped = _crawl(shift, reactor)
        if recording.failure is not None:
            raise recording.failure
    finally:
        recording.close()
    return stopped


def _crawl(shift: Shift, reactor: Any) -> bool:
    from scrapy.crawler import CrawlerProcess

    from crawler import contract

    contract.check()
    from crawler.recorder import attach
    from crawler.shift import assign
    from crawler.spiders.site import SiteSpider
    from crawler.stopping import Stopping

    settings = shift.settings
    process = CrawlerProcess(
        scrapy_settings_for(settings, shift.clock, [pair for _, pair in proxies_of(shift.sites.values()).values()])
        | {"LOG_LEVEL": "WARNING"}
    )
    # Not before: Scrapy closes what is there already.
    keep(settings.home, shift.run, shift.worker.rpartition("/")[2], limits_of(settings.logs))
    for name in scrapy_settings.TOLD_ELSEWHERE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    crawler = process.create_crawler(SiteSpider)
    attach(crawler, shift.recording, shift.clock, settings.store.warcs)
    assign(crawler, shift)
    process.crawl(crawler)
    # What is loaded by now stays; the collector need not walk through it after every few hundred responses.
    gc.freeze()
    gc.set_threshold(GARBAGE)
    stopping = Stopping(crawler, reactor, lambda _: None)
    stopping.install()
    _stop_with_the_starter(reactor, stopping)
    process.start(install_signal_handlers=False)
    return stopping.asked


def _stop_with_the_starter(reactor: Any, stopping: Any) -> None:
    def wait() -> None:
        while os.read(0, 4096):
            pass
        reactor.callFromThread(stopping.stop)

    threading.Thread(target=wait, name="starter", daemon=True).start()


def main() -> int:
    """Read the order, do the work; the exit code says how it ended."""
    # What takes long to load is loaded while the run is begun; the handler first, whose import looks through all that
    # is loaded already.
    import scrapy.core.downloader.handlers.http11  # noqa: F401

    from crawler.spiders import site  # noqa: F401

    if not _line(0):
        return 0  # there will be no run
    with open(int(sys.argv[1]), "rb") as paper:
        paper.seek(0)  # whoever wrote it stands at its end
        order = Order.read(paper.read().decode())
    try:
        return INTERRUPTED if work(order, timing.from_environment(os.environ)) else 0
    except VariorumError as error:
        terminal.step(f"worker {order.worker}: {error}")
        return error.exit_code


def _line(fd: int) -> str:
    """Read one line and not a byte more: what follows is nothing but the end."""
    found = bytearray()
    while (byte := os.read(fd, 1)) not in (b"", b"\n"):
        found += byte
    return found.decode()


if __name__ == "__main__":
    sys.exit(main())
