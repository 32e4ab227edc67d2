"""The index of the archive as other tools ask for it: pywb's CDX server API, and the Wayback CDX server's.

::

    /cdx?url=https%3A%2F%2Fblog.example%2F*&from=2026        CDXJ lines; output=json, text, link
    /cdx/search/cdx?url=blog.example&matchType=host&limit=-5    space-separated; output=json is one table

What may be asked is told in ``cdx_query``. Lines come in the order of keys and times unless ``sort`` says otherwise.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from archive.errors import Misuse
from archive.model import Capture
from archive.store import Store, cdx_rows
from archive.store.cdx_rows import Span
from archive.web import addresses, cdx_answer
from archive.web.cdx_fields import Dialect
from archive.web.cdx_query import BLOCK, Output, Query, read_query
from archive.web.desk import Desk

_TYPES: dict[Output, str] = {"cdxj": "text/x-cdxj", "json": "application/x-ndjson", "text": "text/plain"}


async def cdx(request: Request) -> Response:
    """Answer as pywb's CDX server does."""
    return await _answer(request, "pywb")


async def wayback_cdx(request: Request) -> Response:
    """Answer as the Wayback CDX server does."""
    return await _answer(request, "wayback")


routes = [Route("/cdx", cdx), Route("/cdx/search/cdx", wayback_cdx)]


async def _answer(request: Request, dialect: Dialect) -> Response:
    desk: Desk = request.app.state.desk
    try:
        # Not request.url, which fails where a client sent bytes that are no UTF-8.
        query = read_query(request.scope["query_string"].decode("utf-8", "replace"), dialect)
    except Misuse as error:
        return PlainTextResponse(f"{error}\n", status_code=400)
    if query.shows_pages:
        return await run_in_threadpool(_pages, desk.store, query, dialect)
    if query.output == "link":
        return RedirectResponse(addresses.timemap(desk.roots, query.url))
    media_type = "application/json" if dialect == "wayback" and query.output == "json" else _TYPES[query.output]
    if request.method == "HEAD":
        return Response(media_type=media_type)
    if query.page is not None and query.resume is None:
        span = await run_in_threadpool(_page, desk.store, query)
        if span is None and (query.page > 0 or dialect == "wayback"):
            return _behind_the_last_page(query.page, dialect)
        query = replace(query, span=span or query.span, page=None)
    pieces = iterate_in_threadpool(cdx_answer.written(rows_of(desk.store, query), query, dialect))
    first = b""
    # Until something is found the answer may still be an error, and a client that left would not be noticed.
    async for first in pieces:
        if first or await request.is_disconnected():
            break
    if not first and dialect == "pywb" and query.output == "json":
        return JSONResponse({"message": f"No Captures found for: {query.url}"}, status_code=404)
    return StreamingResponse(_all(first, pieces), media_type=media_type)


async def _all(first: bytes, others: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in others:
        yield piece


def rows_of(store: Store, query: Query) -> cdx_answer.Batches:
    """Give the rows that answer a query, its page left aside; nothing is read before the first is asked for."""
    backward = (query.order == "reverse") is not (query.limit is not None and query.limit < 0)
    span = query.span
    if query.resume is not None:
        # Read again from the last row that was told: neighbours like it are still to be left out.
        span = replace(span, end=query.resume) if backward else replace(span, first=query.resume)
    first = 100 if query.limit is None or query.filters or query.collapses else abs(query.limit) + query.offset + 2
    if query.order == "closest" and query.match == "exact" and not query.collapses:
        most = min(first, 200)
        before, after = _sides(store, query, span, most)
        found = cdx_answer.nearest(before, after, query, most=most)
    else:
        found = cdx_answer.rows(cdx_rows.batches(store, span, reverse=backward, first=first))
    return cdx_answer.sifted(found, query, reverse=backward)


def _sides(
    store: Store, query: Query, span: Span, first: int
) -> tuple[Iterator[list[Capture]], Iterator[list[Capture]]]:
    """Give the captures of a URL on either side of the time asked for."""
    at = query.closest
    assert at is not None
    earlier = at if span.until is None else min(at, span.until)
    later = at if span.since is None else max(at, span.since)
    return (
        cdx_rows.batches(store, replace(span, until=earlier), reverse=True, first=first),
        cdx_rows.batches(store, replace(span, since=later), first=first),
    )


def _page(store: Store, query: Query) -> Span | None:
    """Give the part of the span that is the page asked for; pages are of all captures in it, of any time."""
    assert query.page is not None
    whole = replace(query.span, since=None, until=None)
    with store.read() as conn:
        part = cdx_rows.page(conn, whole, query.page, query.page_size * BLOCK)
    return None if part is None else replace(query.span, first=part.first, end=part.end)


def _pages(store: Store, query: Query, dialect: Dialect) -> Response:
    with store.read() as conn:
        captures = cdx_rows.count(conn, replace(query.span, since=None, until=None))
    blocks = -(-captures // BLOCK)
    pages = -(-blocks // query.page_size)
    if dialect == "wayback":
        return PlainTextResponse(f"{pages}\n")
    told = {"pages": pages, "pageSize": query.page_size, "blocks": blocks}
    return Response(json.dumps(told) + "\n", media_type="application/json")


def _behind_the_last_page(page: int, dialect: Dialect) -> Response:
    """Say that there is no such page: clients stop at pywb's 400 and at the Wayback server's empty answer."""
    if dialect == "wayback":
        return PlainTextResponse("")
    return PlainTextResponse(
        f"page: {page} is behind the last page; showNumPages=true tells how many\n", status_code=400
    )
