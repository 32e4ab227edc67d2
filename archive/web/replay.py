"""The replay origin: archived pages by themselves, and their bytes as recorded. Nothing else is served there.

A plain ASGI application: it answers what a page is put together from, some hundred requests a page, so that what
a framework costs would be most of each answer.
"""

from __future__ import annotations

import asyncio
import html
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import anyio.to_thread
from anyio import CapacityLimiter

from archive.errors import Damaged, VariorumError
from archive.extract.page import resolve
from archive.urls import urlkey
from archive.web import addresses, heads, memento, ranges
from archive.web.addresses import Asked, Modifier
from archive.web.apart import Made
from archive.web.desk import Desk
from archive.web.heads import Header
from archive.web.hosts import is_ours
from archive.web.safe import Safe, is_rewritten
from archive.web.stored import Found, Opened, find, open_answer

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

log = logging.getLogger(__name__)

SMALL = 256 * 1024
"""Bytes of a record on disk up to which its body is read at once; what is longer goes out piece by piece."""
UNPACKED = 8 * 1024 * 1024
"""Bytes of a block up to which the same holds."""
READING, STREAMING = 4, 4
"""Threads that look things up, and that read long bodies: with the room's, fewer than the database has connections."""
_PLAIN: Header = (b"content-type", b"text/plain; charset=utf-8")
_ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
)
_FONTS = ("font/", "application/font", "application/x-font", "application/vnd.ms-fontobject")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What was found for an address, opened: ``data`` is its payload where that is short, ``page`` what is shown."""

    found: Found
    opened: Opened
    status: int
    data: bytes | None
    page: Future[Made | None] | None


class Replay:
    """The application of the replay origin."""

    def __init__(self, desk: Desk, safe: Safe) -> None:
        self._desk = desk
        self._safe = safe
        self._policy = heads.policy(desk.settings, desk.roots)
        # Files and database are never waited for where all others wait; films have threads of their own.
        self._reading = CapacityLimiter(READING)
        self._streaming = CapacityLimiter(STREAMING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        answer = Answer(scope, send, self._streaming)
        try:
            await self._answer(scope, answer)
        except Damaged as error:
            log.warning("%s", error)
            await answer.refuse(500, "The record of this capture is damaged and cannot be shown.")
        except VariorumError as error:
            log.warning("%s", error)
            await answer.refuse(503, "The archive cannot be read just now; try again.")

    async def _answer(self, scope: Scope, answer: Answer) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            return await answer.refuse(405, "Archived pages can only be read.", [(b"allow", b"GET, HEAD")])
        if not is_ours(scope, self._desk):
            return await answer.refuse(421, "This is no name of this server; see [serve] in variorum.toml.")
        asked = addresses.asked(_behind(scope))
        if asked is None:
            home = self._desk.roots.room
            return await answer.refuse(404, f"Archived pages are at /TIME/URL here. Find them from {home}/")
        looked = await anyio.to_thread.run_sync(self._look, asked, limiter=self._reading)
        if looked is None:
            return await self._not_found(answer, asked)
        if isinstance(looked, _Looked):
            try:
                return await self._show(answer, asked, looked)
            finally:
                looked.opened.block.close()
        if not looked.exact:
            where = addresses.memento(self._desk.roots, looked.capture, asked.modifier, first=looked.first)
            return await answer.redirect(where)
        at, record = looked.capture.at, looked.capture.refers_to or "an earlier record"
        words = f"The capture of {looked.capture.url} at {at:%Y-%m-%d %H:%M:%S} UTC says that the page was as in "
        return await answer.refuse(404, f"{words}{record}, which is not in this archive.")

    def _look(self, asked: Asked) -> _Looked | Found | None:
        """Find and open what is asked for; a ``Found`` by itself is one to be led to, or one without its original."""
        with self._desk.store.read() as conn:
            found = find(conn, asked)
        if found is None or not found.exact or found.original is None:
            return found
        opened = open_answer(self._desk.folder, found.capture, found.original)
        try:
            status = heads.status_of(opened.status)
            page = data = None
            if asked.modifier != "id_" and is_rewritten(opened, asked.modifier, status):
                page = self._safe.page(found, asked.modifier, opened.content_type)
            elif found.original.locator.length <= SMALL and opened.block.size <= UNPACKED:
                data = b"".join(opened.payload())
        except BaseException:
            opened.block.close()
            raise
        return _Looked(found=found, opened=opened, status=status, data=data, page=page)

    async def _show(self, answer: Answer, asked: Asked, looked: _Looked) -> None:
        found, opened = looked.found, looked.opened
        link = memento.link_header(self._desk.roots, found.capture, found.first, found.around)
        headers = [*_ALWAYS, *heads.recorded(opened.head), *heads.of_memento(self._desk.roots, found, link)]
        headers += heads.of_status(opened)
        if opened.content_type:
            headers.append((b"content-type", heads.sendable(opened.content_type.encode("latin-1", "replace"))))
        if looked.status in (301, 302, 303, 307, 308) and (where := self._leads_to(found, opened, asked.modifier)):
            headers.append((b"location", memento.uri(where).encode()))
        made = None if looked.page is None else await asyncio.wrap_future(looked.page)
        if answer.is_opened and asked.modifier != "id_" and (opened.content_type or "").lower().startswith(_DRAWING):
            made = self._drawn(found)
        if made is not None:
            kept = [each for each in headers if each[0] not in _OF_THE_BODY]
            kept += [(b"content-type", made.content_type), (b"content-security-policy", self._policy)]
            return await answer.whole(looked.status, kept, self._safe.at(made, found.capture))
        headers.append((b"content-security-policy", heads.RAW_POLICY))
        headers.append((b"vary", b"accept, sec-fetch-dest"))
        if answer.is_opened:
            headers = heads.as_source(headers)
        if answer.origin == "null" and (opened.content_type or "").lower().startswith(_FONTS):
            # Fonts are the one kind of part that browsers fetch under CORS, and a sandboxed page's origin is null.
            headers.append((b"access-control-allow-origin", b"null"))
        return await _send_body(answer, looked, headers)

    def _drawn(self, found: Found) -> Made:
        """Give a page that shows a drawing: as a picture it asks for nothing, as a document it is markup."""
        where = addresses.memento(self._desk.roots, found.capture, "im_", first=found.first)
        body = f'<!doctype html><meta charset="utf-8"><title>A drawing</title><img src="{html.escape(where)}" alt="">'
        return Made(body=body.encode(), content_type=b"text/html; charset=utf-8")

    def _leads_to(self, found: Found, opened: Opened, modifier: Modifier) -> str | None:
        """Give where a redirect leads within the archive, at the time of the redirect."""
        location = opened.head.text(b"location") if opened.head is not None else None
        if location is None:
            return None
        target = resolve(found.capture.url, location.encode("latin-1").decode("utf-8", "replace"))
        if target is None or (urlkey(target) == found.capture.urlkey and target == found.capture.url):
            return None
        return f"{self._desk.roots.replay}/{addresses.stamp(found.capture.at)}{modifier}/{target}"

    async def _not_found(self, answer: Answer, asked: Asked) -> None:
        if asked.modifier in addresses.PARTS:
            return await answer.refuse(404, "Not in this archive.")
        where = memento.uri(addresses.listing(self._desk.roots, asked.url))
        words = f"{asked.url} is not in this archive."
        if not answer.wants_html:
            return await answer.refuse(404, f"{words} What is near it: {where}")
        # Within the frame of a page of ours: the link leads out of it.
        told = f'<p>{html.escape(words)}</p><p><a href="{html.escape(where)}" target="_top">What is near it</a></p>'
        body = f'<!doctype html><meta charset="utf-8"><title>Not in this archive</title>{told}'.encode()
        kind = (b"content-type", b"text/html; charset=utf-8")
        return await answer.whole(404, [kind, (b"content-security-policy", heads.RAW_POLICY), *_ALWAYS], body)


_DRAWING = "image/svg+xml"
_PAGES = (b"document", b"iframe", b"frame", b"object", b"embed")
_OF_THE_BODY = (b"content-type", b"content-encoding", b"content-disposition")


class Answer:
    """One request's answer, sent once."""

    def __init__(self, scope: Scope, send: Send, streaming: CapacityLimiter) -> None:
        self._send = send
        self._streaming = streaming
        self._is_head = scope["method"] == "HEAD"
        self._begun = False
        self.range: str | None = None
        self.origin: str | None = None
        self.wants_html = False
        conditional = False
        wanted_for: bytes | None = None
        for name, value in scope["headers"]:
            if name == b"range":
                self.range = value.decode("latin-1")
            elif name == b"if-range":
                conditional = True
            elif name == b"origin":
                self.origin = value.decode("latin-1")
            elif name == b"accept":
                self.wants_html = b"text/html" in value
            elif name == b"sec-fetch-dest":
                wanted_for = value
        # A browser that asks for a page of its own, or for one in a frame; over http from afar it does not say so.
        self.is_opened = self.wants_html if wanted_for is None else wanted_for in _PAGES
        # A range is a matter of GET (RFC 9110, section 14.2), and we give no validator that If-Range could name.
        if self._is_head or conditional:
            self.range = None

    async def refuse(self, status: int, words: str, headers: Iterable[Header] = ()) -> None:
        """Answer with words of our own; after a body has begun, break off instead."""
        if self._begun:
            raise ConnectionAbortedError(words)
        safe = (b"content-security-policy", b"default-src 'none'; sandbox")
        await self.whole(status, [_PLAIN, safe, *_ALWAYS, *headers], f"{words}\n".encode())

    async def redirect(self, where: str) -> None:
        await self.whole(302, [*_ALWAYS, (b"location", memento.uri(where).encode())], b"")

    async def empty(self, status: int, headers: Iterable[Header]) -> None:
        await self.begin(status, headers)
        await self._send({"type": "http.response.body", "body": b""})

    async def whole(self, status: int, headers: Iterable[Header], body: bytes) -> None:
        await self.begin(status, [*headers, (b"content-length", b"%d" % len(body))])
        await self._send({"type": "http.response.body", "body": b"" if self._is_head else body})

    async def begin(self, status: int, headers: Iterable[Header]) -> None:
        self._begun = True
        await self._send({"type": "http.response.start", "status": status, "headers": list(headers)})

    async def pieces(self, pieces: Iterator[bytes]) -> None:
        """Send a body piece by piece, read in a thread so that others are answered meanwhile."""
        if not self._is_head:
            while (piece := await anyio.to_thread.run_sync(next, pieces, None, limiter=self._streaming)) is not None:
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        await self._send({"type": "http.response.body", "body": b""})


