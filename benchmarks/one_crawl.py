"""One crawl in a process of its own, to be measured: ``python -m benchmarks.one_crawl MODE HOME PORT FILE``.

MODE is ``scrapy`` (Scrapy's own download handler), ``capture`` (our handler, nothing written) or ``archive`` (WARC
file and index). PORT is where the hosts of ``web.HOSTS`` are served; FILE has one URL a line. Prints as JSON what the
crawl itself cost, without the start of the process.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from archive.config import Network, Polite, Settings, Store
from archive.model import Exchange, Url
from archive.recording import Answer, Recorded, Recording
from archive.timing import SystemClock
from benchmarks import web
from crawler import settings as scrapy_settings
from crawler.guard import Guard


class Nowhere:
    """A sink that says at once that an exchange is on record."""

    def record(self, exchange: Exchange, answer: Answer) -> None:
        answer(Recorded(None, None))

    def note(self, url: str, body: bytes, content_type: str, answer: Answer) -> None:
        answer(Recorded(None, None))


def main(mode: str, home: Path, port: int, urls: list[str]) -> None:
    from twisted.internet import asyncioreactor

    asyncioreactor.install()  # type: ignore[no-untyped-call]
    from scrapy import signals
    from scrapy.crawler import CrawlerProcess
    from twisted.internet import reactor

    from crawler.recorder import attach
    from crawler.spiders.page import PageSpider

    settings, clock = archive_settings(home), SystemClock()
    connect_map = dict.fromkeys(web.HOSTS, (web.ADDRESS, port))
    given = scrapy_settings.of(settings, clock, Guard(allow=settings.network.allow_private), connect_map, None)
    given["DOWNLOADER_MIDDLEWARES"] = {}  # robots.txt, which plain Scrapy would not ask for
    if mode == "scrapy":
        given["DOWNLOAD_MAXSIZE"] = given["VARIORUM_MAX_BODY"]
        given["DOWNLOAD_HANDLERS"] = {
            scheme: handler for scheme, handler in given["DOWNLOAD_HANDLERS"].items() if handler is None
        }
    process = CrawlerProcess(given)
    crawler = process.create_crawler(PageSpider)
    recording: Recording | None = None
    some_reactor: Any = reactor
    if mode == "archive":
        recording = Recording(settings, clock, run="measured", deliver=some_reactor.callFromThread).start()
    settings.store.warcs.mkdir(parents=True, exist_ok=True)
    attach(crawler, recording or Nowhere(), clock, settings.store.warcs)
    began: list[tuple[float, float]] = []

    def begin() -> None:
        began.append(_used())

    crawler.signals.connect(begin, signals.spider_opened)
    process.crawl(crawler, urls=[Url(url) for url in urls])
    process.start()
    if recording is not None:
        recording.close()
        if recording.failure is not None:
            raise recording.failure
    cpu, wall = (after - before for after, before in zip(_used(), began[0], strict=True))
    stats: Any = crawler.stats
    answered = stats.get_value("downloader/response_status_count/200", 0)
    print(json.dumps({"cpu": cpu, "wall": wall, "pages": answered}))


def archive_settings(home: Path) -> Settings:
    """Give the settings of an archive for measurements: the defaults, on loopback, without delay."""
    return Settings(
        home=home,
        contact="you@example.org",
        store=Store(database=f"sqlite:///{home / 'variorum.db'}", warcs=home / "warcs"),
        network=Network(allow_private=(ip_network("127.0.0.0/8"),)),
        polite=Polite(delay=timedelta(0)),
    )


def _used() -> tuple[float, float]:
    """Give the seconds of CPU used so far, and those on the wall."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime, time.perf_counter()


if __name__ == "__main__":
    mode, home, port, file = sys.argv[1:]
    if mode not in ("scrapy", "capture", "archive"):
        raise SystemExit(f"there is no mode {mode}")
    main(mode, Path(home), int(port), Path(file).read_text(encoding="utf-8").split())
