"""What captured pages need to be shown, found by a process that may be killed, for a run that asks for given pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Literal

from archive.config import Settings
from archive.errors import Misuse, VariorumError
from archive.extract.workers import Failed, Workers
from archive.judge import HTML
from archive.model import Capture, RecordId, Url
from archive.recording import Recording
from archive.store import captures
from archive.urls import fetchable
from crawler import looking
from crawler.guard import Guard
from crawler.reach import check_contact

MOST = 1_000
"""Requisites of one page or style sheet that are asked for."""
DEPTH = 4
"""Style sheets that import one another are followed so far."""
OF_PAGE = ("style", "font", "picture", "icon")
"""Kinds of requisites that are taken where not all are."""

Shape = Literal["page", "part"]
"""What a URL is asked for as: a page (or a frame of one), or something that a page loads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A URL to be captured in a run: as what, at whose word, and which request is answered by it.

    ``came_from`` is the capture of the page that needs it, or that leads to it; ``is_part`` says which. ``depth``
    counts the documents between.
    """

    url: Url
    shape: Shape = "page"
    came_from: RecordId | None = None
    is_part: bool = False
    request: str | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """A requisite that is not asked for, and why."""

    url: Url
    why: str
    came_from: RecordId


class Needed:
    """Finds what captures lead to; ``of`` is called in the reactor's thread."""

    def __init__(self, settings: Settings, guard: Guard, recording: Recording, workers: Workers) -> None:
        self._settings = settings
        self._guard = guard
        self._recording = recording
        self._workers = workers
        self._kinds = None if settings.crawl.requisites == "all" else OF_PAGE

    async def of(self, errand: Errand, capture: Capture) -> list[Errand | Unfit]:
        """Give what a captured page or style sheet needs; nothing for other things, and where it cannot be read."""
        is_page = errand.shape == "page" and capture.mime in HTML
        if capture.status != 200 or errand.depth > DEPTH or not (is_page or capture.mime == "text/css"):
            return []
        page = errand.came_from if errand.shape == "part" and errand.came_from is not None else capture.id
        found: list[Errand | Unfit] = []
        for url, kind in await self._look(capture, is_page=is_page):
            if len(found) >= MOST:
                break
            if self._kinds is None or kind in self._kinds:
                found.append(self._errand(url, page, errand.depth + 1))
        return found

    def _errand(self, named: str, page: RecordId, depth: int) -> Errand | Unfit:
        try:
            url = fetchable(named.partition("#")[0])
            check_contact(self._settings, self._guard, (url,))
        except Misuse as why:
            return Unfit(url=Url(named), why=str(why), came_from=page)
        return Errand(url=url, shape="part", is_part=True, came_from=page, depth=depth)

    async def _look(self, capture: Capture, *, is_page: bool) -> tuple[tuple[str, str], ...]:
        whole = await self._whole(capture)
        if whole is None:
            return ()
        task = looking.Task(
            warcs=str(self._settings.store.warcs),
            capture=whole,
            what="page" if is_page else "requisite",
            reading=is_page,
            links=False,
        )
        looked = await asyncio.wrap_future(self._workers.submit(looking.look, task))
        return () if isinstance(looked, Failed) else looked.requisites

    async def _whole(self, capture: Capture) -> Capture | None:
        """Give the capture with the payload: of one that repeats another, that."""
        if capture.kind != "revisit":
            return capture
        if capture.refers_to is None:
            return None
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Capture | None] = loop.create_future()

        def answer(given: Capture | VariorumError | None) -> None:
            if not future.done():
                future.set_result(None if isinstance(given, VariorumError) else given)

        self._recording.work(partial(captures.by_id, id=capture.refers_to), answer, prompt=True)
        return await future


@contextmanager
def needs(settings: Settings, guard: Guard, recording: Recording) -> Iterator[Needed]:
    """Give what finds the requisites of a run, and end its process afterwards."""
    extract = settings.extract
    seconds = extract.seconds.total_seconds()
    workers = Workers(1, seconds=seconds, memory=extract.memory, initial=(looking.prepare, (True,)))
    try:
        yield Needed(settings, guard, recording, workers)
    finally:
        workers.close(wait=False)
