"""Looks through blogs that are to be watched: front page, robots.txt, feeds, sitemaps, a few usual places.

Each blog is one coroutine; blogs of different hosts are looked through side by side. What a body says is read in a
process that may be killed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urljoin

from scrapy import Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from archive.errors import Misuse
from archive.extract.workers import Failed, Workers
from archive.model import Intent, Url, Visit
from archive.timing import Clock
from archive.urls import fetchable, urlkey
from crawler import watching
from crawler.governor import retry_after
from crawler.politeness import NotAsked
from crawler.recorder import CAPTURED, INTENT, NotRecorded, explain
from crawler.robots import origin_of, robots_url, rules
from crawler.watching import Found, Front, Listing, Seen, Wanted, Wish

log = logging.getLogger(__name__)

SIDE_BY_SIDE = 32
"""Blogs looked through at a time."""
HOPS = 10
"""Redirects followed in a row."""
LASTING = (301, 308)
REDIRECTS = (301, 302, 303, 307, 308)
LIMITED = (429, 503)
TRIES = 3
"""Times a page is asked for that asks us to come back."""
LONGEST_WAIT = timedelta(minutes=1)
"""A page that asks us to come back later than this is not waited for."""
LARGEST = 64 * 1024 * 1024
"""Bytes of a body; what is longer is cut off there, and not read."""


class BrokenOff(Exception):
    """The run is being stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """A last answer: ``url`` gave it, ``lasting`` is the address to note down, ``visit`` tells it.

    ``problem`` says in words why there is nothing to read. ``silent``: the host had better not be asked more.
    """

    url: Url
    lasting: Url
    response: Response | None = None
    visit: Visit | None = None
    problem: str | None = None
    silent: bool = False


