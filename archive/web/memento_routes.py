"""The TimeGate and the TimeMaps of the archive (RFC 7089, sections 4 and 5)::

    ROOM/timegate/URL             302 to the memento nearest to Accept-Datetime
    ROOM/timemap/link/URL         every memento; also json and cdxj
    ROOM/timemap/link/2/URL       the second page, where there are more than memento.PAGE

The mementos themselves are served by ``replay``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from archive.journal import is_note
from archive.model import Url, UrlKey
from archive.store import memento_rows
from archive.store.memento_rows import Around, Memento, Page
from archive.urls import urlkey
from archive.web import addresses, memento
from archive.web.desk import Desk
from archive.web.memento import FORMS, Form, Listed

AT_A_TIME = 500
"""Captures read before their part of a TimeMap is sent; no transaction is open while a client takes its time."""

_VARY = {"vary": "accept-datetime"}
_NUMBERED = re.compile(r"0*([1-9][0-9]{0,8})/(.+)", re.DOTALL)


async def timegate(request: Request) -> Response:
    """Lead to the memento nearest to ``Accept-Datetime``, or the newest (RFC 7089, section 4.2)."""
    desk: Desk = request.app.state.desk
    written = request.headers.getlist("accept-datetime")
    at = memento.accepted(written[0]) if len(written) == 1 else None
    url = addresses.target(_behind(request, "/timegate/"))
    known = ", ".join((memento.original(url), memento.timemap(desk.roots, url)))
    if written and at is None:
        words = "Accept-Datetime must be one date such as Thu, 31 May 2007 20:35:00 GMT (RFC 7089, section 2.1.1)."
        return PlainTextResponse(f"{words}\n", 400, {**_VARY, "link": known})
    key = urlkey(url)

    def look() -> tuple[Memento, Around] | None:
        if is_note(key):
            return None
        with desk.store.read() as conn:
            chosen = memento_rows.nearest(conn, key, at, url=url)
            return None if chosen is None else (chosen, memento_rows.neighbours(conn, key, chosen))

    found = await run_in_threadpool(look)
    if found is None:
        return _nothing(desk, url, {**_VARY, "link": memento.original(url)})
    links = memento.timegate_links(desk.roots, url, *found)
    return Response(status_code=302, headers={**_VARY, "location": memento.uri_m(desk.roots, found[0]), "link": links})


async def timemap(request: Request) -> Response:
    """List the mementos of a URL (RFC 7089, section 5)."""
    desk: Desk = request.app.state.desk
    form = request.path_params["form"]
    if form not in FORMS:
        return PlainTextResponse(
            f"There is no TimeMap of the form {form!r}; ask for one of: {', '.join(FORMS)}.\n", 404
        )
    rest = _behind(request, f"/timemap/{form}/")
    number = 1
    if numbered := _NUMBERED.fullmatch(rest):
        number, rest = int(numbered[1]), numbered[2]
    url = addresses.target(rest)
    key = urlkey(url)

    def look() -> tuple[Page, ...]:
        if is_note(key):
            return ()
        with desk.store.read() as conn:
            return memento_rows.pages(conn, key, memento.PAGE)

    pages = await run_in_threadpool(look)
    if not pages:
        return _nothing(desk, url, {})
    if number > len(pages):
        return PlainTextResponse(f"This TimeMap has {len(pages)} pages: {memento.uri_t(desk.roots, url, form)}\n", 404)
    listed = Listed(url=url, pages=pages, number=number)
    told: Iterator[str] = iter(())
    if request.method != "HEAD":
        told = memento.written(cast(Form, form), desk.roots, listed, _mementos(desk, key, listed.page))
    return StreamingResponse(_parts(told), media_type=memento.MEDIA_TYPES[cast(Form, form)])


routes = [
    Route("/timegate/{url:path}", timegate),
    Route("/timemap/{form}/{url:path}", timemap),
]


def _behind(request: Request, prefix: str) -> str:
    path = bytes(request.scope.get("raw_path") or request.scope["path"].encode())
    return addresses.behind(path, bytes(request.scope["query_string"]), prefix)


def _mementos(desk: Desk, key: UrlKey, page: Page) -> Iterator[Memento]:
    after: Memento | None = None
    while True:
        with desk.store.read() as conn:
            some = memento_rows.of_page(conn, key, page, after=after, limit=AT_A_TIME)
        yield from some
        if len(some) < AT_A_TIME:
            return
        after = some[-1]


def _parts(lines: Iterator[str]) -> Iterator[bytes]:
    """Give lines in parts of some 64 KiB: each part costs a change of threads."""
    held: list[str] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= 64 * 1024:
            yield "".join(held).encode()
            held.clear()
            size = 0
    if held:
        yield "".join(held).encode()


def _nothing(desk: Desk, url: Url, headers: dict[str, str]) -> Response:
    where = memento.uri(addresses.listing(desk.roots, url))
    return PlainTextResponse(f"{url} is not in this archive. What is near it: {where}\n", 404, headers)
