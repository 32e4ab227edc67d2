"""The download handler: exact bytes both ways, and no response before its record is written (promise 1).

Everything Scrapy fetches over HTTP comes through here: pages, redirect hops, retries, robots.txt. Each exchange, and
each refusal to make one, goes to the sink; only when the sink says that it is on record does Scrapy see the response,
or the error.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary, WeakSet

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    StopDownload,
)
from scrapy.http import Request, Response
from twisted.internet import error as twisted_error
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from archive.errors import Misuse, VariorumError
from archive.model import Exchange, Intent, Truncation, Url
from archive.recording import Answer, Recorded
from archive.timing import Clock
from crawler.guard import guard_of, literal_refusal
from crawler.tap import Asked
from crawler.tee import CapturePool, UnsafeAddress, current

INTENT = "variorum_intent"
"""``request.meta`` key of the ``Intent`` that goes into the record."""
CAPTURED = "variorum_recorded"
"""``request.meta`` key under which the handler leaves the ``Recorded`` of each exchange, in order."""
HOP = "variorum_hop"
"""``request.meta`` key of the record a redirect was read in."""
IN_PART = "variorum-in-part"
"""Flag of a response whose body is not shown because it is too long to hold; it is whole in the record."""
ROBOTS_BYTES = 1024 * 1024
"""Bytes of a robots.txt that are always fetched: 500 KiB must be read (RFC 9309, section 2.5), redirects included."""
STRAY_BYTES = 64 * 1024
STRAY_TYPE = "application/vnd.variorum.stray+json"


class Sink(Protocol):
    """Where exchanges go: in a crawl the process's ``Recording``."""

    def record(self, exchange: Exchange, answer: Answer) -> None: ...

    def note(self, url: str, body: bytes, content_type: str, answer: Answer) -> None: ...


_sinks: WeakKeyDictionary[object, tuple[Sink, Clock, Path]] = WeakKeyDictionary()


def attach(crawler: object, sink: Sink, clock: Clock, folder: Path) -> None:
    """Give a crawler its sink before it crawls; Scrapy builds one handler a scheme, and both must share it.

    ``folder`` is where long bodies are spooled: the disk they end up on.
    """
    _sinks[crawler] = (sink, clock, folder)


_stopping: WeakSet[object] = WeakSet()


def refuse_more(crawler: object) -> None:
    """Ask nobody for anything more in this crawl; what is in flight goes on."""
    _stopping.add(crawler)


def refuses_more(crawler: object) -> bool:
    """Tell whether a crawl is being stopped."""
    return crawler in _stopping


class NotRecorded(Exception):
    """The exchange could not be put on record; the run is over."""


class RecordingDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler, recording."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor

        try:
            self._sink, self._clock, self._folder = _sinks[crawler]
        except KeyError:
            raise Misuse("this crawl has no archive to record to: start it with `variorum capture`") from None
        self._guard = guard_of(crawler)
        # Scrapy would drop what is longer before its first byte is kept; we keep it up to the ceiling.
        self._default_maxsize = 0
        self._max_body: int = crawler.settings.getint("VARIORUM_MAX_BODY")
        self._stopping: asyncio.Future[None] | None = None
        pool = CapturePool(reactor, persistent=True)  # type: ignore[no-untyped-call]
        pool.maxPersistentPerHost = self._pool.maxPersistentPerHost
        self._pool = pool

    async def download_request(self, request: Request) -> Response:
        if self._crawler in _stopping:
            raise IgnoreRequest(f"{request.url} is not asked for any more: the run is being stopped")
        intent = intent_of(request)
        asked = Asked(
            url=Url(request.url.partition("#")[0]),
            method=request.method,
            intent=intent,
            proxy=request.meta.get("proxy"),
            max_body=max(self._max_body, ROBOTS_BYTES) if intent.why == "robots" else self._max_body,
            now=self._clock.now,
            folder=self._folder,
            guard=self._guard,
            stray=self._stray,
            began=self._clock.now(),
        )
        mark = current.set(asked)
        try:
            self._check_literal(asked)
            response = await super().download_request(request)
        except StopDownload as stopped:
            await self._put(request, asked, stopped)
            asked.opened.clear()
            raise
        except (asyncio.CancelledError, Exception) as failure:
            await self._put(request, asked, failure)
            too_long = any(tap.truncated == "length" for tap in asked.opened)
            asked.opened.clear()
            error, detail = explain(failure, asked.url)
            if error == "unsafe":  # nothing a second try would change
                raise IgnoreRequest(f"{request.url}: {detail}") from failure
            if too_long:
                raise DownloadCancelledError(f"{request.url} is longer than {asked.max_body} bytes") from failure
            raise
        finally:
            current.reset(mark)
        if response.flags and "download_stopped" in response.flags:
            _cut(asked, "length")
        await self._put(request, asked, None)
        unsolicited = bool(asked.opened) and asked.opened[-1].unsolicited
        asked.opened.clear()  # each exchange knows this call: together they would live until the next full collection
        if unsolicited:
            raise DownloadFailedError(f"{request.url}: a 408 crossed the request on a connection used before")
        if asked.shown_in_part:
            response = response.replace(body=b"", flags=[*response.flags, IN_PART])
        return response

    def _check_literal(self, asked: Asked) -> None:
        """Behind a proxy the peer is the proxy, so an address written out in the URL is judged here."""
        if asked.proxy is None:
            return
        parts = urlsplit(asked.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        refusal = literal_refusal(parts.hostname or "", port, self._guard)
        if refusal is not None:
            raise UnsafeAddress(refusal)

    async def _put(self, request: Request, asked: Asked, failure: BaseException | None) -> None:
        """Put every exchange of this call on record and wait until they are."""
        _cut(asked, _why_cut(failure))
        loop = asyncio.get_running_loop()
        waiting: list[asyncio.Future[Recorded]] = []
        for exchange in _exchanges(asked, failure):
            future: asyncio.Future[Recorded] = loop.create_future()
            waiting.append(future)
            self._sink.record(exchange, _answering(future))
        try:
            recorded = [await future for future in waiting]
            request.meta[CAPTURED] = recorded
            last = recorded[-1]
            if last.visit is not None and last.visit.outcome == "redirected":
                request.meta[HOP] = last.visit.capture
        except VariorumError as error:
            for future in waiting:
                future.cancel()
            self._stop(error)
            raise NotRecorded(str(error)) from error

    def _stop(self, error: VariorumError) -> None:
        engine: Any = self._crawler.engine
        if self._stopping is None:
            self._stopping = asyncio.ensure_future(engine.close_spider_async(reason=type(error).__name__))

    def _stray(self, url: str, connection: str, sequence: int, data: bytes) -> None:
        """Keep bytes that came over a connection when nobody had asked for any, after its exchange ``sequence``."""
        told = {
            "after": url,
            "connection": connection,
            "sequence": sequence,
            "bytes": data[:STRAY_BYTES].decode("latin-1"),
            "size": len(data),
        }
        body = json.dumps(told).encode()
        self._sink.note(f"urn:variorum:stray:{uuid.uuid4()}", body, STRAY_TYPE, lambda _: None)


def intent_of(request: Request) -> Intent:
    """Read what the one who asked knows, and what Scrapy's middlewares made of it since: hops and tries."""
    given = request.meta.get(INTENT)
    intent = given if isinstance(given, Intent) else Intent()
    hop = request.meta.get(HOP)
    if hop is not None and request.meta.get("redirect_times"):
        intent = replace(intent, why="redirect", came_from=hop)
    return replace(intent, attempt=request.meta.get("retry_times", 0) + 1)


def _answering(future: asyncio.Future[Recorded]) -> Callable[[Recorded | VariorumError], None]:
    def answer(given: Recorded | VariorumError) -> None:
        if future.done():
            return
        if isinstance(given, VariorumError):
            future.set_exception(given)
        else:
            future.set_result(given)

    return answer


def _cut(asked: Asked, why: Truncation) -> None:
    for tap in asked.opened:
        tap.cut(why)


def _why_cut(failure: BaseException | None) -> Truncation:
    if isinstance(failure, DownloadTimeoutError):
        return "time"
    if isinstance(failure, (DownloadCancelledError, StopDownload)):
        return "length"
    return "unspecified"


def _exchanges(asked: Asked, failure: BaseException | None) -> Iterator[Exchange]:
    """Give the exchanges of a call in order; the last carries the error, and one that never began is told too."""
    error, detail = explain(failure, asked.url) if failure is not None else (None, None)
    told = [tap for tap in asked.opened if tap.happened]
    for tap in told:
        last = tap is told[-1]
        if last and tap.unsolicited:
            yield tap.exchange("unsolicited", "a 408 crossed the request on a connection used before")
        elif tap.response.failure is not None:
            yield tap.exchange("disk", f"our own disk took no more: {tap.response.failure.strerror}")
        elif last and tap.truncated == "length":
            yield tap.exchange("length", f"cut off by us after {tap.response.size} bytes")
        elif last and error == "disconnect" and tap.cut_by == "us":
            yield tap.exchange("unreadable", "what came makes no sense as HTTP, so reading stopped")
        elif last:
            yield tap.exchange(error, detail)
        else:
            yield tap.exchange("stale", "the connection, used before, was closed; Twisted tried again")
    if not told:
        now = asked.now()
        yield Exchange(
            url=asked.url,
            method=asked.method,
            began=asked.began,
            ended=now,
            proxy=asked.proxy,
            error=error or "failed",
            detail=detail,
            intent=asked.intent,
        )


def explain(failure: BaseException, url: str) -> tuple[str, str]:
    """Name an error in a word for the record, and in a sentence for a person."""
    causes = list(_causes(failure))
    words = str(failure).strip() or type(failure).__name__
    for cause in causes:
        if isinstance(cause, UnsafeAddress):
            return "unsafe", str(cause)
    for cause in causes:
        match cause:
            case CannotResolveHostError() | twisted_error.DNSLookupError():
                host = urlsplit(url).hostname or ""
                refused = _refused_by_resolver(host)
                return ("unsafe", refused) if refused else ("dns", f"the name {host} does not resolve")
            case TunnelError():
                return "proxy", str(cause)
            case SSL.Error():
                return "tls", f"TLS failed: {_tls_words(cause)}"
            case twisted_error.CertificateError():
                return "tls", f"the certificate does not hold: {cause}"
            case DownloadConnectionRefusedError() | twisted_error.ConnectionRefusedError():
                return "refused", "the connection was refused"
            case DownloadTimeoutError() | twisted_error.TimeoutError() | twisted_error.TCPTimedOutError():
                return "timeout", words
            case twisted_error.ConnectError():
                return "connect", f"no connection: {cause}"
    for cause in causes:
        match cause:
            case ResponseDataLossError():
                return "disconnect", "the connection ended within the response"
            case DownloadCancelledError() | StopDownload():
                return "stopped", words
            case twisted_error.ConnectionLost() | twisted_error.ConnectionDone():
                return "disconnect", "the connection ended before a whole response had come"
    if isinstance(failure, ValueError):
        return "url", words
    told = [f"{type(cause).__name__} {cause}" for cause in causes[1:] if not isinstance(cause, ResponseFailed)]
    return "unreadable", f"no HTTP answer we can read: {'; '.join(told) or words}"


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """Give an exception and what lies behind it: causes, and the failures Twisted bundles."""
    seen: set[int] = set()
    waiting: list[BaseException] = [failure]
    while waiting:
        found = waiting.pop(0)
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        if found.__cause__ is not None:
            waiting.append(found.__cause__)
        reasons = getattr(found, "reasons", None) if isinstance(found, ResponseFailed) else None
        waiting += [
            reason.value for reason in reasons or () if isinstance(reason, Failure) and reason.value is not None
        ]


def _tls_words(error: SSL.Error) -> str:
    parts = [part for entry in error.args if isinstance(entry, list) for part in entry]
    return "; ".join(str(part[-1]) for part in parts if part) or str(error) or "the handshake did not end"


def _refused_by_resolver(host: str) -> str | None:
    from twisted.internet import reactor

    why = getattr(getattr(reactor, "nameResolver", None), "why", None)
    return why(host) if why is not None else None
