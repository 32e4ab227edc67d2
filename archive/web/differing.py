"""Changes that are looked at, worked out apart from the server, one at a time; their pages are kept for the next.

Two long revisions can take minutes to compare: that is done in the processes of ``archive.web.apart``, whose limits
end it, and never in more than one of them, so that archived pages have the others.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from archive.extract.workers import Failed, Workers
from archive.web.diff_page import Pair, Shown, worked_out

log = logging.getLogger(__name__)

KEPT = 16 * 1024 * 1024
"""Bytes of pages that are kept."""
BESIDES = 1000
"""Bytes that each of them takes besides."""
GIVEN_UP = 600.0
"""Seconds for which what took too much is not tried again."""
WAITING = 8
"""Changes that may wait for their turn."""


def mark(*known: object) -> bytes:
    """Give a mark of all that a page is made of; two pages with one mark are the same."""
    return hashlib.sha256(repr(known).encode("utf-8", "surrogatepass")).digest()


Write = Callable[[Shown | None], Response]
"""Writes the page of a change; None stands for one that takes too much time or memory."""


class Differences:
    """Has changes worked out, each once however many ask for it, and keeps their pages."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._turn = asyncio.Lock()
        self._under_way: dict[bytes, asyncio.Task[Response]] = {}
        self._askers: dict[bytes, list[Request]] = {}
        self._kept: OrderedDict[bytes, tuple[Response, float]] = OrderedDict()
        self._size = 0

    async def page(self, request: Request, mark: bytes, pair: Pair, write: Write) -> Response:
        """Give the page of a change; raises 503 where too many wait for theirs."""
        if (known := self._known(mark)) is not None:
            return known
        if mark not in self._under_way:
            if len(self._under_way) > WAITING:
                raise HTTPException(503, "Too many changes are being worked out. Try again a little later.")
            self._askers[mark] = []
            self._under_way[mark] = asyncio.create_task(self._made(mark, pair, write))
        self._askers[mark].append(request)
        return await asyncio.shield(self._under_way[mark])

    async def _made(self, mark: bytes, pair: Pair, write: Write) -> Response:
        try:
            async with self._turn:
                if not await self._is_wanted(mark):
                    return Response(status_code=503)
                done = await asyncio.wrap_future(self._workers.submit(worked_out, pair))
                if isinstance(done, Failed):
                    log.warning("a change is not shown: %s (%s), %s", done.detail, done.why, pair.after.url)
                    made, until = await run_in_threadpool(write, None), time.monotonic() + GIVEN_UP
                else:
                    made, until = await run_in_threadpool(write, done), float("inf")
            self._keep(mark, made, until)
            return made
        finally:
            del self._under_way[mark], self._askers[mark]

    async def _is_wanted(self, mark: bytes) -> bool:
        """Tell whether anybody who asked is still there."""
        for each in self._askers[mark]:  # whoever asks meanwhile is looked at too
            if not await each.is_disconnected():
                return True
        return False

    def _known(self, mark: bytes) -> Response | None:
        known = self._kept.get(mark)
        if known is None or known[1] < time.monotonic():
            return None
        self._kept.move_to_end(mark)
        return known[0]

    def _keep(self, mark: bytes, made: Response, until: float) -> None:
        before = self._kept.pop(mark, None)
        self._size += _size(made) - (_size(before[0]) if before is not None else 0)
        self._kept[mark] = made, until
        while self._size > KEPT:
            self._size -= _size(self._kept.popitem(last=False)[1][0])


def _size(page: Response) -> int:
    return BESIDES + len(page.body)
