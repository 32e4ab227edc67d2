"""What a host asks of us before we ask it for a page: robots.txt, fetched once, on record, and obeyed.

A downloader middleware. What robots.txt says is judged in ``robots.py``; here it is fetched through the engine, so
that the recorder puts it on record, and waited for. Requests wait here, not in the queue of their host.

It stands nearer to the downloader than Scrapy's decompression, whose limits are those of pages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import signals
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from archive.errors import Misuse
from archive.model import Intent, RecordId, Visit
from archive.recording import Recorded
from archive.timing import Clock, SystemClock
from archive.urls import fetchable
from crawler.governor import answer_of
from crawler.holding import Busy, holding_of
from crawler.recorder import CAPTURED, INTENT, NotRecorded, explain, intent_of, refuses_more
from crawler.robots import HELD, HOPS, KEPT, LIMIT, Origin, Rules, origin_of, robots_url, rules, uncoded

LONGEST_DELAY = timedelta(minutes=5)
"""A longer Crawl-delay would mean that the host is never crawled."""
MOST_ORIGINS = 1000
"""Origins whose rules are remembered; a robots.txt may hold 500 KiB."""

_HEARD = "variorum_robots"
_HELD = "variorum_neighbour"
_REDIRECTS = (301, 302, 303, 307, 308)
_ENOUGH = LIMIT + 64 * 1024
"""Bytes from the wire that hold ``LIMIT`` bytes of text for certain, whatever a coding adds."""


class NotAsked(IgnoreRequest):
    """A request is not made; the text says why. ``error`` and ``intent`` are for its visit.

    ``error`` is ``robots`` where robots.txt keeps us away, else what kept the host from answering at all.
    """

    def __init__(self, why: str, error: str, intent: Intent) -> None:
        super().__init__(why)
        self.error = error
        self.intent = intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an origin: its rules, the capture they were read in, and the last answer if there was one.

    ``unreached`` is the error class and the words for it when the host itself gave no answer.
    """

    rules: Rules
    capture: RecordId | None = None
    response: Response | None = None
    unreached: tuple[str, str] | None = None

    @property
    def lasts(self) -> timedelta:
        return HELD if self.rules.state == "held" else KEPT


class Remembered:
    """What origins have told, each asked once however many requests wait for it, and again when its time is up."""

    def __init__(self, clock: Clock, most: int = MOST_ORIGINS) -> None:
        self._clock = clock
        self._most = most
        self._told: dict[Origin, tuple[float, Known]] = {}
        self._asking: dict[Origin, asyncio.Task[Known]] = {}

    async def of(self, origin: Origin, ask: Callable[[], Awaitable[Known]]) -> Known:
        """Give what is known of an origin; ``ask`` finds it out, and what it raises reaches all who wait."""
        task = self._asking.get(origin)
        if task is None:
            if (known := self.now(origin)) is not None:
                return known
            task = asyncio.ensure_future(self._find_out(origin, ask))
            self._asking[origin] = task
            task.add_done_callback(lambda _: self._asking.pop(origin))
        await asyncio.wait((task,))  # one who stops waiting does not stop the others
        return task.result()

    def now(self, origin: Origin) -> Known | None:
        """Give what is known of an origin without asking; None when it is nothing, or too old."""
        told = self._told.get(origin)
        return told[1] if told is not None and self._clock.monotonic() < told[0] else None

    async def _find_out(self, origin: Origin, ask: Callable[[], Awaitable[Known]]) -> Known:
        known = await ask()
        self.put(origin, known)
        return known

    def put(self, origin: Origin, known: Known) -> None:
        """Remember what an origin has told just now; the one told longest ago is forgotten for it."""
        self._told.pop(origin, None)
        while len(self._told) >= self._most:
            self._told.pop(next(iter(self._told)))
        self._told[origin] = (self._clock.monotonic() + known.lasts.total_seconds(), known)


@dataclass(slots=True)
class _Heard:
    """What the middleware hears of one fetch of a robots.txt, its retries included."""

    size: int = 0
    recorded: list[Recorded] | None = None
    body: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Came:
    """How one fetch ended: on record as ``visit``, with a response or a failure."""

    visit: Visit
    response: Response | None
    body: bytes | None
    failure: BaseException | None


