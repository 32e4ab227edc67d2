"""Given URLs, each fetched once, redirects followed; nothing is read from what comes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from scrapy import Spider
from scrapy.exceptions import NotSupported
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from archive.model import Intent, Url
from crawler.politeness import NotAsked
from crawler.recorder import HOP, INTENT


class PageSpider(Spider):
    """Fetches the pages it is given.

    ``refused`` is told of each that is not asked for: its URL, the error class and the words for its visit, and the
    intent it would have been asked with, in which the decision stands.
    """

    name = "page"

    def __init__(
        self,
        *args: Any,
        urls: Sequence[Url] = (),
        method: str = "GET",
        refused: Callable[[Url, str, str, Intent], None] = lambda url, error, why, intent: None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._urls = urls
        self._method = method
        self._refused = refused

    async def start(self) -> AsyncIterator[Request]:
        for url in self._urls:
            yield Request(
                url,
                method=self._method,
                callback=self.take,
                errback=self.note,
                dont_filter=True,
                meta={INTENT: Intent(why="by hand")},
            )

    def take(self, response: Response) -> None:
        """The record is written already: nothing is left to do."""

    def note(self, failure: Failure) -> None:
        """Tell of a page that was not asked for; every other failure is on record."""
        error = failure.value
        if isinstance(error, NotAsked):
            url = Url(failure.request.url.partition("#")[0])  # type: ignore[attr-defined]
            self._refused(url, error.error, str(error), error.intent)
        elif isinstance(error, ValueError | NotSupported):
            # A redirect to what is no URL: the hop is on record, where it leads is not.
            hop = failure.request.meta.get(HOP)  # type: ignore[attr-defined]
            intent = Intent(why="redirect" if hop else "by hand", came_from=hop)
            url = Url(failure.request.url.partition("#")[0])  # type: ignore[attr-defined]
            self._refused(url, "scope", f"it leads to what can't be asked for: {error}", intent)
