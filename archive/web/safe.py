"""Archived pages and style sheets, gone through so that they lead into the archive and run nothing."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from archive import ingest
from archive.judge import HTML
from archive.rewriting.css import decode_css, rewrite_css
from archive.rewriting.page import Part, rewrite_page
from archive.store import parts
from archive.web import addresses
from archive.web.addresses import Modifier
from archive.web.desk import Desk
from archive.web.stored import Found, Opened

READABLE = 8 * 1024 * 1024
"""Bytes of a page that is gone through; what is longer is offered as it was recorded."""
SHEET = 2 * 1024 * 1024
"""Bytes of a style sheet likewise: its tokens take some hundred times as much memory."""
KEPT = 64 * 1024 * 1024
"""Bytes of pages gone through that are kept for the next who asks."""
FRESH = 10.0
"""Seconds after which the parts that a kept page lacks are looked for again."""
_CSS = ("text/css",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A body as it is sent; ``lacks`` are parts that were missing, looked for again after ``until`` (monotonic)."""

    body: bytes
    content_type: bytes
    lacks: frozenset[str] = frozenset()
    until: float = float("inf")


def is_rewritten(opened: Opened, modifier: Modifier, status: int) -> bool:
    """Tell whether an answer is a page or a style sheet, by what it says it is, else by what it is wanted for."""
    said = (opened.content_type or "").partition(";")[0].strip().lower()
    if status in (204, 205) or modifier in ("im_", "js_"):
        return False
    if modifier == "cs_":
        return not said.startswith(("image/", "font/", *HTML))
    return said in HTML or said in _CSS or not said


class Safe:
    """Goes through pages, and keeps what it made."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: OrderedDict[tuple[str, str, str, Modifier], Made] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def kept(self, found: Found, modifier: Modifier) -> Made | None:
        """Give a page that was gone through before and still holds: none of the parts it lacked has come in since."""
        key = _key(found, modifier)
        with self._lock:
            known = self._kept.get(key)
            if known is None:
                return None
            self._kept.move_to_end(key)
        if known.until > time.monotonic():
            return known
        with self._desk.store.read() as conn:
            if parts.lacking(conn, known.lacks) != known.lacks:
                return None
        renewed = replace(known, until=time.monotonic() + FRESH)
        self._keep(key, renewed)
        return renewed

    def page(self, found: Found, modifier: Modifier, content_type: str | None) -> Made | None:
        """Give a page as it is shown, or None for what is none after all, or too long to go through."""
        made = self.kept(found, modifier) or self._made(found, modifier, content_type)
        if made is not None:
            self._keep(_key(found, modifier), made)
        return made

    def _made(self, found: Found, modifier: Modifier, content_type: str | None) -> Made | None:
        assert found.original is not None
        payload = ingest.read_capture(self._desk.folder, found.original)
        if len(payload.data) > READABLE or payload.problem is not None:
            return None
        capture = found.capture
        stamp = addresses.stamp(capture.at)
        room = self._desk.roots.room

        def part(url: str, what: Modifier) -> str:
            return f"/{stamp}{what}/{url}"

        def link(url: str) -> str:
            return f"{room}/web/{stamp}/{url}"

        lacks: frozenset[str] = frozenset()

        def missing(named: Sequence[Part]) -> Collection[str]:
            nonlocal lacks
            with self._desk.store.read() as conn:
                lacks = frozenset(parts.lacking(conn, [each.url for each in named]))
            return lacks

        said = (content_type or "").partition(";")[0].strip().lower()
        if modifier == "cs_" or said in _CSS:
            if len(payload.data) > SHEET:
                return None
            text, _ = rewrite_css(decode_css(payload.data, payload.charset), capture.url, part)
            return Made(body=text.encode("utf-8", "replace"), content_type=b"text/css; charset=utf-8")
        if payload.mime not in HTML:
            return None
        page = rewrite_page(payload.data, capture.url, payload.charset, part=part, link=link, missing=missing)
        if page is None:
            return None
        until = time.monotonic() + FRESH if lacks else float("inf")
        return Made(body=page.html, content_type=b"text/html; charset=utf-8", lacks=lacks, until=until)

    def _keep(self, key: tuple[str, str, str, Modifier], made: Made) -> None:
        with self._lock:
            before = self._kept.pop(key, None)
            self._size += len(made.body) - (len(before.body) if before else 0)
            self._kept[key] = made
            while self._size > KEPT:
                _, oldest = self._kept.popitem(last=False)
                self._size -= len(oldest.body)


def _key(found: Found, modifier: Modifier) -> tuple[str, str, str, Modifier]:
    assert found.original is not None
    return found.capture.id, found.original.id, found.capture.url, modifier
