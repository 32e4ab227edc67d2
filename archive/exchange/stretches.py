"""The bytes of records where they lie: of one WARC file after another, each opened once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from archive.errors import Damaged
from archive.model import Locator, RecordId
from archive.warc.files import WarcFolder
from archive.warc.reader import Walked, walk
from archive.warc.source import GZIP

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
