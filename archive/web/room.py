"""The pages of the room that a person sees: the archive, a capture in its frame, lists, changes, what is missing."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from importlib import resources
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from archive import parts
from archive.errors import Busy, VariorumError
from archive.extract.workers import Failed
from archive.model import Url
from archive.store import parts as part_rows
from archive.store.room_rows import Totals
from archive.web import addresses, apart, heads, room_data, room_diff, room_list, room_pages
from archive.web.addresses import Asked, Roots
from archive.web.apart import Place
from archive.web.desk import Desk
from archive.web.memento import uri
from archive.web.room_nearest import nearest
from archive.web.room_pages import page
from archive.web.safe import Safe
from archive.web.stored import Found, find

log = logging.getLogger(__name__)

A_PAGE = 100
"""Missing parts on one page."""
TOTALS_HOLD = 60.0
"""Seconds for which the counts of the front page are kept: they look at every row."""
PATIENCE = 2.0
"""Seconds that a bar waits for the page below it, to count what that lacks."""
BUSY = "The archive is kept by another process for the moment. Try again a little later."
UNREADABLE = "The archive cannot be used just now. Why stands in the log of `variorum serve`."
LONGEST_URL = 8 * 1024

_KINDS = {"room.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _near(desk: Desk) -> Roots:
    """Give the roots for links within the room, which then lead on under whatever name it was reached by."""
    return Roots(room="", replay=desk.roots.replay)


def _rest(request: Request, before: str) -> str:
    """Give what stands behind the beginning of a path, still encoded, with its query."""
    scope = request.scope
    path = bytes(scope.get("raw_path") or scope["path"].encode())
    return addresses.behind(path, bytes(scope["query_string"]), before)


def _reply(
    view: Callable[[Desk, Request], Response],
) -> Callable[[Request], Awaitable[Response]]:
    """Let a view read the archive in a thread, so that others are answered meanwhile."""

    @functools.wraps(view)
    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(view, _desk(request), request)

    return endpoint


def _redirect(address: str, status: int = 302) -> Response:
    return RedirectResponse(uri(address), status)


# -------------------------------------------------------------------------------------------------------- the archive


@_reply
def home(desk: Desk, request: Request) -> Response:
    """Say what this archive is and what is new in it."""
    with desk.store.read() as conn:
        counts = _counts(desk, request.app.state, conn)
        sites = room_data.newest_of_sites(conn)
        missing = part_rows.count_missing(conn)
    return page(desk, "home", totals=counts, sites=sites, missing=missing, near=_near(desk), where=addresses)


def _counts(desk: Desk, state: Any, conn: Any) -> Totals:
    """Count what the archive holds, anew only when the last count is old."""
    kept: tuple[float, Totals] | None = getattr(state, "room_totals", None)
    now = time.monotonic()
    if kept is None or kept[0] < now - TOTALS_HOLD:
        kept = state.room_totals = (now, room_data.totals(conn))
    return kept[1]


async def found(request: Request) -> Response:
    """Lead a search for a URL to the list of its captures."""
    wanted = request.query_params.get("url", "").strip()
    if not wanted:
        return RedirectResponse("/", 302)
    if len(wanted) > LONGEST_URL:
        raise HTTPException(400, f"This URL is longer than {LONGEST_URL} characters.")
    return _redirect(f"/web/*/{addresses.target(wanted)}", 303)


# ------------------------------------------------------------------------------------------------------- one capture


@_reply
def web(desk: Desk, request: Request) -> Response:
    """Show a capture in its frame, or the list of a URL's captures."""
    rest = _rest(request, "/web/")
    slot, slash, url = rest.partition("/")
    # A proxy or a browser's history may have encoded the star.
    star = slot.replace("%2A", "*").replace("%2a", "*")
    if slash and url.strip("/") and star.startswith("*"):
        return _listing(desk, request, star[1:], addresses.target(url))
    asked = addresses.asked(rest)
    if asked is None:
        if not rest.strip("/") or rest.startswith("/"):
            raise HTTPException(404, "Here stands /web/TIME/URL, or /web/*/URL for all captures of a URL.")
        asked = Asked(url=addresses.target(rest))
    near = _near(desk)
    with desk.store.read() as conn:
        held = find(conn, asked)
        if held is None:
            return room_pages.not_found(desk, asked.url, nearest(conn, asked.url), request)
        if not held.exact or asked.modifier:
            return _redirect(addresses.page(near, held.capture, first=held.first))
        shown = room_data.framed(conn, near, held, missing=None)
    if shown.kind == "page" and held.original is not None:
        shown = replace(shown, missing=_missing(request, held))
    return page(
        desk, "frame", it=shown, near=near, where=addresses, can=room_pages.may_capture(desk.settings),
        sandbox=heads.sandbox(desk.settings),
    )  # fmt: skip


