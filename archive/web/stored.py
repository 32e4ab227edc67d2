"""From an address to the capture it means and the bytes to show for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archive import originals
from archive.journal import is_note
from archive.model import Capture
from archive.store import Connection, captures
from archive.store.memento_rows import Around, around
from archive.urls import urlkey
from archive.warc.files import WarcFolder
from archive.warc.message import Head
from archive.warc.streaming import Block, open_block
from archive.web import memento
from archive.web.addresses import PARTS, Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The capture an address means, and how well.

    ``exact`` says that the address is the capture's own (``slot``), else one is redirected there. ``original`` holds
    the payload: the capture itself, of a revisit another, None where that is not in the archive.
    """

    capture: Capture
    original: Capture | None
    exact: bool
    around: Around

    @property
    def first(self) -> bool:
        return self.around.is_first


def find(conn: Connection, asked: Asked) -> Found | None:
    """Find the capture that is asked for: by record id, else nearest in time, within the second that is named first."""
    key = urlkey(asked.url)
    if is_note(key):
        return None
    exact = False
    if asked.id is not None:
        capture = captures.by_id(conn, asked.id)
        if capture is None or capture.urlkey != key:
            return None
    elif asked.at is None:
        capture = captures.newest(conn, key)
    elif asked.digits == 14 and (within := captures.within_second(conn, key, asked.at, url=asked.url)) is not None:
        # Of http and its https goal in one second each is the first of its own spelling: neither leads to the other.
        capture = within
        exact = True
    else:
        capture = captures.closest(conn, key, asked.at, url=asked.url)
    if capture is None:
        return None
    here = around(conn, capture)
    if asked.id is not None:
        exact = not here.is_first
    return Found(
        capture=capture,
        original=originals.original_of(conn, capture),
        exact=(exact and _same(asked.url, capture.url)) or asked.modifier in PARTS,
        around=here,
    )


def _same(asked: str, url: str) -> bool:
    # What is no URI, as others record it, is asked for as one.
    return asked == url or memento.uri(asked) == memento.uri(url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What is shown of a capture: a head, and the payload that belongs to it, still content-coded.

    ``status`` is that of the answer, None of what was no HTTP. A 304 shows its original's head and payload: the page
    it said was unchanged. ``content_type`` is the first that is told, what it is judged by and sent with.
    """

    status: int | None
    head: Head | None
    content_type: str | None
    block: Block

    def payload(self) -> Iterator[bytes]:
        return self.block.payload()


def open_answer(folder: WarcFolder, capture: Capture, original: Capture) -> Opened:
    """Open what a capture shows; raise ``Damaged`` when a record can't be read."""
    block = open_block(folder, original.locator)
    head, status = block.head, original.status
    if capture.id != original.id and capture.status != 304:
        own = open_block(folder, capture.locator)
        own.close()
        if own.head is not None and own.head.status not in (None, 304):
            head, status = own.head, own.head.status
    if head is not None and status is None:
        status = head.status
    written = head.text(b"content-type") if head is not None else block.fields.get("Content-Type")
    if written is not None:
        written = written.partition(",")[0].strip()  # of several
    if head is None and (written or "").lower().startswith("application/http"):
        written = None  # HTTP/0.9, or a head without an end: nothing says what the bytes are
    return Opened(status=status, head=head, content_type=written, block=block)