async def _send_body(answer: Answer, looked: _Looked, headers: list[Header]) -> None:
    """Send a payload as it is kept, or the range of it that is asked for."""
    status, opened, data = looked.status, looked.opened, looked.data
    size = len(data) if data is not None else opened.block.payload_size()
    if status == 204:  # without any length (RFC 9110, section 8.6)
        return await answer.empty(status, headers)
    if status == 205:
        return await answer.whole(status, headers, b"")
    if status == 200 and size is not None:
        headers.append((b"accept-ranges", b"bytes"))
        match ranges.wanted(answer.range, size):
            case "unsatisfiable":
                # An answer of ours, and so no memento.
                return await answer.whole(416, [*_ALWAYS, (b"content-range", b"bytes */%d" % size)], b"")
            case ranges.Range(start, stop):
                headers.append((b"content-range", b"bytes %d-%d/%d" % (start, stop - 1, size)))
                if data is not None:
                    return await answer.whole(206, headers, data[start:stop])
                await answer.begin(206, [*headers, (b"content-length", b"%d" % (stop - start))])
                return await answer.pieces(_cut(opened.payload(), start, stop))
            case _:
                pass
    if data is not None:
        return await answer.whole(status, headers, data)
    await answer.begin(status, [*headers, *([(b"content-length", b"%d" % size)] if size is not None else [])])
    return await answer.pieces(opened.payload())


def _cut(pieces: Iterator[bytes], start: int, stop: int) -> Iterator[bytes]:
    at = 0
    for piece in pieces:
        end = at + len(piece)
        if end > start:
            yield piece[max(0, start - at) : stop - at]
        at = end
        if at >= stop:
            return


def _behind(scope: Scope) -> str:
    path = scope.get("raw_path") or scope["path"].encode()
    return addresses.behind(bytes(path), bytes(scope["query_string"]), "/")