def _missing(request: Request, held: Found) -> int | None:
    """Tell how many parts a page lacks, by the page that is shown in the frame; None where that takes its time."""
    safe: Safe = request.app.state.safe
    assert held.original is not None
    try:
        made = safe.page(held, "", held.capture.mime or held.original.mime).result(timeout=PATIENCE)
    except TimeoutError:
        return None
    return made.missing if made is not None else None


def _listing(desk: Desk, request: Request, number: str, url: Url) -> Response:
    if number and not (number.isascii() and number.isdecimal() and len(number) < 7):
        raise HTTPException(400, "The pages of a list have numbers: /web/*2/URL is the second.")
    near = _near(desk)
    with desk.store.read() as conn:
        told = room_list.listing(conn, near, url, int(number or 1))
        if told is None:
            return room_pages.not_found(desk, url, nearest(conn, url), request)
    return page(desk, "captures", it=told, near=near, where=addresses)


# --------------------------------------------------------------------------------------------------- what is missing


@_reply
def missing(desk: Desk, request: Request) -> Response:
    """List what pages need and the archive lacks, most needed first."""
    written = request.query_params.get("page", "1")
    number = int(written) if written.isascii() and written.isdecimal() and len(written) < 7 else 0
    if number < 1:
        raise HTTPException(400, "The pages of this list have numbers from 1 on.")
    with desk.store.read() as conn:
        count = part_rows.count_missing(conn)
        some = part_rows.missing_parts(conn, limit=A_PAGE, offset=(number - 1) * A_PAGE)
        needing = {each.urlkey: part_rows.pages_of(conn, each.urlkey, 3) for each in some}
        looked = part_rows.count_looked(conn)
    return page(
        desk, "missing", count=count, looked=looked, some=some, needing=needing, number=number,
        pages=-(-count // A_PAGE), kinds=parts.KINDS, can=room_pages.may_capture(desk.settings), near=_near(desk),
        where=addresses,
    )  # fmt: skip


@_reply
def parts_of(desk: Desk, request: Request) -> Response:
    """List what one page needs, and what of it is missing."""
    asked = addresses.asked(_rest(request, "/parts/"))
    if asked is None:
        raise HTTPException(404, "Here stands /parts/TIME/URL: what the page of that capture needs.")
    near = _near(desk)
    with desk.store.read() as conn:
        held = find(conn, asked)
        if held is None:
            return room_pages.not_found(desk, asked.url, nearest(conn, asked.url), request)
    told = desk.workers.submit(apart.needs, apart.Asked(place=Place.of(desk.settings), capture=held.capture)).result()
    if isinstance(told, Failed):
        return room_pages.error(
            desk, 500, "What this page needs could not be told: it takes too much to go through.", request
        )
    return page(
        desk, "parts", capture=held.capture, first=held.first, told=told, kinds=parts.KINDS,
        can=room_pages.may_capture(desk.settings), near=near, where=addresses,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------- the rest, and errors


async def static(request: Request) -> Response:
    """Give the style sheet or the icon."""
    name = request.path_params["name"]
    if name not in _KINDS:
        raise HTTPException(404, "There is nothing of this name.")
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=600"}
    return Response(_static(name), media_type=_KINDS[name], headers=headers)


@functools.cache
def _static(name: str) -> bytes:
    return (resources.files("archive.web") / "static" / name).read_bytes()


_WORDS = {
    400: "This request cannot be understood.",
    404: "There is nothing at this address.",
    405: "This address does not take requests of this kind.",
}


async def refused(request: Request, error: Exception) -> Response:
    """Answer what was asked wrongly."""
    assert isinstance(error, HTTPException)
    said = error.detail if error.detail and " " in error.detail.strip() and error.detail != "Not Found" else ""
    told = _WORDS.get(error.status_code, error.detail) if error.detail == "Method Not Allowed" or not said else said
    return room_pages.error(_desk(request), error.status_code, told, request, headers=error.headers)


async def unfinished(request: Request, error: Exception) -> Response:
    """Answer for what the operator can mend: its message, which may name files of ours, goes to the log."""
    log.warning("%s", error)
    busy = isinstance(error, Busy)
    return room_pages.error(_desk(request), 503 if busy else 500, BUSY if busy else UNREADABLE, request)


async def broken(request: Request, error: Exception) -> Response:
    """Answer for our own fault; Starlette logs what it was."""
    told = "Something went wrong here. What it was stands in the log of `variorum serve`."
    return room_pages.error(_desk(request), 500, told, request)


exception_handlers: dict[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    HTTPException: refused,
    VariorumError: unfinished,
    Exception: broken,
}

routes = [
    Route("/", home),
    Route("/find", found),
    Route("/web/{rest:path}", web),
    *room_diff.routes,
    Route("/missing", missing),
    Route("/parts/{rest:path}", parts_of),
    Route("/static/{name}", static),
]
