"""The replay origin: archived pages by themselves, and their bytes as recorded. Nothing else is served there.

A plain ASGI application: it answers what a page is put together from, some hundred requests a page, so that what
a framework costs would be most of each answer.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from typing import Any

import anyio.to_thread
from anyio import CapacityLimiter

from archive.errors import Damaged, VariorumError
from archive.extract.page import resolve
from archive.urls import urlkey
from archive.web import addresses, heads, memento, ranges
from archive.web.addresses import Asked, Modifier
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
_PLAIN: Header = (b"content-type", b"text/plain; charset=utf-8")
_ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
)
_FONTS = ("font/", "application/font", "application/x-font", "application/vnd.ms-fontobject")


class Replay:
    """The application of the replay origin."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._safe = Safe(desk)
        self._policy = heads.policy(desk.settings, desk.roots)
        # One page is gone through at a time: the others answer meanwhile.
        self._rewriting = CapacityLimiter(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        answer = Answer(scope, send)
        try:
            await self._answer(scope, answer)
        except Damaged as error:
            log.warning("%s", error)
            await answer.refuse(500, f"This capture cannot be shown: {error}")
        except VariorumError as error:
            await answer.refuse(503, str(error))

    async def _answer(self, scope: Scope, answer: Answer) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            return await answer.refuse(405, "Archived pages can only be read.", [(b"allow", b"GET, HEAD")])
        if not is_ours(scope, self._desk):
            return await answer.refuse(421, "This is no name of this server; see [serve] in variorum.toml.")
        asked = addresses.asked(_behind(scope))
        if asked is None:
            home = self._desk.roots.room
            return await answer.refuse(404, f"Archived pages are at /TIME/URL here. Find them from {home}/")
        with self._desk.store.read() as conn:
            found = find(conn, asked)
        if found is None:
            return await self._not_found(answer, asked)
        if not found.exact:
            where = addresses.memento(self._desk.roots, found.capture, asked.modifier, first=found.first)
            return await answer.redirect(where)
        if found.original is None:
            at, record = found.capture.at, found.capture.refers_to or "an earlier record"
            words = f"The capture of {found.capture.url} at {at:%Y-%m-%d %H:%M:%S} UTC says that the page was as in "
            return await answer.refuse(404, f"{words}{record}, which is not in this archive.")
        return await self._show(answer, asked, found)

    async def _show(self, answer: Answer, asked: Asked, found: Found) -> None:
        assert found.original is not None
        capture = found.capture
        opened = open_answer(self._desk.folder, capture, found.original)
        try:
            link = memento.link_header(self._desk.roots, capture, found.first, found.around)
            headers = [*_ALWAYS, *heads.recorded(opened.head), *heads.of_memento(self._desk.roots, found, link)]
            if opened.head is None and opened.content_type:
                headers.append((b"content-type", heads.sendable(opened.content_type.encode("latin-1", "replace"))))
            status = heads.status_of(opened.status)
            if status in (301, 302, 303, 307, 308) and (where := self._leads_to(found, opened, asked.modifier)):
                headers.append((b"location", memento.uri(where).encode()))
            if asked.modifier != "id_" and is_rewritten(opened, asked.modifier, status):
                made = self._safe.kept(found, asked.modifier) or await anyio.to_thread.run_sync(
                    self._safe.page, found, asked.modifier, opened.content_type, limiter=self._rewriting
                )
                if made is not None:
                    kept = [each for each in headers if each[0] not in _OF_THE_BODY]
                    kept += [(b"content-type", made.content_type), (b"content-security-policy", self._policy)]
                    return await answer.whole(status, kept, made.body)
            headers.append((b"content-security-policy", heads.RAW_POLICY))
            if answer.origin == "null" and (opened.content_type or "").lower().startswith(_FONTS):
                # Fonts are the one kind of part that browsers fetch under CORS, and a sandboxed page's origin is null.
                headers.append((b"access-control-allow-origin", b"null"))
            await _send_body(answer, status, headers, found, opened)
        finally:
            opened.block.close()

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


_OF_THE_BODY = (b"content-type", b"content-encoding", b"content-disposition")


class Answer:
    """One request's answer, sent once."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send = send
        self._is_head = scope["method"] == "HEAD"
        self._begun = False
        self.range: str | None = None
        self.origin: str | None = None
        self.wants_html = False
        for name, value in scope["headers"]:
            if name == b"range":
                self.range = value.decode("latin-1")
            elif name == b"origin":
                self.origin = value.decode("latin-1")
            elif name == b"accept":
                self.wants_html = b"text/html" in value

    async def refuse(self, status: int, words: str, headers: Iterable[Header] = ()) -> None:
        """Answer with words of our own; after a body has begun, break off instead."""
        if self._begun:
            raise ConnectionAbortedError(words)
        safe = (b"content-security-policy", b"default-src 'none'; sandbox")
        await self.whole(status, [_PLAIN, safe, *_ALWAYS, *headers], f"{words}\n".encode())

    async def redirect(self, where: str) -> None:
        await self.whole(302, [*_ALWAYS, (b"location", memento.uri(where).encode())], b"")

    async def whole(self, status: int, headers: Iterable[Header], body: bytes) -> None:
        await self.begin(status, [*headers, (b"content-length", b"%d" % len(body))])
        await self._send({"type": "http.response.body", "body": b"" if self._is_head else body})

    async def begin(self, status: int, headers: Iterable[Header]) -> None:
        self._begun = True
        await self._send({"type": "http.response.start", "status": status, "headers": list(headers)})

    async def pieces(self, pieces: Iterator[bytes]) -> None:
        """Send a body piece by piece, read in a thread so that others are answered meanwhile."""
        if not self._is_head:
            while (piece := await anyio.to_thread.run_sync(next, pieces, None)) is not None:
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        await self._send({"type": "http.response.body", "body": b""})


async def _send_body(answer: Answer, status: int, headers: list[Header], found: Found, opened: Opened) -> None:
    """Send a payload as it is kept, or the range of it that is asked for."""
    assert found.original is not None
    block = opened.block
    if found.original.locator.length <= SMALL and block.size <= UNPACKED:
        data = b"".join(opened.payload())
        size: int | None = len(data)
    else:
        data, size = b"", block.payload_size()
    if status == 200 and size is not None:
        headers.append((b"accept-ranges", b"bytes"))
        match ranges.wanted(answer.range, size):
            case "unsatisfiable":
                headers.append((b"content-range", b"bytes */%d" % size))
                return await answer.whole(416, headers, b"")
            case ranges.Range(start, stop):
                headers.append((b"content-range", b"bytes %d-%d/%d" % (start, stop - 1, size)))
                if data:
                    return await answer.whole(206, headers, data[start:stop])
                await answer.begin(206, [*headers, (b"content-length", b"%d" % (stop - start))])
                return await answer.pieces(_cut(opened.payload(), start, stop))
            case _:
                pass
    if data or not size:
        if size is not None:
            return await answer.whole(status, headers, data)
        await answer.begin(status, headers)
    else:
        await answer.begin(status, [*headers, (b"content-length", b"%d" % size)])
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