class WatchSpider(Spider):
    """Looks through the blogs of ``wishes``; ``found`` is told of each, ``refused`` of what is not asked for."""

    name = "watch"
    custom_settings: ClassVar[dict[str, Any]] = {  # type: ignore[misc]
        # Bodies are unpacked where they are read, and redirects followed here, where it is told what has moved.
        "COMPRESSION_ENABLED": False,
        "REDIRECT_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "VARIORUM_MAX_BODY": LARGEST,
    }

    def __init__(
        self,
        *args: Any,
        wishes: Sequence[Wish],
        clock: Clock,
        workers: Workers,
        found: Callable[[Found], None],
        refused: Callable[[Url, str, str, Intent], None],
        stopping: Callable[[], bool],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._wishes = wishes
        self._clock = clock
        self._workers = workers
        self._found = found
        self._refused = refused
        self._stopping = stopping

    async def start(self) -> AsyncIterator[Request]:
        room = asyncio.Semaphore(SIDE_BY_SIDE)

        async def one(wish: Wish) -> None:
            async with room:
                try:
                    found = await self._look_through(wish)
                except BrokenOff:
                    found = Found(wish=wish, url=wish.url, broken_off=True)
            self._found(found)

        for error in await asyncio.gather(*map(one, self._wishes), return_exceptions=True):
            if error is not None:  # a fault of ours at one blog does not stop the others
                log.error("a blog was not looked through", exc_info=error)
        nothing: tuple[Request, ...] = ()
        for request in nothing:  # all is asked for above; Scrapy wants a generator
            yield request

    # ---- one blog

    async def _look_through(self, wish: Wish) -> Found:
        got, front, given = await self._front(wish)
        notes: list[str] = []
        if front is None:
            feeds = [given] if given is not None else []
            if given is None and wish.feed is not None:
                listing, _ = await self._listing(wish.feed, "feed", None)
                feeds = [listing] if listing is not None else []
            return Found(wish=wish, url=got.lasting, feeds=tuple(feeds), problem=got.problem or "there is no page")
        if urlkey(got.url) != urlkey(wish.url) and given is None:
            notes.append(f"moved: {wish.url} leads to {got.url}")
        lead = got.visit.capture if got.visit is not None else None
        sitemaps, more = await self._sitemaps(got, lead)
        notes += more
        feeds, more = await self._feeds(wish, got, front, given, lead)
        notes += more
        feeds, more = watching.choose_feeds(got.url, feeds)
        notes += more
        left = watching.PROBES
        if not sitemaps:
            sitemaps, left = await self._probe(got, watching.SITEMAP_PLACES, "sitemap", lead, left)
        if not feeds:
            tried, _ = await self._probe(got, watching.FEED_PLACES, "feed", lead, left)
            feeds, more = watching.choose_feeds(got.url, tried)
            notes += more
        hosts, more = watching.more_hosts(got.url, feeds)
        notes += more
        pages, over = watching.addresses(got.url, front.archive_pages, watching.ARCHIVE_PAGES)
        if over:
            notes.append(f"{over} more pages of older posts are found from the front page")
        return Found(
            wish=wish,
            url=got.url,
            title=watching.title_of(front, feeds, wish),
            language=front.language or next((feed.language for feed in feeds if feed.language), None),
            hosts=hosts,
            feeds=tuple(feeds),
            sitemaps=tuple(sitemaps),
            archive_pages=tuple(pages),
            notes=tuple(notes),
        )

    async def _front(self, wish: Wish) -> tuple[Got, Front | None, Listing | None]:
        """Get the front page, by way of a feed where one was given, and along pages that send on by themselves."""
        url, feed, lead = wish.url, None, None
        seen = {urlkey(url)}
        while True:
            got = await self._get(url, lead)
            if got.response is None:
                return got, None, feed
            read = await self._examine(got, "front page")
            lead = got.visit.capture if got.visit is not None else None
            match read:
                case Listing() if feed is None:
                    feed = replace(read, url=got.lasting)
                    target = read.home or "/"
                case Front(moved_to=str(target)):
                    pass
                case Front():
                    return got, read, feed
                case Listing():
                    return replace(got, problem=f"{got.url} is a feed, and no page"), None, feed
                case _:
                    what = _mime(got.response) or "nothing"
                    return replace(got, problem=f"{got.url} is no page a person reads: {read or what}"), None, feed
            following, _ = watching.addresses(got.url, [target], 1)
            if not following or urlkey(following[0]) in seen:
                if isinstance(read, Front):
                    return got, read, feed
                return replace(got, problem=f"{got.url} is a feed that names no home page"), None, feed
            url = following[0]
            seen.add(urlkey(url))

    async def _sitemaps(self, front: Got, lead: str | None) -> tuple[list[Listing], list[str]]:
        """Read the sitemaps that robots.txt announces."""
        where = robots_url(origin_of(front.url))
        asked = Got(url=Url(where), lasting=Url(where))
        got = await self._once(asked, Intent(), 1)  # from memory: it was asked for before the front page
        if got.response is None or got.response.status != 200:
            return [], []
        said = rules(got.response.status, got.response.body).sitemaps
        urls, over = watching.addresses(where, said, watching.SITEMAPS)
        notes = [f"{over} more sitemaps in {where} were not looked at"] if over else []
        found: list[Listing] = []
        for url in urls:
            listing, why = await self._listing(url, "sitemap", lead)
            if listing is not None and listing.items:
                found.append(listing)
            else:
                notes.append(f"{url} is left out: {why or 'it lists nothing'}")
        return found, notes

    async def _feeds(
        self, wish: Wish, front: Got, page: Front, given: Listing | None, lead: str | None
    ) -> tuple[list[Listing], list[str]]:
        """Read the feeds that are known or announced."""
        known = [wish.feed] if wish.feed is not None else []
        urls, over = watching.addresses(front.url, [*known, *page.feeds], watching.FEEDS)
        notes = [f"{over} more feeds of {front.url} were not looked at"] if over else []
        found = [given] if given is not None else []
        for url in urls:
            if given is not None and urlkey(url) in (urlkey(given.url), urlkey(wish.url)):
                continue
            listing, why = await self._listing(url, "feed", lead)
            if listing is not None:
                found.append(listing)
            else:
                notes.append(f"{url} is left out: {why}")
        return found, notes

    async def _probe(
        self, front: Got, names: Sequence[str], wanted: Wanted, lead: str | None, left: int
    ) -> tuple[list[Listing], int]:
        """Try the usual places, ``left`` at most, until one holds what is wanted; give what is left then."""
        for url in watching.places(front.url, names)[:left]:
            left -= 1
            got = await self._get(url, lead, patient=False)
            read = await self._examine(got, wanted) if got.response is not None else None
            if isinstance(read, Listing) and read.items:
                return [replace(read, url=got.lasting)], left
            if got.silent:
                return [], 0
        return [], left

    async def _listing(self, url: Url, wanted: Wanted, lead: str | None) -> tuple[Listing | None, str | None]:
        got = await self._get(url, lead)
        if got.response is None:
            return None, got.problem
        read = await self._examine(got, wanted)
        if isinstance(read, Listing):
            return replace(read, url=got.lasting), None
        return None, read if isinstance(read, str) else f"it is no {wanted}"

    async def _examine(self, got: Got, wanted: Wanted) -> Front | Listing | str | None:
        """Have a body read; where that fails, say why."""
        response = got.response
        assert response is not None
        codings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").lower()
        seen = Seen(
            url=got.url,
            data=response.body,
            codings=tuple(each.strip() for each in codings.split(",") if each.strip()),
            mime=_mime(response),
            wanted=wanted,
        )
        read = await asyncio.wrap_future(self._workers.submit(watching.examine, seen))
        return f"it could not be read: {read.detail}" if isinstance(read, Failed) else read

    # ---- one URL

    async def _get(self, url: Url, lead: str | None, *, patient: bool = True) -> Got:
        """Ask for a URL and follow where it leads; every answer, and every refusal to ask, is on record."""
        intent = Intent(why="by hand", came_from=lead)
        got = Got(url=url, lasting=url)
        for _ in range(HOPS + 1):
            got = await self._ask(got, intent, tries=TRIES if patient else 1)
            response = got.response
            location = response.headers.get("Location") if response is not None else None
            if response is None or response.status not in REDIRECTS or location is None:
                return _judged(got)
            try:
                target = fetchable(urljoin(got.url, location.decode("utf-8", "replace").strip()).partition("#")[0])
            except (Misuse, ValueError) as error:
                return replace(got, response=None, problem=f"it leads to what can't be asked for: {error}")
            is_lasting = response.status in LASTING and got.lasting == got.url
            got = Got(url=target, lasting=target if is_lasting else got.lasting)
            intent = Intent(why="redirect", came_from=_capture_of(response))
        return replace(got, response=None, problem=f"more than {HOPS} redirects in a row")

    async def _ask(self, got: Got, intent: Intent, *, tries: int) -> Got:
        """Ask for one URL, again where it asks us to come back soon."""
        attempt = 1
        while True:
            answer = await self._once(got, intent, attempt)
            response = answer.response
            if response is None or response.status not in LIMITED:
                return answer
            said = response.headers.get("Retry-After")
            pause = retry_after(said.decode("latin-1") if said else None, self._clock.now())
            if attempt == tries or pause is None or pause > LONGEST_WAIT:
                return answer
            await asyncio.sleep(self._clock.real_seconds(pause.total_seconds()))
            attempt += 1

    async def _once(self, got: Got, intent: Intent, attempt: int) -> Got:
        meta: dict[str, Any] = {INTENT: intent, "retry_times": attempt - 1}
        request = Request(got.url, meta=meta, dont_filter=True)
        engine: Any = self.crawler.engine
        if self._stopping() or engine.spider is None:
            raise BrokenOff
        asking = asyncio.ensure_future(engine.download_async(request))
        await asyncio.wait((asking,))
        error = asking.exception()
        if error is None:
            response: Response = asking.result()
            return replace(got, response=response, visit=_visit_of(response))
        if self._stopping() or isinstance(error, NotRecorded):
            raise BrokenOff
        if isinstance(error, NotAsked):
            self._refused(got.url, error.error, str(error), error.intent)
            return replace(got, problem=str(error), silent=error.error != "robots")
        if isinstance(error, IgnoreRequest):
            return replace(got, problem=str(error), silent=True)
        return replace(got, problem=explain(error, got.url)[1], silent=True)


def _judged(got: Got) -> Got:
    """Say of an answer whether there is anything to read."""
    response = got.response
    if response is None or 200 <= response.status < 300:
        return got
    why = f"{got.url} answers {response.status}"
    return replace(got, response=None, problem=why, silent=response.status in LIMITED)


def _visit_of(response: Response) -> Visit | None:
    request = response.request
    told = request.meta.get(CAPTURED) if request is not None else None
    return told[-1].visit if told else None


def _capture_of(response: Response) -> str | None:
    visit = _visit_of(response)
    return visit.capture if visit is not None else None


def _mime(response: Response) -> str | None:
    said = response.headers.get("Content-Type")
    return said.decode("latin-1") if said else None
