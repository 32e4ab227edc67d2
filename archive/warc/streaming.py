"""A record read piece by piece, so that a film takes no more memory than a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from archive.errors import Damaged
from archive.model import Locator
from archive.warc import message
from archive.warc.files import WarcFolder
from archive.warc.message import Head
from archive.warc.reader import HEAD_LIMIT, Fields, fields_of
from archive.warc.source import Broken, Source, open_source

PIECE = 256 * 1024
FRONT = 16 * 1024
"""Bytes in which most heads end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """An open record: its named fields, the HTTP head where its block has one, and what follows as pieces.

    ``payload()`` is of one reading only; ``close()`` gives the file back, at the end of it or before.
    """

    fields: Fields
    head: Head | None
    raw_head: bytes
    size: int
    _left: bytes
    _source: Source
    _file: BinaryIO
    _name: str

    def payload(self) -> Iterator[bytes]:
        """Give the payload: of HTTP without transfer coding (WARC 1.1, section 6.3.2), else the block.

        Raises ``Damaged`` where the record breaks off.
        """
        pieces = self._pieces()
        return message.payload(pieces, message.framing(self.head)) if self.head is not None else pieces

    def payload_size(self) -> int | None:
        """Give the size of the payload where it is known before it is read."""
        rest = self.size - len(self.raw_head)
        if self.head is None:
            return rest
        frame = message.framing(self.head)
        if frame.kind == "length":
            return min(frame.length, rest)
        return {"none": 0, "close": rest}.get(frame.kind)

    def close(self) -> None:
        self._file.close()

    def _pieces(self) -> Iterator[bytes]:
        left = self.size - len(self.raw_head)
        if self._left:
            yield self._left
            left -= len(self._left)
        try:
            while left:
                piece = self._source.take(min(left, PIECE))
                if not piece:
                    raise Damaged(f"{self._name}: the record ends {left} bytes early; run `variorum verify`")
                left -= len(piece)
                yield piece
        except Broken as broken:
            raise Damaged(f"{self._name}: the record can't be read ({broken}); run `variorum verify`") from broken


def open_block(folder: WarcFolder, locator: Locator) -> Block:
    """Open the record at a place; raise ``Damaged`` when there is none."""
    name = f"{locator.warc} at {locator.offset}"
    file = folder.open(locator.warc)
    try:
        return _opened(file, locator.offset, name)
    except Broken as broken:
        file.close()
        raise Damaged(f"{name}: the record can't be read ({broken}); run `variorum verify`") from broken
    except BaseException:
        file.close()
        raise


def _opened(file: BinaryIO, offset: int, name: str) -> Block:
    source = open_source(file, offset)
    front = source.take_head(HEAD_LIMIT) if source.begin() else None
    if front is None or not front.startswith(b"WARC/"):
        raise Broken("no record starts here")
    fields = fields_of(front)
    declared = (fields.get("Content-Length") or "").strip()
    if not declared.isascii() or not declared.isdigit() or len(declared) > 18:
        raise Broken("no usable Content-Length")
    size = int(declared)
    source.expect(size)
    head, raw_head, left = None, b"", b""
    if (fields.get("Content-Type") or "").lower().startswith("application/http"):
        head, raw_head, left = _head(source, size)
    return Block(
        fields=fields, head=head, raw_head=raw_head, size=size, _left=left, _source=source, _file=file, _name=name
    )


def _head(source: Source, size: int) -> tuple[Head | None, bytes, bytes]:
    """Give the final head of a response, its bytes with those of 1xx heads, and what of the body was read beyond.

    No head where none ends within ``HEAD_LIMIT``, or what begins the block is no status line: bytes of HTTP/0.9, say.
    """
    read = b""
    wanted = FRONT
    while True:
        while len(read) < min(wanted, size) and (piece := source.take(min(wanted, size) - len(read))):
            read += piece
        start = message.informational_length(read)
        head = message.parse_head(read, start)
        if head is not None and head.status is not None:
            return head, read[: start + head.length], read[start + head.length :]
        if head is not None or len(read) >= min(size, message.HEAD_LIMIT) or len(read) < wanted:
            return None, b"", read
        wanted *= 8  # each time all is gone through again: seldom, so that many heads take no longer than their bytes
