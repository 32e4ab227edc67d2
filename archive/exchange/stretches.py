"""The bytes of records where they lie: of one WARC file after another, each opened once."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from archive.errors import Damaged
from archive.model import Body, Locator, RecordId
from archive.warc.files import WarcFolder
from archive.warc.reader import HEAD_LIMIT, Fields, Walked, fields_of, walk
from archive.warc.records import SPOOLED
from archive.warc.source import GZIP, Broken, open_source

PIECE = 1024 * 1024
_BACK = 64 * 1024
_FURTHEST = 64 * 1024 * 1024
"""Bytes before a visit within which the request that stands there must begin."""


class Stretches:
    """Reads stretches of the WARC files of a folder; ask for them file by file."""

    def __init__(self, folder: WarcFolder) -> None:
        self.folder = folder
        self._name = ""
        self._file: BinaryIO | None = None
        self.packed = False

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def open(self, warc: str) -> BinaryIO:
        """Give a file by its final name; ``packed`` then says whether its records are gzip members."""
        if self._file is None or self._name != warc:
            self.close()
            self._file, self._name = self.folder.open(warc), warc
            self.packed = self._file.read(2) == GZIP[:2]
        return self._file

    def pieces(self, place: Locator) -> Iterator[bytes]:
        """Give a stretch in pieces; raise Damaged when the file ends within it."""
        file, at, left = self.open(place.warc), place.offset, place.length
        while left:
            file.seek(at)
            piece = file.read(min(PIECE, left))
            if not piece:
                raise Damaged(f"{place.warc} ends within the record at {place.offset}: run `variorum verify`")
            at, left = at + len(piece), left - len(piece)
            yield piece

    def record(self, place: Locator) -> Walked:
        """Read the one record of a stretch; raise Damaged when it holds none."""
        found = only_record(b"".join(self.pieces(place)))
        if found is None:
            raise Damaged(f"{place.warc}: no whole record at {place.offset}; run `variorum verify`")
        return found

    @contextmanager
    def unpacked(self, place: Locator) -> Iterator[tuple[Fields, Body]]:
        """Give the named fields and the block of a record, a long one in a temporary file as long as it is open.

        Raises Damaged when there is none.
        """
        source = open_source(self.open(place.warc), place.offset)
        with tempfile.SpooledTemporaryFile(max_size=SPOOLED) as spool:
            try:
                front = source.take_head(HEAD_LIMIT) if source.begin() else None
                fields = fields_of(front) if front is not None else None
                declared = (fields.get("Content-Length") or "").strip() if fields is not None else ""
                left = size = int(declared) if declared.isascii() and declared.isdigit() else -1
                while left > 0 and (piece := source.take(min(left, PIECE))):
                    left -= spool.write(piece)
            except Broken as broken:
                raise Damaged(f"{place.warc} at {place.offset}: {broken}; run `variorum verify`") from broken
            if fields is None or left:
                raise Damaged(f"{place.warc}: no whole record at {place.offset}; run `variorum verify`")
            yield fields, Body(size=size, spool=cast(BinaryIO, spool))

    def first(self, warc: str) -> tuple[Locator, Walked] | None:
        """Give the first record of a file, and its place."""
        found = next(walk(self.open(warc), digests=False), None)
        if not isinstance(found, Walked):
            return None
        return Locator(warc=warc, offset=found.offset, length=found.length), found

    def before(self, place: Locator, id: RecordId) -> Locator | None:
        """Find the record that ends where another begins, by its id; None when that one is not there.

        Nothing in the index tells where a request without answer lies: only that its visit follows it.
        """
        file, back = self.open(place.warc), _BACK
        while True:
            start = max(0, place.offset - back)
            file.seek(start)
            data = file.read(place.offset - start)
            at = data.rfind(_mark(self.packed))
            while at >= 0:
                found = only_record(data[at:])
                if found is not None and found.id == id:
                    return Locator(warc=place.warc, offset=start + at, length=len(data) - at)
                at = data.rfind(_mark(self.packed), 0, at)
            if start == 0 or back >= _FURTHEST:
                return None
            back *= 8


def _mark(packed: bool) -> bytes:
    return GZIP if packed else b"WARC/"


def only_record(data: bytes) -> Walked | None:
    """Read the one record that these bytes are; None when they are more, less or something else."""
    if not data.startswith((GZIP, b"WARC/")):
        return None
    found = next(walk(io.BytesIO(data), digests=False), None)
    return found if isinstance(found, Walked) and found.length == len(data) and not found.unaddressable else None
