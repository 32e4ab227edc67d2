"""Given URLs, each fetched once, redirects followed; where it is wished, what the pages need to be shown as well."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from scrapy import Spider
from scrapy.exceptions import IgnoreRequest, NotSupported
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from archive.model import Intent, Url
from archive.recording import Recorded
from archive.urls import urlkey
from crawler.needed import Errand, Needed, Unfit
from crawler.politeness import NotAsked
from crawler.recorder import CAPTURED, HOP, INTENT, refuses_more

ERRAND = "variorum_errand"
"""``request.meta`` key of the ``Errand`` that a request is made for, over all its hops and tries."""
FIRST = 10
"""Priority of what was given: what pages need comes after it, once they are all under way."""


class PageSpider(Spider):
    """Fetches the pages it is given.

    ``refused`` is told of each that is not asked for: its URL, the error class and the words for its visit, and the
    intent it would have been asked with, in which the decision stands. ``ended`` is told how each errand ended: by a
    last exchange on record, or by an error class and words. ``needed`` finds what is fetched besides.
    """

    name = "page"

    def __init__(
        self,
        *args: Any,
        urls: Sequence[Url] = (),
        errands: Sequence[Errand] = (),
        method: str = "GET",
        refused: Callable[[Url, str, str, Intent], None] = lambda url, error, why, intent: None,
        ended: Callable[[Errand, Recorded | tuple[str, str]], None] = lambda errand, how: None,
        needed: Needed | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._errands = (*(Errand(url=url) for url in urls), *errands)
        self._method = method
        self._refused = refused
        self._ended = ended
        self._needed = needed
        self._known = {urlkey(errand.url) for errand in self._errands}

    async def start(self) -> AsyncIterator[Request]:
        for errand in self._errands:
            yield self._request(errand)

    async def take(self, response: Response) -> AsyncIterator[Request]:
        """The record is written already: all that is left is what the page needs."""
        assert response.request is not None
        errand, recorded = _of(response.request)
        if errand is None or recorded is None:
            return
        self._ended(errand, recorded)
        if self._needed is None or recorded.capture is None:
            return
        for further in await self._needed.of(errand, recorded.capture):
            key = urlkey(further.url)
            if key in self._known:
                continue
            self._known.add(key)
            if isinstance(further, Unfit):
                intent = Intent(why="requisite", came_from=further.came_from)
                self._refused(further.url, "scope", further.why, intent)
            else:
                yield self._request(further)

    def note(self, failure: Failure) -> None:
        """Tell of a page that was not asked for; every other failure is on record."""
        error = failure.value
        request: Request = failure.request  # type: ignore[attr-defined]
        errand, recorded = _of(request)
        url = Url(request.url.partition("#")[0])
        if isinstance(error, NotAsked):
            self._refused(url, error.error, str(error), error.intent)
            if errand is not None:
                self._ended(errand, (error.error, str(error)))
        elif isinstance(error, ValueError | NotSupported):
            # A redirect to what is no URL: the hop is on record, where it leads is not.
            hop = request.meta.get(HOP)
            given = request.meta.get(INTENT)
            intent = Intent(why="redirect", came_from=hop) if hop else given if isinstance(given, Intent) else Intent()
            why = f"it leads to what can't be asked for: {error}"
            self._refused(url, "scope", why, intent)
            if errand is not None:
                self._ended(errand, ("scope", why))
        elif isinstance(error, HttpError):
            self._end_by_answer(error.response.request)
        elif isinstance(error, IgnoreRequest) and refuses_more(self.crawler):
            return  # broken off: it may be asked for again
        elif errand is not None and recorded is not None:
            self._ended(errand, recorded)

    def _end_by_answer(self, request: Request | None) -> None:
        """An answer that is an error, as a 404, is an answer."""
        errand, recorded = (None, None) if request is None else _of(request)
        if errand is not None and recorded is not None:
            self._ended(errand, recorded)

    def _request(self, errand: Errand) -> Request:
        intent = Intent(why="requisite" if errand.is_part else "by hand", came_from=errand.came_from)
        return Request(
            errand.url,
            method=self._method,
            callback=self.take,
            errback=self.note,
            dont_filter=True,
            priority=0 if errand.depth else FIRST,
            meta={INTENT: intent, ERRAND: errand},
        )


def _of(request: Request) -> tuple[Errand | None, Recorded | None]:
    errand = request.meta.get(ERRAND)
    told: list[Recorded] = request.meta.get(CAPTURED) or []
    return (errand if isinstance(errand, Errand) else None), (told[-1] if told else None)