class Politeness:
    """Lets a request through, or not, as robots.txt of its origin says."""

    def __init__(self, crawler: Any, clock: Clock) -> None:
        self._crawler = crawler
        self._clock = clock
        self._remembered = Remembered(clock)

    @classmethod
    def from_crawler(cls, crawler: Any) -> Politeness:
        made = cls(crawler, crawler.settings.get("VARIORUM_CLOCK") or SystemClock())
        crawler.signals.connect(made.bytes_received, signals.bytes_received)
        return made

    async def process_request(self, request: Request) -> Response | None:
        # Scrapy's redirects take their slot along, so that another host would be asked at this one's pace.
        request.meta.pop("download_slot", None)
        if _HEARD in request.meta:
            await self._hold(request)
            return None
        try:
            origin = origin_of(request.url)
        except ValueError:
            return None  # nobody can be asked there, which the recorder puts on record
        if not isinstance(request.meta.get(INTENT), Intent):
            request.meta[INTENT] = Intent()
        await self._hold(request)
        if urlsplit(request.url).path == "/robots.txt":
            return await self._robots_itself(request, origin)
        known = await self._known(origin, replace(intent_of(request), why="robots"))
        verdict = known.rules.verdict(request.url)
        request.meta[INTENT] = replace(request.meta[INTENT], robots=(verdict.word, known.capture, verdict.rule))
        if verdict.allowed:
            return None
        error, why = known.unreached or ("robots", verdict.why)
        if known.unreached and error != "unsafe":
            why = f"robots.txt could not be had: {why}"
        raise NotAsked(why, error, intent_of(request))

    async def _hold(self, request: Request) -> None:
        """Wait until nobody else asks this neighbour."""
        if (holding := holding_of(self._crawler)) is not None:
            try:
                # Scrapy's slot is the neighbour: all hosts of a platform are asked as one.
                request.meta[_HELD] = request.meta["download_slot"] = await holding.hold(request.url)
            except Busy as busy:
                raise NotAsked(str(busy), "busy", intent_of(request)) from busy

    async def _robots_itself(self, request: Request, origin: Origin) -> Response | None:
        """Serve a request for robots.txt by the one fetch of it, which is then made as this request says."""
        if request.method != "GET" or request.url.partition("#")[0] != robots_url(origin):
            return None
        known = await self._known(origin, intent_of(request))
        if known.response is None:
            raise IgnoreRequest(f"{request.url} was asked for, and how that ended is on record")
        request.meta.update(dont_redirect=True, dont_retry=True)
        return known.response.replace(request=request)

    async def _known(self, origin: Origin, intent: Intent) -> Known:
        async def ask() -> Known:
            led_here = Intent(why=intent.why, came_from=intent.came_from, site=intent.site)
            known = await self._fetch(origin, led_here)
            self._slow_down(origin[1], known.rules.crawl_delay)
            return known

        return await self._remembered.of(origin, ask)

    async def _fetch(self, origin: Origin, intent: Intent) -> Known:
        url: str = robots_url(origin)
        asked: list[str] = []
        while True:
            asked.append(url)
            came = await self._ask(url, intent)
            target = _target(url, came.response)
            if target is None or target in asked or len(asked) > HOPS:
                break
            if (there := _speaks_for(target)) and (known := self._remembered.now(there)):
                return replace(known, unreached=None)
            url = target
            intent = replace(intent, why="redirect", came_from=came.visit.capture)
        # What a redirect leads to is often the robots.txt of the same host over TLS, which need not be asked again.
        if len(asked) > 1 and (there := _speaks_for(url)):
            self._remembered.put(there, _learned(came, 0))
        return _learned(came, len(asked) - 1)

    async def _ask(self, url: str, intent: Intent) -> _Came:
        heard = _Heard()
        meta = {_HEARD: heard, INTENT: intent, "dont_redirect": True}
        fetching = asyncio.ensure_future(
            self._crawler.engine.download_async(Request(url, callback=NO_CALLBACK, meta=meta))
        )
        await asyncio.wait((fetching,))
        failure = fetching.exception()
        recorded = heard.recorded[-1] if heard.recorded else Recorded(None, None)
        if recorded.visit is None or isinstance(failure, NotRecorded):
            raise failure or NotRecorded(f"{url} came and is not on record")
        return _Came(
            visit=recorded.visit,
            response=None if failure else fetching.result(),
            body=heard.body,
            failure=failure,
        )

    def process_response(self, request: Request, response: Response) -> Response:
        self._heed(request, response)
        heard = request.meta.get(_HEARD)
        if isinstance(heard, _Heard):
            heard.recorded = request.meta.get(CAPTURED)
            codings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
            heard.body = uncoded(response.body, codings)
            response.headers.pop("Content-Encoding", None)
            response = response.replace(body=heard.body or b"")
        return response

    def _heed(self, request: Request, response: Response | None) -> None:
        """Give a neighbour the pause it asks for, or that its trouble does."""
        holding, name = holding_of(self._crawler), request.meta.get(_HELD)
        recorded: list[Recorded] = request.meta.get(CAPTURED) or []
        visit = recorded[-1].visit if recorded else None
        if holding is None or name is None or visit is None or refuses_more(self._crawler):
            return
        if visit.outcome == "unsafe":
            return  # nobody was asked
        answer = answer_of(visit, response.headers.get("Retry-After") if response is not None else None)
        pause = self._clock.real_seconds((holding.answered(name, answer) + answer.took).total_seconds())
        downloader = self._crawler.engine.downloader
        slot = downloader.slots.get(name)
        if slot is not None:  # Scrapy counts from the last request, not from its end
            least = downloader.per_slot_settings.get(name, {})
            slot.delay = max(pause, least.get("delay", self._crawler.settings.getfloat("DOWNLOAD_DELAY")))

    def process_exception(self, request: Request, exception: Exception) -> None:
        self._heed(request, None)
        heard = request.meta.get(_HEARD)
        if isinstance(heard, _Heard):
            heard.recorded = request.meta.get(CAPTURED)

    def bytes_received(self, data: bytes, request: Request) -> None:
        """Stop a robots.txt that is longer than what is read of it; what came is given out."""
        heard = request.meta.get(_HEARD)
        if isinstance(heard, _Heard):
            heard.size += len(data)
            if heard.size > _ENOUGH:
                raise StopDownload(fail=False)

    def _slow_down(self, host: str, crawl_delay: float | None) -> None:
        """Make the pause between two requests to a host at least as long as it asks for."""
        if crawl_delay is None:
            return
        downloader = self._crawler.engine.downloader
        asked = min(crawl_delay, LONGEST_DELAY.total_seconds())
        if (holding := holding_of(self._crawler)) is not None:
            host = holding.name_of(f"http://[{host}]/" if ":" in host else f"http://{host}/")
            holding.slow_down(host, timedelta(seconds=asked))
        pause = self._clock.real_seconds(asked)
        # A slot that has been idle for a minute is made anew from these.
        kept = downloader.per_slot_settings.setdefault(host, {})
        kept["delay"] = max(pause, kept.get("delay", self._crawler.settings.getfloat("DOWNLOAD_DELAY")))
        if slot := downloader.slots.get(host):
            slot.delay = max(slot.delay, pause)


