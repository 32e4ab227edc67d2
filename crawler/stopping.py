"""What a signal does to a crawl: what is in flight may end, the rest is dropped.

The second has Scrapy stop, which waits for what is in flight too.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Any

from crawler.recorder import refuse_more


class Stopping:
    """Ctrl-C and SIGTERM for one crawl; ``asked`` tells whether one came."""

    def __init__(self, crawler: Any, reactor: Any, said: Callable[[str], None]) -> None:
        self.asked = False
        self._crawler = crawler
        self._reactor = reactor
        self._said = said
        self._closing: asyncio.Future[None] | None = None

    def install(self) -> None:
        """Take the signals over; Scrapy would go on with every page that waits for its turn."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._signalled)

    def stop(self) -> None:
        """Stop as after a first signal; in the reactor's thread."""
        if not self.asked:
            self.asked = True
            self._drop()

    def _signalled(self, number: int, frame: object) -> None:
        again, self.asked = self.asked, True
        self._reactor.callFromThread(self._reactor.stop if again else self._drop)

    def _drop(self) -> None:
        self._said("stopping: what is in flight may end, within network.timeout")
        refuse_more(self._crawler)
        engine = self._crawler.engine
        for slot in engine.downloader.slots.values():
            slot.delay = 0.0  # what waits for its turn is refused without going out: no need to wait for that
        self._closing = asyncio.ensure_future(engine.close_spider_async(reason="shutdown"))
