"""The spider of a run: takes what the frontier gives, and hands every capture on to be read.

``variorum crawl`` starts one in each worker process; ``scrapy crawl site -a name=NAME`` makes a run of its own, by the
same leases and with the same ledger.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import Any, ClassVar, Self

from scrapy import Spider, signals
from scrapy.exceptions import StopDownload
from scrapy.http import Headers, Request, Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from archive import terminal
from archive.errors import VariorumError
from archive.store.frontier import Wanted
from archive.timing import from_environment
from crawler.own_run import OwnRun, archive_settings
from crawler.reach import scrapy_settings_for
from crawler.scheduler import WANTED, FrontierScheduler
from crawler.shift import takes_part

CITED_TYPES = (
    b"text/html", b"application/xhtml+xml", b"application/pdf", b"application/x-pdf", b"text/plain", b"application/xml",
    b"text/xml", b"application/octet-stream",
)  # fmt: skip
"""Content types of cited pages that are taken: HTML and PDF, and what servers send them as."""


MIDDLEWARES = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
}
"""What of Scrapy's own a run needs: the frontier, the governor and the reader do the rest."""


class SiteSpider(Spider):
    """Fetches what is due of the watched sites of a run, and what that leads to."""

    name = "site"
    custom_settings: ClassVar[dict[str, Any]] = {  # type: ignore[misc]
        "SCHEDULER": "crawler.scheduler.FrontierScheduler",
        # One request in flight at each neighbour, at its own pace: the scheduler sees to that.
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS": 128,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        # Redirects and repeats go through the frontier, robots.txt too. Bodies are unpacked where they are read.
        "REDIRECT_ENABLED": False,
        "RETRY_ENABLED": False,
        "COMPRESSION_ENABLED": False,
    }

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Leave out the middlewares that would do what the scheduler does, or need bodies unpacked."""
        super().update_settings(settings)
        if settings.get("VARIORUM_GUARD") is None:  # Scrapy's own command, which knows of no archive
            of_archive = scrapy_settings_for(archive_settings(), from_environment(os.environ))
            settings.setdict({**of_archive, **(cls.custom_settings or {})}, priority="spider")
        # The bases, for Scrapy loads even what is set to None there.
        proxy = {"crawler.proxy.ThroughProxy": 740} if settings.get("VARIORUM_PROXY") is not None else {}
        settings.set("DOWNLOADER_MIDDLEWARES_BASE", MIDDLEWARES, priority="spider")
        settings.set("DOWNLOADER_MIDDLEWARES", proxy, priority="spider")
        settings.set("SPIDER_MIDDLEWARES_BASE", {}, priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> Self:
        own = None
        if not takes_part(crawler):
            try:
                own = OwnRun(crawler, kwargs.pop("name", None))
            except VariorumError as error:  # here Scrapy's command is the edge, and would show a traceback
                terminal.step(f"variorum: {error}")
                raise SystemExit(error.exit_code) from None
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.begun, signals.headers_received)
        if own is not None:
            spider._own = own
            crawler.signals.connect(spider.ended, signals.spider_closed)
        return spider

    def begun(self, headers: Headers, request: Request) -> None:
        """Of what an article cites only HTML and PDF are taken: the body of anything else is not waited for."""
        wanted = request.meta.get(WANTED)
        if isinstance(wanted, Wanted) and wanted.what == "citation":
            mime = (headers.get("Content-Type") or b"").partition(b";")[0].strip().lower()
            if mime and mime not in CITED_TYPES:
                raise StopDownload(fail=False)

    def ended(self, reason: str) -> None:
        """The run that this spider began is over."""
        if self._own is not None:
            self._own.end(reason)

    _own: OwnRun | None = None

    @property
    def scheduler(self) -> FrontierScheduler:
        engine: Any = self.crawler.engine
        scheduler = engine.scheduler
        assert isinstance(scheduler, FrontierScheduler)
        return scheduler

    async def start(self) -> AsyncIterator[Request]:
        """Begin with nothing: the frontier has it all."""
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    def take(self, response: Response) -> None:
        """A response came and is on record."""
        assert response.request is not None
        self.scheduler.finished(response.request, response, None)

    def fail(self, failure: Failure) -> None:
        """No response came; what there was is on record."""
        self.scheduler.finished(failure.request, None, failure.value)  # type: ignore[attr-defined]
