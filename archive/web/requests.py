"""What a visitor asks to have captured: who may ask for what, the work it starts, and the page that says what came."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from archive.errors import Damaged, DiskFull, Misuse, VariorumError
from archive.extract.workers import Failed
from archive.model import Capture, RecordId, Url
from archive.store import Connection, captures, requests
from archive.store import parts as part_rows
from archive.store.requests import Request as Wanted
from archive.urls import fetchable, urlkey
from archive.web import addresses, apart
from archive.web.addresses import Roots
from archive.web.apart import Place
from archive.web.desk import Desk
from archive.web.hosts import asks_itself, is_private
from archive.web.room_pages import may_capture, page

log = logging.getLogger(__name__)

LONGEST = 16 * 1024
"""Bytes of a form that is read."""
MOST = 500
"""Requests that may be open at a time."""
LOOK = 2
"""Seconds after which the page of an open request looks again."""
WORDS = 2_000
"""Bytes of what a capture says at its end that are kept."""
_ENDS = {
    DiskFull.exit_code: "the disk is full, or as full as the archive may make it (store.min_free)",
    Misuse.exit_code: "the settings of this archive do not let it capture",
    Damaged.exit_code: "this archive is damaged, and captures nothing until it is mended",
}
"""What visitors are told of a capture that did not begin, by its exit code; its own words may name files of ours."""
GRACE = 4.0
"""Seconds a capture gets to end what is in flight when the server stops."""


# ------------------------------------------------------------------------------------------------------------ asking


async def ask(request: Request) -> Response:
    """Take a request to have a page or a part of one captured, and start the work."""
    desk: Desk = request.app.state.desk
    if not may_capture(desk.settings):
        raise HTTPException(403, "Captures are not made from here: see [serve] capture in variorum.toml.")
    if not asks_itself(request.scope, desk):
        raise HTTPException(403, "This was not asked from a page of this archive.")
    form = await _form(request)
    id = await run_in_threadpool(_put, desk, form)
    request.app.state.runner.wake()
    return RedirectResponse(f"/requests/{id}", 303)


async def _form(request: Request) -> dict[str, str]:
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said != "application/x-www-form-urlencoded":
        raise HTTPException(415, "Send a form: application/x-www-form-urlencoded.")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST:
            raise HTTPException(413, f"This form is longer than {LONGEST} bytes.")
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _put(desk: Desk, form: Mapping[str, str]) -> str:
    try:
        url = fetchable(form.get("url", "").strip())
    except Misuse as why:
        raise HTTPException(400, str(why)) from why
    with desk.store.read() as conn:
        if requests.count_open(conn) >= MOST:
            raise HTTPException(503, f"{MOST} captures are asked for already; come back when they are made.")
        data = _data(conn, desk, url, form)
    if data is None:
        raise HTTPException(403, f"No page of this archive names {url}, so it is not captured for visitors.")
    with desk.store.write() as conn:
        return requests.ask(conn, what="capture", subject=url, data=data, at=desk.clock.now())


def _data(conn: Connection, desk: Desk, url: Url, form: Mapping[str, str]) -> dict[str, str] | None:
    """Say which page wants this URL, and as what; None where nothing in the archive names it and anybody may ask.

    Who can reach us from this machine alone may type any URL; others would have an open proxy in us.
    """
    given = form.get("page", "")
    capture = captures.by_id(conn, RecordId(given)) if given else None
    if capture is not None:
        modifier = _needs(conn, desk, capture, url)
        if modifier is not None:
            return {"page": capture.id, "modifier": modifier}
        linked = desk.workers.submit(apart.leads_to, _asked(desk, capture)).result()
        if not isinstance(linked, Failed) and url in map(_fetched, linked):
            return {"linked_from": capture.id}
    return {} if is_private(desk.settings) or part_rows.is_known(conn, urlkey(url), url) else None


def _needs(conn: Connection, desk: Desk, capture: Capture, url: Url) -> str | None:
    """Give as what the page in a capture needs a URL; None where it does not."""
    known = part_rows.named_as(conn, urlkey(url), capture.urlkey, url)
    if known is not None:
        return known
    needed = desk.workers.submit(apart.needs, _asked(desk, capture)).result()
    some = () if needed is None or isinstance(needed, Failed) else needed.parts
    return next((part.modifier for part in some if _fetched(part.url) == url), None)


def _asked(desk: Desk, capture: Capture) -> apart.Asked:
    return apart.Asked(place=Place.of(desk.settings), capture=capture)


def _fetched(url: str) -> str | None:
    try:
        return fetchable(url.partition("#")[0])
    except Misuse:
        return None


# ----------------------------------------------------------------------------------------------------- what came of it


async def tell(request: Request) -> Response:
    """Say how a request stands."""
    desk: Desk = request.app.state.desk
    return await run_in_threadpool(_told, desk, request.path_params["id"], may_capture(desk.settings))


def _told(desk: Desk, id: str, can: bool) -> Response:
    with desk.store.read() as conn:
        asked = requests.by_id(conn, id)
        if asked is None:
            raise HTTPException(404, "Nothing was asked for under this address.")
        at_work = requests.is_at_work(conn, asked)
        capture = captures.by_id(conn, asked.capture) if asked.capture is not None else None
        wanting = asked.data.get("page") or asked.data.get("linked_from")
        by = captures.by_id(conn, RecordId(wanting)) if wanting else None
    state = "work" if at_work else "asked" if asked.state == "asked" else asked.state
    is_whole = asked.outcome in ("captured", "unchanged", "truncated") and capture is not None
    return page(
        desk, "request", it=replace(asked, answer=_in_words(desk, asked)), state=state, capture=capture,
        is_whole=is_whole, by=by, can=can, look=LOOK, near=Roots(room="", replay=desk.roots.replay), where=addresses,
    )  # fmt: skip


def _in_words(desk: Desk, asked: Wanted) -> str | None:
    """Give what visitors are told of what came of a request.

    Why the settings keep a host from being asked is told to the operator, with the file they stand in.
    """
    if asked.outcome != "out of scope":
        return asked.answer
    if desk.settings.contact is None:
        return "this archive names no contact, and asks nobody without one (see contact in variorum.toml)"
    return "this archive is not set up to ask the host of this address"


routes = [
    Route("/requests", ask, methods=["POST"]),
    Route("/requests/{id}", tell),
]


# ------------------------------------------------------------------------------------------------------------ the work


class Runner:
    """Makes what is asked for: ``variorum capture --requested`` in a process of its own, one at a time.

    A crawl needs a reactor of its own, and a page that goes wrong must not take the server along.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._task: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._again = False
        self._stopped = False

    async def start(self) -> None:
        """Go on with what was open when the server ended last."""
        if may_capture(self._desk.settings):
            waiting = await run_in_threadpool(self._open)
            if waiting:
                self.wake()

    def wake(self) -> None:
        """Have what is asked for made, after what is being made now."""
        self._again = True
        if not self._stopped and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._work())

    async def stop(self) -> None:
        """End the work: what is in flight may end, then the process must; what is open stays so."""
        self._stopped = True
        process, task = self._process, self._task
        if process is not None:
            for end in (process.terminate, process.terminate, process.kill):
                with contextlib.suppress(ProcessLookupError):
                    end()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), GRACE)
                    break
        if task is not None:
            await asyncio.wait((task,), timeout=GRACE)

    def _open(self) -> list[str]:
        with self._desk.store.read() as conn:
            return [request.id for request in requests.waiting(conn)]

    async def _work(self) -> None:
        while self._again and not self._stopped:
            self._again = False
            try:
                ids = await run_in_threadpool(self._open)
                answer = await self._make() if ids else ""
                if ids and not self._stopped:
                    await run_in_threadpool(self._give_up, ids, answer)
            except VariorumError as error:
                log.warning("what visitors asked for waits: %s", error)

    async def _make(self) -> str:
        """Run a capture to its end, and give words on how that was for what it left open; its own go to the log."""
        sets = [word for override in self._desk.overrides for word in ("--set", override)]
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "archive.cli", "capture", "--requested", "--requisites",
                "--home", os.fspath(self._desk.settings.home), *sets,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for the server, which ends it
            )  # fmt: skip
        except OSError as error:
            log.warning("no capture could be started: %s", error)
            return "no capture could be started"
        if self._stopped:
            self._process.terminate()
        said = b""
        assert self._process.stderr is not None
        while piece := await self._process.stderr.read(LONGEST):
            said = (said + piece)[-WORDS:]
        code = await self._process.wait()
        self._process = None
        lines = said.decode("utf-8", "replace").strip().splitlines()
        if code:
            why = lines[-1].removeprefix("variorum: ") if lines else "it said nothing"
            log.warning("the capture that visitors asked for ended with code %d: %s", code, why)
        return f"{_ENDS.get(code, 'the capture broke off')}; more stands in the log of `variorum serve`"

    def _give_up(self, ids: list[str], answer: str) -> None:
        """Say of what the capture left open why; what was made is answered already."""
        with self._desk.store.write() as conn:
            requests.give_up(conn, ids, at=self._desk.clock.now(), answer=answer)