def _speaks_for(url: str) -> Origin | None:
    """Give the origin that a URL is the robots.txt of; None when it is none."""
    origin = origin_of(url)
    return origin if url == robots_url(origin) else None


def _target(url: str, response: Response | None) -> str | None:
    """Say where a redirect leads; None when it is none, or leads where nobody can follow."""
    location = response.headers.get("Location") if response is not None else None
    if response is None or location is None or response.status not in _REDIRECTS:
        return None
    try:
        return fetchable(urljoin(url, location.decode("utf-8", "replace").strip()).partition("#")[0])
    except (Misuse, ValueError):
        return None


def _learned(came: _Came, hops: int) -> Known:
    """Make of the last answer what is known of the origin that was asked first."""
    visit, response = came.visit, came.response
    if came.failure is not None:
        error, words = explain(came.failure, visit.url)
        words = visit.detail or words
        # A status that came before the connection was lost counts, but a half text does not.
        status = visit.status if visit.status is not None and visit.status >= 400 else None
        silent = visit.outcome in ("failed", "unsafe") and visit.capture is None
        unreached = (error, words) if silent and not hops else None
        return Known(rules=rules(status, reason=None if status else words), capture=visit.capture, unreached=unreached)
    assert response is not None
    if response.status in _REDIRECTS:
        reason = f"more than {HOPS} redirects" if hops >= HOPS else f"a redirect that leads nowhere, {response.status}"
        found = rules(response.status, reason=reason)
    elif came.body is None and 200 <= response.status < 300:
        found = rules(None, reason="its content coding cannot be read")
    else:
        found = rules(response.status, came.body or b"")
    return Known(rules=found, capture=visit.capture, response=response)
