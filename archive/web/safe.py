"""Archived pages and style sheets as they are shown, made once and kept for the next who asks."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass

from archive.extract.workers import Failed
from archive.judge import HTML
from archive.model import Capture
from archive.store import parts
from archive.web import addresses, apart
from archive.web.addresses import Modifier
from archive.web.apart import CSS, Made, Place, Task
from archive.web.desk import Desk
from archive.web.stored import Found, Opened

log = logging.getLogger(__name__)

KEPT = 64 * 1024 * 1024
"""Bytes of pages gone through that are kept."""
BESIDES = 1000
"""Bytes that each of them takes besides."""
FRESH = 10.0
"""Seconds after which the parts that a kept page lacks are looked for again."""
GIVEN_UP = 600.0
"""Seconds for which a page that took too much is not tried again."""

Key = tuple[str, str, Modifier, str]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A page, None for what is shown as it was recorded, and until when that holds by the monotonic clock."""

    made: Made | None
    until: float

    @property
    def size(self) -> int:
        return BESIDES + (len(self.made.body) if self.made is not None else 0)


def is_rewritten(opened: Opened, modifier: Modifier, status: int) -> bool:
    """Tell whether an answer is a page or a style sheet, by what it says it is, else by what it is wanted for."""
    said = (opened.content_type or "").partition(";")[0].strip().lower()
    if status in (204, 205) or modifier in ("im_", "js_"):
        return False
    if modifier == "cs_":
        return not said.startswith(("image/", "font/", *HTML))
    return said in HTML or said in CSS or not said


class Safe:
    """Has pages gone through apart from the server, each by one process however many ask for it, and keeps them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._size = 0
        self._under_way: dict[Key, Future[Made | None]] = {}
        self._lock = threading.Lock()
        # No archived page can hold it: nobody knew it before.
        self._stamp = secrets.token_hex(16)

    def at(self, made: Made, capture: Capture) -> bytes:
        """Give the body of a page as that of one of the captures that share it: its parts are those of that time."""
        return made.body.replace(self._stamp.encode(), addresses.stamp(capture.at).encode())

    def page(self, found: Found, modifier: Modifier, content_type: str | None) -> Future[Made | None]:
        """Give a page, for ``at``, or None for what is shown as it was recorded: no page, or one that is too much.

        The future never fails. May wait for the database, so it is not to be called where others wait.
        """
        assert found.original is not None
        said = (content_type or "").partition(";")[0].strip().lower()
        key = (found.original.id, found.capture.url, modifier, said)
        answer: Future[Made | None] = Future()
        if (known := self._known(key)) is not None:
            answer.set_result(known.made)
            return answer
        with self._lock:
            if (under_way := self._under_way.get(key)) is not None:
                return under_way
            self._under_way[key] = answer
        desk = self._desk
        task = Task(
            place=Place.of(desk.settings),
            url=found.capture.url,
            original=found.original,
            modifier=modifier,
            stamp=self._stamp,
            content_type=content_type,
            room=desk.roots.room,
        )
        desk.workers.submit(apart.made, task).add_done_callback(lambda done: self._done(key, answer, done.result()))
        return answer

    def _known(self, key: Key) -> _Kept | None:
        with self._lock:
            known = self._kept.get(key)
            if known is None:
                return None
            self._kept.move_to_end(key)
        if known.until > time.monotonic():
            return known
        lacks = known.made.lacks if known.made is not None else frozenset()
        if not lacks:
            return None
        with self._desk.store.read() as conn:
            if parts.lacking(conn, lacks) != lacks:
                return None
        renewed = _Kept(known.made, time.monotonic() + FRESH)
        self._keep(key, renewed)
        return renewed

    def _done(self, key: Key, answer: Future[Made | None], done: Made | Failed | None) -> None:
        if isinstance(done, Failed):
            log.warning("a page is shown as it was recorded: %s (%s), %s", done.detail, done.why, key[1])
            kept = _Kept(None, time.monotonic() + GIVEN_UP)
        else:
            until = time.monotonic() + FRESH if done is not None and done.lacks else float("inf")
            kept = _Kept(done, until)
        self._keep(key, kept)
        with self._lock:
            del self._under_way[key]
        answer.set_result(kept.made)

    def _keep(self, key: Key, kept: _Kept) -> None:
        with self._lock:
            before = self._kept.pop(key, None)
            self._size += kept.size - (before.size if before else 0)
            self._kept[key] = kept
            while self._size > KEPT:
                _, oldest = self._kept.popitem(last=False)
                self._size -= oldest.size
