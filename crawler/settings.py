"""Scrapy's settings, each with its reason; ``of`` adds what the archive's own settings say."""

from __future__ import annotations

from typing import Any

from archive.config import Settings, user_agent
from archive.timing import Clock
from crawler.guard import Guard, Pair

BOT_NAME = "variorum"
SPIDER_MODULES = ["crawler.spiders"]

# Exact bytes, and no response before its record is written.
DOWNLOAD_HANDLERS = {
    "http": "crawler.recorder.RecordingDownloadHandler",
    "https": "crawler.recorder.RecordingDownloadHandler",
    # What bypasses the recorder must not be fetched at all.
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
TWISTED_DNS_RESOLVER = "crawler.resolver.GuardedResolver"
# Every player of archives reads gzip; br and zstd not everywhere (facts: capture, section 5).
DEFAULT_REQUEST_HEADERS = {"Accept": "*/*", "Accept-Encoding": "gzip"}

# Our own reading of robots.txt, which leaves a trace: crawler/politeness.py.
ROBOTSTXT_OBEY = False
CONCURRENT_REQUESTS = 32
# One in flight per host, whatever the scheme; the delay comes from polite.delay and is kept to.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY_JITTER = 0.0
# A server that limits us is not asked again in the same breath: 429 and 503 are left out.
RETRY_HTTP_CODES = [408, 500, 502, 504, 522, 524]
RETRY_TIMES = 2
REDIRECT_MAX_TIMES = 10

# What a body may grow to when Scrapy decompresses it for a spider; the record keeps it as it came.
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# Bytes of a body that are fetched; the rest is cut off, and said.
VARIORUM_MAX_BODY = 1024 * 1024 * 1024

COOKIES_ENABLED = False
# A page is asked for as a stranger would: where we found it is on record, not in the request.
REFERER_ENABLED = False
HTTPCACHE_ENABLED = False
# No door into a running crawl but the signals; what counts and watches is ours. Not loaded at all: the remote control
# alone brings a web server's library along.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
EXTENSIONS_BASE: dict[str, int] = {}
DOWNLOADER_STATS = False
# It reads the source of a callback for each response that comes.
WARN_ON_GENERATOR_RETURN_VALUE = False
# A hundred tasks per response cost a third of the CPU and serve nothing (facts: capture, section 7).
CONCURRENT_ITEMS = 4
LOG_LEVEL = "ERROR"
LOG_FORMAT = "%(levelname)s %(name)s: %(message)s"
TOLD_ELSEWHERE = (
    # What these say of a failed fetch stands in the ledger already, in one line and without a traceback.
    "scrapy.core.downloader.handlers.http11",
    "scrapy.core.downloader.tls",
    "scrapy.core.scraper",
    "scrapy.downloadermiddlewares.retry",
)


def of(
    settings: Settings, clock: Clock, guard: Guard, connect_map: dict[str, Pair], proxy: str | None
) -> dict[str, Any]:
    """Give Scrapy's settings for one archive; ``proxy`` has its host resolved already."""
    own = {name: value for name, value in globals().items() if name.isupper()}
    return own | {
        "USER_AGENT": user_agent(settings),
        # Without any delay Scrapy 2.19 empties a host's whole queue at once, whatever the concurrency says.
        "DOWNLOAD_DELAY": max(0.001, clock.real_seconds(settings.polite.delay.total_seconds())),
        "DOWNLOAD_TIMEOUT": settings.network.timeout.total_seconds(),
        "DOWNLOAD_VERIFY_CERTIFICATES": settings.network.verify == "require",
        "HTTPPROXY_ENABLED": proxy is not None,
        "DOWNLOADER_MIDDLEWARES": {"crawler.politeness.Politeness": 595}
        | ({"crawler.proxy.ThroughProxy": 740} if proxy is not None else {}),
        "VARIORUM_CLOCK": clock,
        "VARIORUM_PROXY": proxy,
        "VARIORUM_GUARD": guard,
        "VARIORUM_CONNECT_MAP": connect_map,
    }
